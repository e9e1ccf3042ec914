// What is turned away when more comes than can be answered, and that no more is.
#include <catch2/catch.hpp>
#include <http/load_shedder.hpp>
#include <http/route_table.hpp>
#include <thread>

#include "fixture.hpp"

namespace cleave::http::test {

namespace {

using namespace std::chrono_literals;
using seconds_of_work = std::chrono::duration<double>;

const steady_time start = steady_time{} + 1h;
constexpr auto longest = 250ms;

// A thread with a queue, in made-up time: `load` times as much comes as it can answer. Whoever is
// not answered within a second has gone, and the work for him was for nothing.
struct busy_thread {
    explicit busy_thread(bool may_shed) : most(may_shed ? longest : 0ms) {}

    void run(double load, std::chrono::milliseconds time) {
        constexpr double request = 0.0005, refusal = 0.00005, step = 0.001;
        for (const auto end = now + time; now < end; now += 1ms) {
            for (due += load * step; due >= request; due -= request) {
                ++came;
                const bool is_shed = shedder.sheds();
                queue += is_shed ? refusal : request;
                shed += is_shed;
                in_time += !is_shed && queue < 1;
            }
            queue = std::max(0.0, queue - step);
            longest_queue = std::max(longest_queue, queue);
            if (++steps % 5 != 0) continue;
            shedder.measured(
                std::chrono::duration_cast<load_shedder::delay>(seconds_of_work(queue)), most, now);
        }
    }
    void forget() { came = shed = in_time = 0, longest_queue = 0; }

    const std::chrono::milliseconds most;
    load_shedder shedder;
    steady_time now = start;
    double queue = 0, due = 0, longest_queue = 0;  // in seconds
    unsigned steps = 0, came = 0, shed = 0, in_time = 0;
};

}  // namespace

TEST_CASE("load: what can be answered is, whatever the fluctuation") {
    busy_thread t(true);
    t.run(0.95, 10s);
    CHECK(t.shed == 0);
    // As a thread that was not given the processor for a while.
    for (int i = 0; i < 20; ++i) {
        t.queue += 0.3;
        t.run(0.5, 800ms);
    }
    CHECK(t.shed == 0);
    CHECK(t.in_time == t.came);
}

TEST_CASE("load: of twice as much as can be answered, as much as can be is answered in time") {
    for (const double load : {1.3, 2.0, 4.0}) {
        CAPTURE(load);
        busy_thread with(true), without(false);
        for (auto* t : {&with, &without}) {
            t->run(load, 10s);
            t->forget();
            t->run(load, 20s);
        }
        const double capacity = 20 / 0.0005;
        CHECK(without.in_time == 0);
        // What it takes to turn the others away is the difference.
        CHECK(with.in_time > 0.95 * (capacity - 0.1 * with.shed));
        CHECK(with.longest_queue < 0.5);
    }
}

TEST_CASE("load: when the rush is over, nobody is turned away any more") {
    busy_thread t(true);
    t.run(3, 5s);
    CHECK(t.shedder.share() > 0.5);
    t.run(0.5, 8s);
    CHECK(t.shedder.share() == 0);
    t.forget();
    t.run(0.9, 5s);
    CHECK(t.shed == 0);
    // The same where nobody comes at all for a while.
    t.run(3, 5s);
    CHECK(t.shedder.share() > 0.5);
    t.now += 2s;
    t.queue = 0;
    t.run(0.9, 100ms);
    CHECK(t.shedder.share() == 0);
}

TEST_CASE("load: a share of the requests is spread evenly") {
    load_shedder s;
    CHECK_FALSE(s.sheds());
    for (int i = 0; i < 20; ++i) s.measured(400ms, longest, start + i * shed_interval);
    const double share = s.share();
    REQUIRE(share > 0);
    int shed = 0;
    for (int i = 0; i < 10'000; ++i) shed += s.sheds();
    CHECK(std::abs(shed - share * 10'000) <= 1);
    s.measured(400ms, 0ms, start + 20 * shed_interval);
    CHECK(s.share() == 0);
}

namespace {

// Whose requests take time of the thread itself.
class slow_service final : public service {
public:
    admission admit(request& r) override {
        admission out;
        if (r.path != "/health") out.when_overloaded = way;
        return out;
    }
    async<response> handle(request&, std::size_t target) override {
        if (target == shed_target) co_return overloaded();
        const auto busy_until = std::chrono::steady_clock::now() + 2ms;
        while (is_slow && std::chrono::steady_clock::now() < busy_until) continue;
        co_return response{};
    }
    shedding way = shedding::at_once;
    std::atomic<bool> is_slow = true;
};

}  // namespace

TEST_CASE("load: a server turns requests away, tells so, and stops when it may") {
    slow_service target;
    target.way = GENERATE(shedding::at_once, shedding::by_the_service);
    server_limits limits;
    limits.queue_delay_max = 5ms;
    listener from;
    const auto at = from.endpoint();
    io_threads threads(1);
    server s(threads, from.take(), target, limits);
    threads.start();
    s.start();
    std::atomic<bool> enough = false;
    std::atomic<int> refused = 0, wrong = 0;
    std::vector<std::jthread> clients;
    for (int i = 0; i < 16; ++i)
        clients.emplace_back([&] {
            peer p(at);
            while (!enough) {
                p.send(get("/work"));
                const auto answer = p.read_response();
                const bool is_refusal = answer.find(" 503 ") != answer.npos;
                refused += is_refusal;
                wrong += is_refusal
                             ? body_of(answer) != R"({"errors":{"service":["overloaded"]}})" ||
                                   answer.find("Retry-After: 1") == answer.npos
                             : status_line(answer) != "HTTP/1.1 200 OK";
            }
        });
    CHECK(eventually([&] { return refused > 50; }));
    peer other(at);
    for (int i = 0; i < 20; ++i) {
        other.send(get("/health"));
        CHECK(status_line(other.read_response()) == "HTTP/1.1 200 OK");
    }
    enough = true;
    clients.clear();
    CHECK(wrong == 0);
    CHECK(s.counters().shed_requests == static_cast<std::uint64_t>(refused));
    CHECK(s.counters().queue_delay_ns > 0);
    target.is_slow = false;
    limits.queue_delay_max = 1s;
    s.change_limits(limits);
    CHECK(eventually([&] {
        for (int i = 0; i < 50; ++i) {
            other.send(get("/work"));
            if (status_line(other.read_response()) != "HTTP/1.1 200 OK") return false;
        }
        return true;
    }));
}

}  // namespace cleave::http::test
