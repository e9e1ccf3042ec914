#include <app/call.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <iostream>

namespace cleave::cli {

namespace {

struct call_arguments {
    std::string method;
    std::string body = "{}";
    std::string data = "data";
    std::string process;
    std::int64_t user_id = 0;
};

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
    const auto answer = app::call_module(wanted);
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
    add_data_option(*command, given->data);
    command->footer(
        "While the blog runs, the process that owns the module is asked. A refusal is printed as\n"
        "JSON on stderr.\n"
        "Example: cleave call posts.find '{\"slug\":\"hello\"}' --data /srv/blog");
    command->callback([&chosen, given] { chosen = [given] { return call(*given); }; });
}

}  // namespace cleave::cli
