#include <app/call.hpp>
#include <app/saga_owners.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <contract/codec.hpp>
#include <iostream>
#include <saga/sagas.hpp>

namespace cleave::cli {

namespace {

struct saga_arguments {
    std::string data = "data";
    std::string id;
    bool as_json = false;
};

struct refused_call : std::runtime_error {
    explicit refused_call(const problem& p)
        : std::runtime_error(fmt::format("{} {}", p.subject, p.detail)), code(p.code) {}
    errc code;
};

// What the module answers. Throws refused_call.
template <class Answer, class Request>
Answer ask(const saga_arguments& given, std::string_view module, std::string_view method,
           const Request& request) {
    const auto answer = app::call_module(
        {given.data, saga::operating_service(module), std::string(method), encode(request), 0});
    if (answer.status == 200)
        if (auto read = decode<Answer>(answer.body)) return std::move(*read);
    const auto why = decode<problem>(answer.body);
    throw refused_call(why ? *why : problem{errc::internal, "answer", answer.body, {}});
}

// Of whichever module has that saga. Throws refused_call.
saga::told_saga ask_owner(const saga_arguments& given, std::string_view method) {
    const saga::saga_id which{given.id};
    for (const auto module : app::saga_owners) {
        try {
            return ask<saga::told_saga>(given, module, method, which);
        } catch (const refused_call& e) {
            if (e.code != errc::not_found) throw;
        }
    }
    throw refused_call({errc::not_found, "saga", "not found", {}});
}

template <class Enum>
const char* name_of(Enum value) {
    return describe::enum_to_string(value, "");
}

std::string age(timestamp since) {
    const auto s = std::max<std::int64_t>(0, system_clock().now().unix_ms - since.unix_ms) / 1000;
    if (s < 120) return fmt::format("{} s", s);
    if (s < 7200) return fmt::format("{} min", s / 60);
    return s < 48 * 3600 ? fmt::format("{} h", s / 3600) : fmt::format("{} d", s / 86400);
}

std::string row(const saga::told_saga& s) {
    const auto done = std::ranges::count(s.steps, saga::step_state::done, &saga::told_step::state);
    return fmt::format("{:<32}  {:<16} {:>8}  {:<9} {:>6} {:>8}  {}\n", s.id, s.kind, s.subject,
                       name_of(s.state), fmt::format("{}/{}", done, s.steps.size()),
                       age(s.begun_at), s.error);
}

int list(const saga_arguments& given) {
    saga::told_sagas all;
    for (const auto module : app::saga_owners) {
        auto some = ask<saga::told_sagas>(given, module, "list", nothing());
        std::ranges::move(some.sagas, std::back_inserter(all.sagas));
    }
    if (given.as_json) {
        std::cout << encode(all.sagas) << "\n";
    } else if (all.sagas.empty()) {
        std::cout << "No saga is under way, and none has ended in the last 30 days.\n";
    } else {
        std::cout << fmt::format("{:<32}  {:<16} {:>8}  {:<9} {:>6} {:>8}  {}\n", "SAGA", "KIND",
                                 "SUBJECT", "STATE", "DONE", "BEGUN", "LAST ERROR");
        for (const auto& s : all.sagas) std::cout << row(s);
    }
    return 0;
}

int show(const saga_arguments& given) {
    const auto s = ask_owner(given, "show");
    if (given.as_json) {
        std::cout << encode(s) << "\n";
        return 0;
    }
    std::cout << fmt::format("{} {} of {}: {}, begun {}\n", s.kind, s.id, s.subject,
                             name_of(s.state), to_rfc3339(s.begun_at));
    for (const auto& step : s.steps)
        std::cout << fmt::format("  {:<14} {:<18} {}\n", step.module, step.action,
                                 name_of(step.state));
    if (!s.error.empty())
        std::cout << fmt::format("{} attempts in vain; the last error: {}\n", s.attempts, s.error);
    return 0;
}

int retry(const saga_arguments& given) {
    const auto s = ask_owner(given, "retry");
    if (given.as_json)
        std::cout << encode(s) << "\n";
    else
        std::cout << fmt::format("{} goes on, as soon as the blog runs: {}\n", s.id,
                                 name_of(s.state));
    return 0;
}

action guarded(int (*run)(const saga_arguments&), std::shared_ptr<saga_arguments> given) {
    return [run, given] {
        try {
            return run(*given);
        } catch (const refused_call& e) {
            std::cerr << "cleave: " << e.what() << "\n";
            return 1;
        }
    };
}

}  // namespace

void add_saga(CLI::App& app, action& chosen) {
    auto* all = app.add_subcommand("saga", "Transactions over modules: see and mend");
    all->require_subcommand(1);
    all->footer(
        "A saga goes on by itself, through restarts and while modules are down. One whose step\n"
        "failed for good after the point of no return is stuck: mend the reason, then retry.\n"
        "Works while the blog runs, and while not.");
    auto given = std::make_shared<saga_arguments>();
    const auto add = [&](const char* name, const char* what, int (*run)(const saga_arguments&)) {
        auto* command = all->add_subcommand(name, what);
        if (run != &list)
            command->add_option("id", given->id, "Which, as `list` shows it")->required();
        command->add_flag("--json", given->as_json, "For programs");
        add_data_option(*command, given->data);
        command->callback([&chosen, given, run] { chosen = guarded(run, given); });
        return command;
    };
    add("list", "Those under way, and those of the last 30 days", list)
        ->footer("Example: cleave saga list --data /srv/blog");
    add("show", "One, step by step", show)
        ->footer("Example: cleave saga show 9d9d7f2863dea0ec56515049c85b08ad");
    add("retry", "One that is stuck goes on where it was", retry)
        ->footer("Example: cleave saga retry 9d9d7f2863dea0ec56515049c85b08ad");
}

}  // namespace cleave::cli
