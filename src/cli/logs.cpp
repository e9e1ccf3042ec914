#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <iostream>
#include <logs/reader.hpp>
#include <thread>
#include <topology/nearest.hpp>

namespace cleave::cli {

namespace {

constexpr std::chrono::milliseconds looked_at_every(200);

struct logs_arguments {
    logs::question asked{.lines = 100};
    std::string level = "debug";
    std::string trace, since;
    std::string data = "data";
    bool follow = false;
    bool as_json = false;
};

// What is wrong with what was asked, and what to do about it; empty: nothing.
std::string complete(logs_arguments& given) {
    auto& asked = given.asked;
    boost::describe::enum_from_string(given.level.c_str(), asked.least);
    if (!asked.module.empty() && !logs::is_plain_name(asked.module))
        return "a module or component is called like \"comments\" or \"sqlite\"";
    if (!asked.process.empty() && !logs::is_plain_name(asked.process))
        return "a process is called like \"users\" or \"users.2\"; `cleave status` names them";
    if (!given.trace.empty() && !logs::ask_about(asked, given.trace))
        return "--trace takes the X-Request-Id of an answer (16 hex digits), a trace's id (32), "
               "or a traceparent";
    if (given.since.empty()) return {};
    const auto since = logs::parse_since(given.since, system_clock().now());
    if (!since)
        return "--since takes a time before now (90s, 5m, 2h, 7d) or a moment "
               "(2026-11-26T21:08:00.000Z)";
    asked.since = *since;
    asked.lines = logs::lines_max;
    return {};
}

void print(const logs::reader::page& page, bool as_json) {
    if (page.gap) std::cerr << "(some lines came and went too quickly to be shown)\n";
    for (const auto& line : page.lines)
        std::cout << (as_json ? to_json_line(line) : to_human_line(line)) << "\n";
    std::cout.flush();
}

// A name that nobody has is more likely a slip than a process that has not written yet.
bool nobody_is(const std::string& process, const std::vector<std::string>& known) {
    if (process.empty() || std::ranges::find(known, process) != known.end()) return false;
    std::cerr << fmt::format("cleave: no process \"{}\" has written anything{}\n", process,
                             topology::hint(process, known));
    return true;
}

int show(logs_arguments given) {
    if (const auto wrong = complete(given); !wrong.empty()) {
        std::cerr << "cleave: " << wrong << "\n";
        return 2;
    }
    logs::reader from(given.data, given.asked);
    const auto first = from.next();
    if (!first) {
        std::cerr << "Nothing runs on " << given.data
                  << ". Start it with `cleave up`, or name its directory with --data.\n";
        return 1;
    }
    if (nobody_is(given.asked.process, first->processes)) return 1;
    for (const auto& name : first->silent)
        std::cerr << name << " does not answer; it is left out.\n";
    print(*first, given.as_json);
    if (first->lines.empty() && !given.follow) std::cerr << "No line that is kept fits.\n";
    while (given.follow && std::cout) {
        std::this_thread::sleep_for(looked_at_every);
        const auto more = from.next();
        if (!more) {
            std::cerr << "Nothing runs any more.\n";
            break;
        }
        print(*more, given.as_json);
    }
    return 0;
}

}  // namespace

void add_logs(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand("logs", "Show the last lines of every process's log");
    auto given = std::make_shared<logs_arguments>();
    command->add_flag("--follow,-f", given->follow, "And those that come, until Ctrl-C");
    command->add_option("--module", given->asked.module,
                        "What is about this module, or comes from this component (http, sqlite)");
    command->add_option("--process", given->asked.process,
                        "What this process wrote, as `cleave status` names it; up is one too");
    command->add_option("--level", given->level, "The least important lines that are shown")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
        ->capture_default_str();
    command->add_option("--trace", given->trace,
                        "What belongs to a request: its X-Request-Id, a trace's id, a traceparent");
    auto* since = command->add_option("--since", given->since,
                                      "From then on: 90s, 5m, 2h, 7d before now, or a moment");
    command->add_option("--lines", given->asked.lines, "The last so many")
        ->check(CLI::Range(std::size_t{1}, logs::lines_max))
        ->excludes(since)
        ->capture_default_str();
    command->add_flag("--json", given->as_json, "A JSON object a line, for programs");
    add_data_option(*command, given->data);
    command->footer(
        "Each process keeps its last lines (log.kept_bytes), and `up` those of the processes that\n"
        "it starts, also when they have ended. Lines are in the order of their time.\n"
        "Example: cleave logs --follow --level warning --module comments --data /srv/blog");
    command->callback([&chosen, given] { chosen = [given] { return show(*given); }; });
}

}  // namespace cleave::cli
