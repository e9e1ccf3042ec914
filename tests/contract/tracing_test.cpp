// What is recorded of a request has the same shape, however its calls are made.
#include <base/timer.hpp>
#include <support/eventually.hpp>
#include <telemetry/recorder.hpp>
#include <traces/fetch.hpp>
#include <traces/waterfall.hpp>

#include "acts.hpp"

namespace {

using namespace cleave;
using test::calling_mode, test::world;

trace_context recorded_request() {
    trace_context out = begin_request({});
    out.within = out.span_id;
    return out;
}

// Wherever they were recorded.
std::vector<traces::span_record> spans_of(world& w, const trace_context& trace) {
    std::vector<traces::span_record> out;
    for (const auto& s : telemetry::spans_of_trace(trace.trace_id))
        out.push_back(traces::to_record(s, "test", traces::this_moment()));
    if (w.mode() != calling_mode::process) return out;
    const auto asked = traces::question_about(to_traceparent(trace));
    REQUIRE(asked);
    auto told = traces::fetch_spans(w.data(), *asked);
    REQUIRE(told);
    out.insert(out.end(), told->spans.begin(), told->spans.end());
    return out;
}

// Without the test's own call, which is counted in one of the modes alone.
std::string shape_below(std::vector<traces::span_record> spans) {
    std::erase_if(spans, [](const auto& s) { return s.kind == "call" && s.name == "create"; });
    return traces::shape_of(spans);
}

// Somebody's second comment, until all who follow have heard of it. For the first one comments may
// have to ask users who he is, or has heard of it.
async<std::string> shape_of_a_comment(world& w) {
    const auto author = co_await test::sign_up(w, "ann");
    const auto reader = co_await test::sign_up(w, "bob");
    const auto article = co_await test::publish(w, author.id, "Traced");
    const comments::create_request before{article.slug, "Another"};
    const auto first = co_await w.comments().create(test::once_by(reader.id), before);
    REQUIRE(first.has_value());
    command_context context = test::once_by(reader.id);
    context.trace = recorded_request();
    const comments::create_request wanted{article.slug, "A comment"};
    const auto made = co_await w.comments().create(context, wanted);
    REQUIRE(made.has_value());
    std::string shape;
    const auto until = std::chrono::steady_clock::now() + test::patience;
    const auto is_told = [&shape](std::string_view module) {
        return shape.find(fmt::format("delivery {} ", module)) != std::string::npos;
    };
    while (!(is_told("notifications") && is_told("stats")) &&
           std::chrono::steady_clock::now() < until) {
        co_await resume_after(std::chrono::milliseconds(2));
        shape = shape_below(spans_of(w, context.trace));
    }
    co_return shape;
}

}  // namespace

TEST_CASE("a comment gives the same tree of spans in every calling mode") {
    std::map<std::string, std::string> by_mode;
    for (const auto mode : {calling_mode::direct, calling_mode::serialized, calling_mode::loopback,
                            calling_mode::process})
        test::in_mode(mode, [&](world& w) -> async<void> {
            auto shape = co_await shape_of_a_comment(w);
            by_mode[describe::enum_to_string(w.mode(), "")] = std::move(shape);
        });
    for (const auto& [mode, shape] : by_mode) {
        INFO(mode);
        CHECK(shape == by_mode["direct"]);
    }
    const auto& shape = by_mode["direct"];
    CAPTURE(shape);
    for (const auto* part : {"call posts.find\n", "batch comments\n",
                             "delivery notifications comments.comment_written\n",
                             "delivery stats comments.comment_written\n"})
        CHECK(shape.find(part) != std::string::npos);
}

TEST_CASE("of a request that is not recorded nothing is") {
    for (const auto mode : {calling_mode::direct, calling_mode::loopback})
        test::in_mode(mode, [](world& w) -> async<void> {
            query_context context = test::query_by_nobody();
            context.trace = begin_request({});
            const posts::get_request none{"none"};
            const auto found = co_await w.posts().find(context, none);
            CHECK_FALSE(found.has_value());
            CHECK(telemetry::spans_of_trace(context.trace.trace_id).empty());
        });
}
