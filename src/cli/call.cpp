#include <app/call.hpp>
#include <base/encoding.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <iostream>
#include <telemetry/recorder.hpp>
#include <traces/fetch.hpp>
#include <traces/waterfall.hpp>

namespace cleave::cli {

namespace {

struct call_arguments {
    std::string method;
    std::string body = "{}";
    std::string data = "data";
    std::string process;
    std::int64_t user_id = 0;
    bool trace = false;
};

// Of the process that was asked; of this one, where nothing runs.
std::vector<traces::span_record> spans_of(const call_arguments& given, const trace_context& trace) {
    const auto asked = *traces::question_about(to_hex(trace.span_id));
    if (auto told = traces::fetch_spans(given.data, asked)) return std::move(told->spans);
    std::vector<traces::span_record> out;
    for (const auto& s : telemetry::spans_of_request(trace.span_id))
        out.push_back(traces::to_record(s, "here", traces::this_moment()));
    return out;
}

int call(const call_arguments& given) {
    const auto dot = given.method.rfind('.');
    if (dot == std::string::npos) {
        std::cerr
            << "Say which method of which module: cleave call posts.find '{\"slug\":\"a\"}'\n";
        return 2;
    }
    app::tool_call wanted;
    wanted.data = given.data;
    wanted.service = given.method.substr(0, dot);
    wanted.method = given.method.substr(dot + 1);
    wanted.body = given.body;
    wanted.process = given.process;
    wanted.user_id = given.user_id;
    if (given.trace) wanted.trace = begin_request({});
    const auto answer = app::call_module(wanted);
    if (given.trace) std::cerr << draw_waterfall(spans_of(given, wanted.trace));
    (answer.status == 200 ? std::cout : std::cerr) << answer.body << "\n";
    return answer.status == 200 ? 0 : 1;
}

}  // namespace

void add_call(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand(
        "call", "Call a module's method: through the process that owns it, or here if none runs");
    auto given = std::make_shared<call_arguments>();
    command
        ->add_option("method", given->method, "posts.list, users.get_account, comments.feed.read")
        ->required();
    command->add_option("request", given->body, "The request as JSON")->capture_default_str();
    command->add_option("--process", given->process,
                        "Which instance is asked (users.2), where it is not the owner");
    command->add_option("--as", given->user_id, "Id of the user on whose behalf");
    command->add_flag("--trace", given->trace,
                      "Show on stderr where its time went, as `cleave trace` does");
    add_data_option(*command, given->data);
    command->footer(
        "While the blog runs, the process that owns the module is asked. A refusal is printed as\n"
        "JSON on stderr.\n"
        "Example: cleave call posts.find '{\"slug\":\"hello\"}' --data /srv/blog");
    command->callback([&chosen, given] { chosen = [given] { return call(*given); }; });
}

}  // namespace cleave::cli
