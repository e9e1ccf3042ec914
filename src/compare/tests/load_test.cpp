#include <catch2/catch.hpp>
#include <compare/load.hpp>
#include <compare/statistics.hpp>

#include "test_server.hpp"

using namespace cleave::compare;
using namespace cleave::compare::test;
using namespace std::chrono_literals;

namespace {

const std::atomic<bool> go_on = false;

call get(const std::string& target, std::string wanted = "fine") {
    call out;
    out.bytes = to_bytes({.target = target});
    out.content_is_right = [wanted = std::move(wanted)](std::string_view body) {
        return body == wanted;
    };
    return out;
}

call ask_for_root(std::uint64_t) {
    return get("/");
}

std::int64_t count(const outcome_counts& counts, outcome how) {
    return counts[static_cast<std::size_t>(how)];
}

std::int64_t count(const load_result& load, outcome how) {
    return count(load.outcomes(), how);
}

// An address where nobody listens.
tcp::endpoint nobody() {
    cleave::asio::io_context context;
    return tcp::acceptor(context, {cleave::asio::ip::address_v4::loopback(), 0}).local_endpoint();
}

}  // namespace

TEST_CASE("every arrival of the window is asked once and answered") {
    test_server server([](const asked&) { return answer(200, "fine"); });
    const load_window window{100ms, 400ms};
    const auto times = arrivals(1, 1'000, 500ms);
    std::vector<std::uint64_t> made;
    int begun = 0, ended = 0;
    const auto load = run_open_loop(
        {server.address(), 8}, window, times,
        [&](std::uint64_t i) {
            made.push_back(i);
            return ask_for_root(i);
        },
        {[&] { ++begun; }, [&] { ++ended; }}, go_on);

    const auto counted = std::ranges::count_if(times, [](auto at) { return at >= 100ms; });
    CHECK(load.samples.size() == static_cast<std::size_t>(counted));
    CHECK(count(load, outcome::right) == counted);
    CHECK(load.goodput_per_s() == Approx(static_cast<double>(counted) / 0.4));
    CHECK(made.size() == times.size());
    CHECK(std::ranges::is_sorted(made));
    CHECK(begun == 1);
    CHECK(ended == 1);
    CHECK_FALSE(load.interrupted);
    CHECK(load.generator.busy_share > 0);
    CHECK(load.generator.busy_share < 1.1);
    const auto sorted = load.sorted_latencies_ns();
    CHECK(std::ranges::is_sorted(sorted));
    CHECK(sorted.front() > 0);
}

// Coordinated omission. Four requests are in flight when the server stalls, of a thousand: to a
// client that measures from when it sent, at the 99th percentile nothing has happened.
TEST_CASE("a stall shows in the latencies of all who meant to ask meanwhile") {
    constexpr auto stall = 400ms;
    constexpr std::size_t connections = 4;
    int seen = 0;
    test_server* stalling = nullptr;
    test_server server([&](const asked&) {
        if (++seen == 200) stalling->stall(stall);
        return answer(200, "fine");
    });
    stalling = &server;
    const auto times = arrivals(2, 1'000, 1s);
    const auto load =
        run_open_loop({server.address(), connections}, {0ms, 1s}, times, ask_for_root, {}, go_on);

    CHECK(server.answered_late() <= static_cast<int>(connections));
    CHECK(static_cast<std::size_t>(count(load, outcome::right)) == times.size());
    // Some 80 requests were meant for the stall's first fifth. A slow machine only adds to it.
    const auto sorted = load.sorted_latencies_ns();
    CHECK(percentile(sorted, 0.99) >= nanoseconds(stall).count() * 4 / 5);
    CHECK(percentile(sorted, 0.95) >= nanoseconds(stall).count() * 2 / 5);
}

TEST_CASE("wrong answers are counted by what is wrong with them") {
    test_server server([](const asked& request) {
        if (request.target == "/1") return answer(503, "fine");
        if (request.target == "/2") return answer(200, "not what was asked for");
        if (request.target == "/3")
            return std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        if (request.target == "/4") return hang_up;
        if (request.target == "/5") return never;
        return answer(200, "fine");
    });
    const auto times = arrivals(3, 300, 500ms);
    std::array<std::int64_t, 6> expected{};
    for (std::size_t i = 0; i < times.size(); ++i) ++expected[i % 6];
    const auto load = run_open_loop(
        {server.address(), 64, 1s}, {0ms, 500ms}, times,
        [](std::uint64_t i) { return get("/" + std::to_string(i % 6)); }, {}, go_on);

    CHECK(count(load, outcome::right) == expected[0]);
    CHECK(count(load, outcome::wrong_status) == expected[1]);
    CHECK(count(load, outcome::wrong_content) == expected[2]);
    CHECK(count(load, outcome::malformed) == expected[3]);
    CHECK(count(load, outcome::connection_lost) == expected[4]);
    CHECK(count(load, outcome::timed_out) == expected[5]);
    // Fast wrong answers do not improve latencies; missing ones make them worse.
    const auto sorted = load.sorted_latencies_ns();
    CHECK(static_cast<std::int64_t>(sorted.size()) == expected[0] + expected[5]);
    CHECK(sorted.back() >= nanoseconds(1s).count());
}

TEST_CASE("where nobody answers, what waits for a connection times out too") {
    test_server server([](const asked&) { return never; });
    const auto times = arrivals(4, 500, 200ms);
    const auto load =
        run_open_loop({server.address(), 2, 300ms}, {0ms, 200ms}, times, ask_for_root, {}, go_on);
    CHECK(static_cast<std::size_t>(count(load, outcome::timed_out)) == times.size());
}

TEST_CASE("where nobody listens, every request is lost") {
    const auto times = arrivals(5, 200, 200ms);
    const auto load = run_open_loop({nobody(), 4}, {0ms, 200ms}, times, ask_for_root, {}, go_on);
    CHECK(static_cast<std::size_t>(count(load, outcome::connection_lost)) == times.size());
}

TEST_CASE("a connection that the server closes in good order is opened again") {
    test_server server([](const asked&) {
        return std::string("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nfine");
    });
    const auto times = arrivals(6, 500, 200ms);
    const auto load =
        run_open_loop({server.address(), 2}, {0ms, 200ms}, times, ask_for_root, {}, go_on);
    CHECK(static_cast<std::size_t>(count(load, outcome::right)) == times.size());
}

TEST_CASE("flat out, each connection asks when it is answered") {
    int seen = 0;
    test_server server([&](const asked&) {
        ++seen;
        return answer(200, "fine");
    });
    const auto load =
        run_closed_loop({server.address(), 6}, {50ms, 200ms}, ask_for_root, {}, go_on);
    CHECK(count(load, outcome::right) > 0);
    CHECK(load.samples.size() == static_cast<std::size_t>(count(load, outcome::right)));
    CHECK(load.goodput_per_s() == Approx(static_cast<double>(load.samples.size()) / 0.2));
    CHECK(server.at_once_max() <= 6);
}

TEST_CASE("a run that is stopped ends soon, and says so") {
    std::atomic<bool> stop = false;
    int seen = 0;
    test_server server([&](const asked&) {
        if (++seen == 20) stop = true;
        return seen > 10 ? never : answer(200, "fine");
    });
    const auto began = steady::now();
    SECTION("open loop") {
        const auto times = arrivals(7, 500, 60s);
        const auto load =
            run_open_loop({server.address(), 16, 60s}, {0ms, 60s}, times, ask_for_root, {}, stop);
        CHECK(load.interrupted);
    }
    SECTION("closed loop") {
        const auto load =
            run_closed_loop({server.address(), 16, 60s}, {0ms, 60s}, ask_for_root, {}, stop);
        CHECK(load.interrupted);
    }
    CHECK(steady::now() - began < 30s);
}

TEST_CASE("a reply is read as it arrives") {
    const std::string whole = "HTTP/1.1 201 Created\r\ncontent-LENGTH:  5 \r\nX: y\r\n\r\nhello";
    for (std::size_t n = 0; n < whole.size(); ++n)
        CHECK(parse_reply(whole.substr(0, n)).state == reading::incomplete);
    const auto got = parse_reply(whole);
    CHECK(got.state == reading::complete);
    CHECK(got.status == 201);
    CHECK(whole.substr(got.head_bytes, got.body_bytes) == "hello");
    CHECK(got.keeps_alive);
    CHECK_FALSE(parse_reply("HTTP/1.1 200 OK\r\nconnection: Close\r\nContent-Length: 0\r\n\r\n")
                    .keeps_alive);
    CHECK(parse_reply("HTTP/1.1 204 No Content\r\n\r\n").state == reading::complete);
}

TEST_CASE("what is no plain HTTP/1.1 reply is malformed") {
    for (const char* bad :
         {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
          "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1a\r\n\r\nx",
          "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ntwo"})
        CHECK(parse_reply(bad).state == reading::malformed);
    CHECK(parse_reply(std::string(head_bytes_max + 1, 'x')).state == reading::malformed);
}

TEST_CASE("users ask again when they have their answer and have thought") {
    test_server server([](const asked&) { return answer(200, "fine"); });
    const thinking_users users{.count = 10, .think_min = 20ms, .think_max = 60ms, .seed = 1};
    const auto load =
        run_users({server.address(), 64}, {100ms, 600ms}, users, ask_for_root, {}, go_on);
    CHECK(count(load, outcome::right) == static_cast<std::int64_t>(load.samples.size()));
    // Each asks every 40 ms and what an answer takes: at most 150 in 600 ms, and fewer where the
    // machine is busy.
    CHECK(load.samples.size() <= 190);
    CHECK(load.samples.size() >= 50);
    CHECK(server.at_once_max() <= 10);
    for (const auto& s : load.samples) {
        CHECK(s.at_ns >= 0);
        CHECK(s.at_ns < 600'000'000);
    }
}

TEST_CASE("users who think for long are not waited for when it is stopped") {
    test_server server([](const asked&) { return answer(200, "fine"); });
    const thinking_users users{.count = 3, .think_min = 50s, .think_max = 60s};
    std::atomic<bool> stop = false;
    std::jthread stopping([&] { stop = true; });
    const auto began = steady::now();
    const auto load = run_users({server.address()}, {0ms, 100s}, users, ask_for_root, {}, stop);
    CHECK(load.interrupted);
    CHECK(steady::now() - began < 20s);
}
