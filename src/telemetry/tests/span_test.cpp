#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <telemetry/recorder.hpp>
#include <telemetry/slowest.hpp>
#include <telemetry/span_ring.hpp>
#include <telemetry/task_span.hpp>
#include <thread>

namespace cleave::telemetry::test {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// All fields follow from the number, so that half of one and half of another is noticed.
span numbered(std::uint64_t number) {
    span out;
    out.trace.fill(static_cast<std::uint8_t>(number));
    out.begin = steady_time(std::chrono::nanoseconds(number));
    out.took = std::chrono::nanoseconds(number * 3);
    out.name = static_cast<std::uint32_t>(number);
    out.jobs = out.waited_us = out.commit_us = out.name;
    return out;
}

bool is_whole(const span& s) {
    const auto number = static_cast<std::uint64_t>(s.begin.time_since_epoch().count());
    const auto whole = numbered(number);
    return s.trace == whole.trace && s.took == whole.took && s.name == whole.name &&
           s.jobs == whole.jobs && s.commit_us == whole.commit_us;
}

// What a recorded request came to.
span root_of(trace_context& trace, milliseconds took) {
    span out = begin_span(trace, span_kind::request, span_name("test", "GET /"), span_mode::direct);
    out.begin = std::chrono::steady_clock::now() - took;
    out.took = took;
    return out;
}

trace_context recorded_request() {
    trace_context out = begin_request({});
    out.within = out.span_id;
    return out;
}

}  // namespace

TEST_CASE("a ring keeps the last spans, the latest first") {
    span_ring ring(6);
    REQUIRE(ring.size() == 8);
    const auto seen = [&ring] {
        std::vector<std::uint32_t> out;
        ring.each_backwards([&](const span& s) {
            out.push_back(s.name);
            return true;
        });
        return out;
    };
    CHECK(seen().empty());
    for (std::uint64_t i = 1; i <= 3; ++i) ring.put(numbered(i));
    CHECK(seen() == std::vector<std::uint32_t>{3, 2, 1});
    for (std::uint64_t i = 4; i <= 20; ++i) ring.put(numbered(i));
    CHECK(seen() == std::vector<std::uint32_t>{20, 19, 18, 17, 16, 15, 14, 13});
    CHECK(ring.written() == 20);
    CHECK_FALSE(ring.get(11));
    CHECK(ring.get(12)->name == 13);
}

