#include <catch2/catch.hpp>
#include <contract/codec.hpp>
#include <logs/log_service.hpp>

using namespace cleave;

namespace {

log::kept_line some_line() {
    log::kept_line out{.time = {1'800'000'000'123},
                       .at = log::level::warning,
                       .process = "main",
                       .component = "http",
                       .module = "comments",
                       .message = "slow"};
    out.request.fill(0xcd);
    out.trace.fill(0xab);
    return out;
}

http::response ask(const std::string& query) {
    http::request r;
    r.target = "/logs?" + query;
    r.path = std::string_view(r.target).substr(0, 5);
    r.query = std::string_view(r.target).substr(6);
    return logs::answer_logs(r, false);
}

logs::log_answer told(const std::string& query) {
    const auto answer = ask(query);
    REQUIRE(answer.status == 200);
    const auto read = decode<logs::log_answer>(answer.body);
    REQUIRE(read);
    return *read;
}

}  // namespace

TEST_CASE("lines are chosen by level, module, process, request and time") {
    const auto line = some_line();
    const auto chosen = [&](auto change) {
        logs::question asked;
        change(asked);
        return logs::fits(line, asked);
    };
    CHECK(chosen([](auto&) {}));
    CHECK(chosen([](auto& q) { q.least = log::level::warning; }));
    CHECK_FALSE(chosen([](auto& q) { q.least = log::level::error; }));
    CHECK(chosen([](auto& q) { q.module = "comments"; }));
    CHECK(chosen([](auto& q) { q.module = "http"; }));
    CHECK_FALSE(chosen([](auto& q) { q.module = "comment"; }));
    CHECK(chosen([](auto& q) { q.process = "main"; }));
    CHECK_FALSE(chosen([](auto& q) { q.process = "users"; }));
    CHECK(chosen([](auto& q) { CHECK(ask_about(q, "cdcdcdcdcdcdcdcd")); }));
    CHECK(chosen([](auto& q) { CHECK(ask_about(q, "CDCDCDCDCDCDCDCD")); }));
    CHECK_FALSE(chosen([](auto& q) { ask_about(q, "cdcdcdcdcdcdcdce"); }));
    CHECK_FALSE(chosen([](auto& q) { ask_about(q, "abababababababababababababababac"); }));
    CHECK(chosen([](auto& q) { ask_about(q, "abababababababababababababababab"); }));
    CHECK(chosen(
        [](auto& q) { ask_about(q, "00-abababababababababababababababab-1212121212121212-01"); }));
    CHECK(chosen([](auto& q) { q.since = {1'800'000'000'123}; }));
    CHECK_FALSE(chosen([](auto& q) { q.since = {1'800'000'000'124}; }));
    auto feed = line;
    feed.module = "comments.feed";
    logs::question asked;
    asked.module = "comments";
    CHECK(logs::fits(feed, asked));
}

TEST_CASE("a time before now, or a moment") {
    const timestamp now{1'800'000'000'000};
    CHECK(logs::parse_since("90s", now) == timestamp{now.unix_ms - 90'000});
    CHECK(logs::parse_since("5m", now) == timestamp{now.unix_ms - 300'000});
    CHECK(logs::parse_since("2h", now) == timestamp{now.unix_ms - 7'200'000});
    CHECK(logs::parse_since("7d", now) == timestamp{now.unix_ms - 604'800'000});
    CHECK(logs::parse_since("2026-11-26T21:08:00.000Z", now));
    for (const auto* none : {"", "s", "0s", "-1s", "1", "1w", "1 h", "1.5h", "now", "yesterday",
                             "99999999999999999999d", "100000d", "2026-11-26"}) {
        INFO(none);
        CHECK_FALSE(logs::parse_since(none, now));
    }
}

TEST_CASE("a record is written as the log writes it, whatever it says") {
    auto record = logs::to_record(some_line());
    CHECK(to_json_line(record) ==
          R"({"time":"2027-01-15T08:00:00.123Z","level":"warning","process":"main",)"
          R"("component":"http","module":"comments","message":"slow",)"
          R"("request_id":"cdcdcdcdcdcdcdcd","trace_id":"abababababababababababababababab"})");
    CHECK(to_human_line(record).ends_with(
        ".123 warning main [http comments] slow request=cdcdcdcdcdcdcdcd"));
    record.message = "a\"\n\x1b[2J";
    CHECK(to_json_line(record).find(R"(a\"\\x0a\\x1b[2J)") != std::string::npos);
    CHECK(to_human_line(record).find('\n') == std::string::npos);
}

TEST_CASE("a process tells what fits, and from where to go on") {
    log::configure("test", log::level::error);
    log::keep_lines(100'000);
    const auto before = told("level=debug");
    for (const auto* module : {"posts", "comments", "posts"})
        log::keep("test", {.component = "sqlite", .module = module, .message = "text"});
    const auto all = told(logs::target_of({}, before.book, before.last).substr(6));
    CHECK(all.lines.size() == 3);
    CHECK(all.last == before.last + 3);
    CHECK(all.processes == std::vector<std::string>{"test"});
    logs::question posts{.module = "posts", .lines = 1};
    const auto one = told(target_of(posts, all.book, 0).substr(6));
    REQUIRE(one.lines.size() == 1);
    CHECK(one.lines[0].module == "posts");
    CHECK(one.last == all.last);
    CHECK(told(logs::target_of({}, all.book, all.last).substr(6)).lines.empty());
    // Somebody who has read another process, which had written more, is told everything.
    CHECK(told(logs::target_of({}, "another", all.last + 10).substr(6)).lines.size() >= 3);
    log::keep_lines(log::kept_bytes_by_default);
}

TEST_CASE("what is no question is refused, and why is said") {
    for (const auto* wrong :
         {"level=loud", "level=", "module=..%2F", "module=A", "process=%00", "request=1",
          "trace=xyz", "since=yesterday", "lines=-1", "lines=10001", "lines=all", "after=-1",
          "after=99999999999999999999"}) {
        INFO(wrong);
        CHECK(ask(wrong).status == 400);
    }
    CHECK(ask("module=comments.feed&level=error&lines=0").status == 200);
}
