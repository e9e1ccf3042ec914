#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <telemetry/log_book.hpp>
#include <telemetry/log_read.hpp>
#include <thread>

using namespace cleave;

namespace {

log::new_line line(std::uint64_t number, std::string_view message) {
    return {.number = number,
            .time = {static_cast<std::int64_t>(1'000 * number)},
            .at = log::level::warning,
            .component = "sqlite",
            .module = "posts",
            .message = message};
}

std::vector<log::kept_line> read(const log::line_ring& ring, std::uint64_t after = 0) {
    return log::read_lines(ring.copy(), "main", after);
}

}  // namespace

TEST_CASE("a line comes out of the ring as it went in") {
    log::line_ring ring(1'000);
    auto in = line(7, "한국어");
    in.request.fill(0xcd);
    in.trace.fill(0xab);
    ring.put(in);
    const auto out = read(ring);
    REQUIRE(out.size() == 1);
    CHECK(out[0].number == 7);
    CHECK(out[0].time == timestamp{7'000});
    CHECK(out[0].at == log::level::warning);
    CHECK(out[0].process == "main");
    CHECK(out[0].component == "sqlite");
    CHECK(out[0].module == "posts");
    CHECK(out[0].message == "한국어");
    CHECK(out[0].request == in.request);
    CHECK(out[0].trace == in.trace);
    CHECK(read(ring, 7).empty());
}

TEST_CASE("the oldest lines make room, and all others are whole, wherever the ring begins anew") {
    for (std::size_t bytes = 100; bytes < 600; bytes += 7) {
        log::line_ring ring(bytes);
        for (std::uint64_t n = 1; n <= 200; ++n) {
            ring.put(line(n, std::string(n % 50, 'x')));
            const auto kept = read(ring);
            CHECK(ring.copy().size() <= bytes);
            std::uint64_t expected = ring.overwritten() + 1;
            for (const auto& k : kept) {
                REQUIRE(k.number == expected++);
                REQUIRE(k.message == std::string(k.number % 50, 'x'));
            }
            REQUIRE(expected == n + 1);
        }
        CHECK(ring.overwritten() > 0);
    }
}

TEST_CASE("a text without end is cut, between characters, and one that never fits is left out") {
    log::line_ring ring(20'000);
    std::string endless = "a";
    while (endless.size() < 3 * log::kept_message_bytes_max) endless += "한";
    ring.put(line(1, endless));
    const auto kept = read(ring);
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].message.size() <= log::kept_message_bytes_max);
    CHECK(kept[0].message.size() > log::kept_message_bytes_max - 3);
    CHECK((kept[0].message.size() - 1) % 3 == 0);
    log::line_ring small(40);
    small.put(line(1, "text"));
    CHECK(read(small).empty());
    CHECK(small.overwritten() == 1);
}

TEST_CASE("the book keeps the last lines of each process, and says where there are gaps") {
    log::keep_lines(2'000);
    const auto begin = log::lines_after(0).last;
    log::keep("quiet", line(0, "first"));
    for (int i = 0; i < 100; ++i) log::keep("noisy", line(0, fmt::format("line {}", i)));
    const auto all = log::lines_after(begin);
    CHECK(all.gap);
    CHECK(all.last == begin + 101);
    CHECK(all.processes == std::vector<std::string>{"noisy", "quiet"});
    REQUIRE(all.lines.size() > 2);
    CHECK(all.lines.front().message == "first");
    CHECK(all.lines.front().process == "quiet");
    CHECK(all.lines.back().message == "line 99");
    log::keep("quiet", line(0, "second"));
    const auto more = log::lines_after(all.last);
    CHECK_FALSE(more.gap);
    CHECK(more.book == all.book);
    REQUIRE(more.lines.size() == 1);
    CHECK(more.lines[0].message == "second");
    CHECK(log::lines_after(more.last).lines.empty());

    log::keep_lines(0);
    log::keep("quiet", line(0, "third"));
    CHECK(log::lines_after(more.last).lines.empty());
    log::keep_lines(log::kept_bytes_by_default);
}

TEST_CASE("threads that write at once lose no line") {
    log::keep_lines(1'000'000);
    const auto begin = log::lines_after(0).last;
    {
        std::vector<std::jthread> writers;
        for (int t = 0; t < 4; ++t)
            writers.emplace_back([] {
                for (int i = 0; i < 500; ++i) log::keep("main", line(0, "text"));
            });
    }
    const auto all = log::lines_after(begin);
    CHECK(all.lines.size() == 2'000);
    for (std::size_t i = 0; i < all.lines.size(); ++i)
        REQUIRE(all.lines[i].number == begin + i + 1);
    log::keep_lines(log::kept_bytes_by_default);
}

TEST_CASE("a JSON line of another process is read, with what a newer release adds") {
    const std::string fields =
        R"("process":"users","component":"sqlite","module":"posts","message":"a \"b\" \\x0a",)"
        R"("request_id":"cdcdcdcdcdcdcdcd","trace_id":"abababababababababababababababab","new":1)";
    const auto text =
        fmt::format(R"({{"time":"2026-11-26T21:08:00.123Z","level":"error",{}}})", fields);
    const auto read = log::read_json_line(text);
    REQUIRE(read);
    CHECK(read->fields == fields);
    CHECK(to_rfc3339(read->what.time) == "2026-11-26T21:08:00.123Z");
    CHECK(read->what.at == log::level::error);
    CHECK(read->what.component == "sqlite");
    CHECK(read->what.module == "posts");
    CHECK(read->what.message == R"(a "b" \x0a)");
    CHECK(read->what.request[7] == 0xcd);
    CHECK(read->what.trace[15] == 0xab);
    for (const std::string& none : std::vector<std::string>{
             "", "terminate called", "{}", text.substr(1), text.substr(0, text.size() - 1),
             R"({"time":"yesterday","level":"info","message":"a"})",
             R"({"time":"2026-11-26T21:08:00.123Z","level":"loud","message":"a"})",
             R"({"time":"2026-11-26T21:08:00.123Z","level":"info","message":"a"}})",
             R"({"time":"2026-11-26T21:08:00.123Z","level":"info",})"}) {
        INFO(none);
        CHECK_FALSE(log::read_json_line(none));
    }
}

TEST_CASE("what is forwarded is kept as of the process that wrote it") {
    log::configure("up", log::level::warning);
    log::keep_lines(log::kept_bytes_by_default);
    const auto begin = log::lines_after(0).last;
    log::forward("users", R"({"time":"2026-11-26T21:08:00.123Z","level":"info","process":"users",)"
                          R"("component":"serve","message":"ready"})");
    log::forward("users.2", "terminate called\x1b[2J");
    const auto kept = log::lines_after(begin).lines;
    REQUIRE(kept.size() == 2);
    CHECK(kept[0].process == "users");
    CHECK(kept[0].message == "ready");
    CHECK(kept[1].process == "users.2");
    CHECK(kept[1].component == "stderr");
    CHECK(kept[1].at == log::level::warning);
    CHECK(kept[1].message == "terminate called\\x1b[2J");
}
