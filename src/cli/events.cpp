#include <app/call.hpp>
#include <app/known_modules.hpp>
#include <charconv>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <contract/codec.hpp>
#include <events/parked.hpp>
#include <iostream>

namespace cleave::cli {

namespace {

struct events_arguments {
    std::string data = "data";
    std::string module, id;
    bool all = false, as_json = false;
};

struct module_list {
    std::string module{};
    events::parked_list parked{};
};
BOOST_DESCRIBE_STRUCT(module_list, (), (module, parked))

struct failed_call : std::runtime_error {
    using runtime_error::runtime_error;
};

// What the module answers. Throws failed_call.
template <class Answer>
Answer ask(const events_arguments& given, const std::string& module, std::string_view method,
           const events::parked_choice& which) {
    const auto answer = app::call_module(
        {given.data, events::parked_service(module), std::string(method), encode(which), 0});
    if (answer.status == 200)
        if (auto read = decode<Answer>(answer.body)) return std::move(*read);
    const auto why = decode<problem>(answer.body);
    throw failed_call(why ? fmt::format("{}: {} {}", module, why->subject, why->detail)
                          : fmt::format("{}: {}", module, answer.body));
}

std::string age(timestamp since) {
    const auto s = std::max<std::int64_t>(0, system_clock().now().unix_ms - since.unix_ms) / 1000;
    if (s < 120) return fmt::format("{} s", s);
    if (s < 7200) return fmt::format("{} min", s / 60);
    return s < 48 * 3600 ? fmt::format("{} h", s / 3600) : fmt::format("{} d", s / 86400);
}

std::string row(std::string_view module, const events::parked_event& e) {
    return fmt::format("{:<14} {:<18} {:<20} {:>8} {:>8} {:>8}  {}\n", module,
                       fmt::format("{}:{}", e.publisher, e.id), e.kind, e.key, age(e.at),
                       e.attempts, e.attempts > 0 ? e.error : "queues behind one of its key");
}

std::string heading() {
    return fmt::format("{:<14} {:<18} {:<20} {:>8} {:>8} {:>8}  {}\n", "MODULE", "EVENT", "KIND",
                       "KEY", "AGE", "ATTEMPTS", "LAST ERROR");
}

// "17", or "posts:17" where several publishers have an event 17.
std::optional<events::parked_choice> read_id(const std::string& text) {
    events::parked_choice which;
    const auto colon = text.find(':');
    const auto digits = std::string_view(text).substr(colon == text.npos ? 0 : colon + 1);
    std::int64_t number = 0;
    const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (bad != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    if (colon != text.npos) which.publisher = text.substr(0, colon);
    which.id = number;
    return which;
}

int wrong_usage(std::string_view what) {
    std::cerr << what << "\n";
    return 2;
}

constexpr std::string_view not_an_id =
    "An event is named as `cleave events list` shows it: 17, or posts:17";

int list(const events_arguments& given) {
    std::vector<module_list> all;
    int code = 0;
    for (const auto& m : app::known_modules()) {
        if (m.follows.empty()) continue;
        try {
            all.push_back({m.name, ask<events::parked_list>(given, m.name, "list", {})});
        } catch (const std::exception& e) {
            std::cerr << "cleave: " << m.name << " did not say: " << e.what() << "\n";
            code = 1;
        }
    }
    if (given.as_json) {
        std::cout << encode(all) << "\n";
        return code;
    }
    std::string text;
    std::int64_t left_out = 0;
    for (const auto& [module, parked] : all) {
        for (const auto& e : parked.events) text += row(module, e);
        left_out += parked.total - static_cast<std::int64_t>(parked.events.size());
    }
    if (!text.empty()) std::cout << heading() << text;
    if (left_out > 0) std::cout << "… and " << left_out << " more\n";
    if (text.empty() && code == 0) std::cout << "No event is parked.\n";
    return code;
}

int retry(const events_arguments& given) {
    events::parked_choice which;
    if (given.id.empty() != given.all)
        return wrong_usage("Say which event: its ID, or --all for all of the module");
    if (!given.all) {
        const auto named = read_id(given.id);
        if (!named) return wrong_usage(not_an_id);
        which = *named;
    }
    std::int64_t applied = 0;
    events::retry_outcome last;
    do {
        last = ask<events::retry_outcome>(given, given.module, "retry", which);
        applied += last.applied;
    } while (given.all && !last.finished && last.applied > 0);
    std::cout << "applied: " << applied << "\n";
    if (!last.finished) {
        std::cerr << "There was no time for all of them: run it again.\n";
        return 1;
    }
    if (last.failed == 0) return 0;
    std::cerr << last.failed << " cannot be applied yet; `cleave events list` says why.\n";
    return 1;
}

int drop(const events_arguments& given) {
    const auto which = read_id(given.id);
    if (!which) return wrong_usage(not_an_id);
    // First what it is: afterwards nothing knows it any more.
    const auto found = ask<events::parked_list>(given, given.module, "list", *which);
    for (const auto& e : found.events) std::cout << row(given.module, e);
    const auto dropped = ask<events::parked_event>(given, given.module, "drop", *which);
    std::cout << "dropped: " << dropped.publisher << ":" << dropped.id << "\n";
    return 0;
}

action guarded(int (*run)(const events_arguments&), std::shared_ptr<events_arguments> given) {
    return [run, given] {
        try {
            return run(*given);
        } catch (const failed_call& e) {
            std::cerr << "cleave: " << e.what() << "\n";
            return 1;
        }
    };
}

}  // namespace

void add_events(CLI::App& app, action& chosen) {
    auto* all = app.add_subcommand("events", "Events that a module could not apply: see and mend");
    all->require_subcommand(1);
    all->footer(
        "An event whose handler failed 20 times is parked; later events of its key queue behind\n"
        "it. Mend the reason, then retry; or drop it. Works while the blog runs, and while not.");
    auto given = std::make_shared<events_arguments>();

    auto* listing = all->add_subcommand("list", "All that are parked, and why");
    listing->add_flag("--json", given->as_json, "For programs");
    add_data_option(*listing, given->data);
    listing->footer("Example: cleave events list --data /srv/blog");
    listing->callback([&chosen, given] { chosen = guarded(list, given); });

    auto* again = all->add_subcommand("retry", "Apply one, or all, with those queued behind");
    again->add_option("module", given->module, "Whose: comments")->required();
    again->add_option("id", given->id, "Which: 17, or posts:17; goes on with those of its key");
    again->add_flag("--all", given->all, "All that the module has parked");
    add_data_option(*again, given->data);
    again->footer("Example: cleave events retry comments posts:17");
    again->callback([&chosen, given] { chosen = guarded(retry, given); });

    auto* gone = all->add_subcommand("drop", "Show one, and never apply it");
    gone->add_option("module", given->module, "Whose: comments")->required();
    gone->add_option("id", given->id, "Which: 17, or posts:17")->required();
    add_data_option(*gone, given->data);
    gone->footer("Example: cleave events drop comments posts:17");
    gone->callback([&chosen, given] { chosen = guarded(drop, given); });
}

}  // namespace cleave::cli
