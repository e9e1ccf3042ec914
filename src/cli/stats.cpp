#include <app/call.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <contract/codec.hpp>
#include <iostream>

namespace cleave::cli {

namespace {

// A log of a million entries takes half a minute.
constexpr std::chrono::minutes rebuild_timeout(10);

// What is told of the module's answer.
struct rebuilt {
    std::int64_t entries = 0;
    std::string digest{};
    bool same = false;
};
BOOST_DESCRIBE_STRUCT(rebuilt, (), (entries, digest, same))

int rebuild(const std::string& data) {
    app::tool_call wanted;
    wanted.data = data;
    wanted.service = "stats";
    wanted.method = "rebuild";
    wanted.body = "{}";
    wanted.timeout = rebuild_timeout;
    const auto answer = app::call_module(wanted);
    if (answer.status != 200) {
        std::cerr << answer.body << "\n";
        return 1;
    }
    const auto done = decode<rebuilt>(answer.body);
    if (!done) {
        std::cerr << "cleave: unreadable answer: " << answer.body << "\n";
        return 1;
    }
    fmt::print("made from {} log entries: {} ({})\n", done->entries,
               done->same ? "the same as before" : "other than before", done->digest);
    return 0;
}

}  // namespace

void add_stats(CLI::App& app, action& chosen) {
    auto* group = app.add_subcommand("stats", "What is counted");
    group->require_subcommand(1);
    auto* command = group->add_subcommand("rebuild",
                                          "Drop all figures and make them again from the log of "
                                          "what was counted: through the process "
                                          "that owns them, or here if none runs");
    auto data = std::make_shared<std::string>("data");
    add_data_option(*command, *data);
    command->footer("Example: cleave stats rebuild --data /srv/blog");
    command->callback([&chosen, data] { chosen = [data] { return rebuild(*data); }; });
}

}  // namespace cleave::cli