TEST_CASE("a reader never sees half a span, however fast they are written over") {
    span_ring ring(16);
    std::atomic<bool> reading = true;
    std::thread writer([&] {
        for (std::uint64_t i = 1; reading; ++i) ring.put(numbered(i));
    });
    std::size_t seen = 0, broken = 0;
    while (seen < 20'000)
        ring.each_backwards([&](const span& s) {
            ++seen;
            broken += is_whole(s) ? 0 : 1;
            return true;
        });
    reading = false;
    writer.join();
    CHECK(broken == 0);
}

TEST_CASE("what was recorded is found by request and by trace, from any thread") {
    auto trace = recorded_request();
    const auto request = trace.span_id;
    record_root(root_of(trace, milliseconds(1)));
    std::thread([trace]() mutable {
        record(begin_span(trace, span_kind::call, span_name("posts", "find"), span_mode::process));
    }).join();
    const auto found = spans_of_request(request);
    REQUIRE(found.size() == 2);
    CHECK(spans_of_trace(trace.trace_id).size() == 2);
    const auto call = std::ranges::find(found, span_kind::call, &span::kind);
    const auto root = std::ranges::find(found, span_kind::request, &span::kind);
    CHECK(call->parent == root->id);
    CHECK(label_of(call->name).module == "posts");
    CHECK(label_of(call->name).name == "find");
    CHECK(last_requests(1).at(0).request == request);
    CHECK(spans_of_request(recorded_request().span_id).empty());
}

TEST_CASE("a slow request outlives a flood of quick ones, with what hangs below it") {
    auto slow = recorded_request();
    const auto request = slow.span_id;
    auto root = root_of(slow, milliseconds(3'000));
    record(begin_span(slow, span_kind::call, span_name("posts", "find"), span_mode::direct));
    record_root(root);
    for (int i = 0; i < 10'000; ++i) {
        auto quick = recorded_request();
        record_root(root_of(quick, milliseconds(1)));
    }
    CHECK(spans_of_request(request).size() == 2);
    CHECK(slowest_requests(3).at(0).request == request);
    CHECK(count_spans().overwritten > 0);
}

TEST_CASE("of the slowest the quickest goes, and who is too old goes first") {
    slowest kept;
    const auto at = [](milliseconds since, microseconds took) {
        span out;
        out.id.fill(static_cast<std::uint8_t>(took.count()));
        out.begin = steady_time(std::chrono::hours(1)) + since - took;
        out.took = took;
        return out;
    };
    const auto offer = [&kept](const span& s) {
        const bool wanted = kept.wants(s);
        if (wanted) kept.keep(s, {s});
        return wanted;
    };
    milliseconds now{0};
    for (int i = 0; i < static_cast<int>(slowest::roots_max); ++i)
        CHECK(offer(at(now += milliseconds(20), microseconds(100 + i))));
    CHECK_FALSE(offer(at(now += milliseconds(20), microseconds(100))));
    CHECK(offer(at(now += milliseconds(20), microseconds(200))));
    // Looking for what belongs to one takes time: not for a quick one so soon, for a slow one yes.
    CHECK_FALSE(offer(at(now += milliseconds(1), microseconds(210))));
    CHECK(offer(at(now, milliseconds(300))));
    CHECK(kept.spans().size() == slowest::roots_max);
    now += slowest::kept_for + std::chrono::seconds(10);
    CHECK(offer(at(now, microseconds(1))));
    CHECK(kept.spans().size() == 1);
}

TEST_CASE("whether a request is recorded follows from its trace, and a stranger may only decline") {
    const auto decides = [](const trace_context& from) {
        trace_context request = begin_request(from);
        begin_recording(request, from);
        CHECK((!request.is_recorded() || request.within == request.span_id));
        return request.is_recorded();
    };
    trace_context outside = begin_request({});
    CHECK_FALSE(decides(outside));  // its traceparent ends in 00
    outside.within = outside.span_id;
    CHECK(decides(outside));
    CHECK(decides({}));

    configure_recording({.one_in = 0});
    CHECK_FALSE(decides(outside));
    configure_recording({.one_in = 10});
    std::size_t recorded = 0;
    for (int i = 0; i < 10'000; ++i) recorded += decides({}) ? 1 : 0;
    CHECK(recorded > 700);
    CHECK(recorded < 1'300);
    const bool once = decides(outside);
    for (int i = 0; i < 10; ++i) CHECK(decides(outside) == once);
    configure_recording({});
}

TEST_CASE("names are bounded") {
    const auto one = span_name("posts", "find");
    CHECK(span_name("posts", "find") == one);
    CHECK(span_name("users", "find") != one);
    for (int i = 0; i < 5'000; ++i) span_name("posts", "m" + std::to_string(i));
    CHECK(label_of(span_name("posts", "yet another")).name == "…");
    CHECK(label_of(one).name == "find");
    CHECK(label_of(0).name == "(no route)");
}

TEST_CASE("a task is the root of a trace of its own, and no request") {
    const task_span none(span_name("posts", "publish views"));
    CHECK(none.trace().is_recorded());
    const task_span one(span_name("posts", "publish views"));
    one.ended(200, 3);
    const auto last = last_tasks(1);
    REQUIRE(last.size() == 1);
    CHECK(last[0].kind == span_kind::task);
    CHECK(last[0].id == one.trace().within);
    CHECK(last[0].request == one.trace().span_id);
    CHECK(last[0].jobs == 3);
    CHECK(spans_of_trace(none.trace().trace_id).empty());
    for (const auto& r : last_requests(100)) CHECK(r.id != last[0].id);

    configure_recording({.one_in = 0});
    const task_span unseen(span_name("posts", "publish views"));
    unseen.ended(200);
    CHECK_FALSE(unseen.trace().is_recorded());
    CHECK(spans_of_trace(unseen.trace().trace_id).empty());
    configure_recording({});
}

}  // namespace cleave::telemetry::test
