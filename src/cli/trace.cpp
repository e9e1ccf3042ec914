#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <iostream>
#include <traces/fetch.hpp>
#include <traces/formats.hpp>
#include <traces/waterfall.hpp>

namespace cleave::cli {

namespace {

using traces::question;

struct trace_arguments {
    std::string which;
    std::string data = "data";
    std::string format = "text";
    std::size_t count = 1;
};

std::optional<question> read_question(const trace_arguments& given) {
    if (given.which == "last") return question{question::of::last, {}, given.count};
    if (given.which == "slow") return question{question::of::slow, {}, given.count};
    if (given.which == "tasks") return question{question::of::tasks, {}, given.count};
    return traces::question_about(given.which);
}

// Null: it was said on stderr why.
std::optional<std::vector<traces::span_record>> fetch(const trace_arguments& given,
                                                      const question& asked) {
    auto found = traces::fetch_spans(given.data, asked);
    if (!found) {
        std::cerr << "Nothing runs on " << given.data
                  << ". Start it with `cleave up`, or name its directory with --data.\n";
        return std::nullopt;
    }
    for (const auto& name : found->silent)
        std::cerr << name << " does not answer; it is left out.\n";
    return std::move(found->spans);
}

int trace(const trace_arguments& given) {
    const auto asked = read_question(given);
    if (!asked) {
        std::cerr << "Say which: last, slow, tasks, or an id: the X-Request-Id of an answer (16 "
                     "hex digits),\n"
                     "the trace's (32), or a traceparent.\n";
        return 2;
    }
    auto spans = fetch(given, *asked);
    if (!spans) return 1;
    std::vector<std::vector<traces::span_record>> found;
    if (asked->what != question::of::request && asked->what != question::of::trace) {
        for (const auto& root : traces::choose_roots(std::move(*spans), *asked)) {
            auto one = fetch(given, {question::of::request, root.request});
            if (one) found.push_back(std::move(*one));
        }
    } else {
        found.push_back(std::move(*spans));
    }
    std::erase_if(found, [](const auto& one) { return one.empty(); });
    if (found.empty()) {
        std::cerr
            << "No span of it is kept: the request was not traced (see `trace.one_in` in `cleave\n"
               "config`), or is so long ago that later ones took its place.\n";
        return 1;
    }
    if (given.format == "text") {
        for (std::size_t i = 0; i < found.size(); ++i)
            std::cout << (i > 0 ? "\n" : "") << draw_waterfall(found[i]);
        return 0;
    }
    std::vector<traces::span_record> all;
    for (auto& one : found) all.insert(all.end(), one.begin(), one.end());
    std::cout << (given.format == "zipkin" ? to_zipkin(all) : to_otlp(all)) << "\n";
    return 0;
}

}  // namespace

void add_trace(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand("trace", "Show where a request's time went, span by span");
    auto given = std::make_shared<trace_arguments>();
    command
        ->add_option(
            "which", given->which,
            "last, slow, tasks, or an id: the X-Request-Id of an answer, a trace's, a traceparent")
        ->required();
    command->add_option("--count", given->count, "So many of the last, the slowest or the tasks")
        ->check(CLI::Range(std::size_t{1}, traces::roots_max))
        ->capture_default_str();
    command->add_option("--format", given->format, "text, or JSON for zipkin or otlp")
        ->check(CLI::IsMember({"text", "zipkin", "otlp"}))
        ->capture_default_str();
    add_data_option(*command, given->data);
    command->footer(
        "Every running process is asked for what it has kept of the request. tasks are what no\n"
        "request has caused: timers, and followers that catch up.\n"
        "Example: cleave trace slow --count 3 --data /srv/blog\n"
        "         cleave trace last --format zipkin | curl -d @- -H content-type:application/json\n"
        "           localhost:9411/api/v2/spans");
    command->callback([&chosen, given] { chosen = [given] { return trace(*given); }; });
}

}  // namespace cleave::cli
