// What an event says of the request that caused it.
#include <catch2/catch.hpp>
#include <telemetry/recorder.hpp>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

events::subscription note_all() {
    events::subscription all("publisher");
    all.on<said>(
        [](sqlite::connection& db, const said& e, const events::event&) { note(db, e.text); });
    return all;
}

trace_context recorded_request() {
    trace_context out = begin_request({});
    out.within = new_span_id();
    return out;
}

void publish_for(scratch_platform& p, const trace_context& trace, timestamp at) {
    REQUIRE(p.write([&](sqlite::connection& db) {
        db.set_trace(trace);
        p.outbox.append(db, 1, at, said{"traced"});
    }));
}

events::feed_page read_all(scratch_platform& p) {
    auto page = run_coroutine(p.outbox.read({}, {}));
    REQUIRE(page);
    return std::move(*page);
}

}  // namespace

TEST_CASE("an event's delivery is a span of the request that caused it") {
    scratch_platform publisher{tested_schema}, own{tested_schema};
    const auto trace = recorded_request();
    publish_for(publisher, trace, system_clock().now());
    CHECK(trace_from_text(read_all(publisher).events.at(0).trace.value_or("")) == trace);

    auto limits = quick();
    limits.reached = telemetry::span_mode::process;
    deliver(own.outbox, note_all(), publisher.outbox, limits);
    CHECK(notes(own) == "traced ");
    const auto spans = telemetry::spans_of_request(trace.span_id);
    REQUIRE(spans.size() == 1);
    const auto& s = spans.front();
    CHECK(s.kind == telemetry::span_kind::delivery);
    CHECK(s.mode == telemetry::span_mode::process);
    CHECK(s.trace == trace.trace_id);
    CHECK(s.parent == trace.within);
    CHECK(telemetry::label_of(s.name).module == "tested");
    CHECK(telemetry::label_of(s.name).name == "publisher.said");
}

TEST_CASE("an event of nobody's request has no trace, and an old one's delivery is not recorded") {
    scratch_platform publisher{tested_schema}, own{tested_schema};
    REQUIRE(publish(publisher, 1, "untraced"));
    const auto trace = recorded_request();
    publish_for(publisher, trace, {system_clock().now().unix_ms - 3'600'000});
    const auto page = read_all(publisher);
    REQUIRE(page.events.size() == 2);
    CHECK_FALSE(page.events[0].trace);
    CHECK(page.events[1].trace);
    deliver(own.outbox, note_all(), publisher.outbox);
    CHECK(notes(own) == "untraced traced ");
    CHECK(telemetry::spans_of_request(trace.span_id).empty());
}

TEST_CASE("a page of events that no request has caused begins a trace of its own") {
    scratch_platform publisher{tested_schema}, own{tested_schema};
    REQUIRE(publish(publisher, 1, "one"));
    REQUIRE(publish(publisher, 1, "two"));
    deliver(own.outbox, note_all(), publisher.outbox);
    CHECK(notes(own) == "one two ");
    const auto tasks = telemetry::last_tasks(1);
    REQUIRE(tasks.size() == 1);
    const auto& task = tasks.front();
    CHECK(telemetry::label_of(task.name).module == "tested");
    CHECK(telemetry::label_of(task.name).name == "follow publisher");
    CHECK(task.jobs == 2);
    CHECK(task.status == 200);
    const auto all = telemetry::spans_of_request(task.request);
    REQUIRE(all.size() == 2);
    const auto batch = std::ranges::find(all, telemetry::span_kind::batch, &telemetry::span::kind);
    REQUIRE(batch != all.end());
    CHECK(batch->parent == task.id);
}

TEST_CASE("a log that an older release began gets the column, and its events are read") {
    scratch_platform p{tested_schema};
    REQUIRE(p.write([](sqlite::connection& db) {
        db.run_script(
            "ALTER TABLE tested_outbox DROP COLUMN trace;"
            "INSERT INTO tested_outbox (kind, key, at, body) VALUES ('said', 1, 0, '{}')");
    }));
    auto& again = restarted(p);
    auto page = run_coroutine(again.read({}, {}));
    REQUIRE(page);
    REQUIRE(page->events.size() == 1);
    CHECK_FALSE(page->events.front().trace);
}

TEST_CASE("a trace is kept as text, and what is none gives none") {
    const auto trace = recorded_request();
    const auto text = to_text(trace);
    CHECK(text.size() == 66);
    CHECK(trace_from_text(text) == trace);
    for (const auto& bad :
         {std::string(), text.substr(1), text + "0", std::string(66, '-'), std::string(66, 'g')})
        CHECK_FALSE(trace_from_text(bad));
}
