// Which instance gets a request, and what is sent again.
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <http/upstream.hpp>
#include <map>
#include <set>

#include "caller.hpp"

namespace cleave::http::test {

namespace {

constexpr std::string_view unavailable =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view moving =
    "HTTP/1.1 503 Service Unavailable\r\nCleave-Moving: 1\r\nContent-Length: 0\r\n\r\n";

struct several {
    explicit several(std::size_t count, upstream_limits limits = {})
        : listeners(count), up("users", threads, limits) {
        for (std::size_t i = 0; i < count; ++i) up.put(name_of(i), listeners[i].endpoint(), i == 0);
        threads.start();
    }
    static std::string name_of(std::size_t i) {
        return i == 0 ? "users" : "users." + std::to_string(i + 1);
    }

    template <class T>
    T on_thread(async<T> work) {
        return asio::co_spawn(threads.context(0), std::move(work), asio::use_future).get();
    }
    std::future<result<client_response>> begin(client_request r, recipient whose,
                                               milliseconds time = milliseconds(patience_ms)) {
        return asio::co_spawn(threads.context(0),
                              up.send(std::move(r), whose, std::chrono::steady_clock::now() + time),
                              asio::use_future);
    }
    bool is_down(recipient whose) {
        const auto ask = [](upstream& up, recipient whose) -> async<bool> {
            co_return up.is_down(whose);
        };
        return on_thread(ask(up, whose));
    }

    std::vector<listener> listeners;
    io_threads threads{1};
    upstream up;
};

void answer(listener& at, std::string_view with = hello) {
    peer p = at.accept();
    CHECK_FALSE(read_head(p).empty());
    p.send(with);
}

const client_request query{.target = "/q", .repeatable = true};
const client_request command{.method = verb::post, .target = "/c", .body = "x"};

}  // namespace

TEST_CASE("upstream: commands go to the owner alone, queries to all") {
    several two(2, {.balance = balancing::round_robin});
    for (int i = 0; i < 3; ++i) {
        auto sent = two.begin(command, recipient::owner);
        answer(two.listeners[0]);
        CHECK(sent.get()->body == "hello");
        CHECK_FALSE(two.listeners[1].is_waited_for());
    }
    auto one = two.begin(query, recipient::any_instance);
    auto other = two.begin(query, recipient::any_instance);
    answer(two.listeners[1]);
    answer(two.listeners[0]);
    CHECK(one.get());
    CHECK(other.get());
}

TEST_CASE("upstream: the owner is down, and only commands are refused") {
    several two(2);
    two.up.set_down("users", true);
    CHECK(two.is_down(recipient::owner));
    CHECK_FALSE(two.is_down(recipient::any_instance));
    CHECK(is(two.begin(command, recipient::owner).get(), errc::not_executed));
    auto sent = two.begin(query, recipient::any_instance);
    answer(two.listeners[1]);
    CHECK(sent.get());
    two.up.set_down("users", false);
    CHECK_FALSE(two.is_down(recipient::owner));
    two.up.remove("users.2");
    CHECK(two.up.look().size() == 1);
}

TEST_CASE("upstream: a query that fails goes to another instance") {
    several two(2, {.balance = balancing::round_robin});
    auto sent = two.begin(query, recipient::any_instance);
    SECTION("that is lost") {
        peer p = two.listeners[0].accept();
        read_head(p);
        p.close();
    }
    SECTION("that says that it cannot") {
        answer(two.listeners[0], unavailable);
    }
    answer(two.listeners[1]);
    CHECK(sent.get()->body == "hello");
}

TEST_CASE("upstream: a command that may have been done is not sent again, but with a key") {
    several one(1);
    const bool has_key = GENERATE(false, true);
    auto r = command;
    r.repeatable = has_key;
    auto sent = one.begin(r, recipient::owner);
    {
        peer p = one.listeners[0].accept();
        read_head(p);
        p.close();
    }
    if (has_key) {
        answer(one.listeners[0]);
        CHECK(sent.get()->body == "hello");
    } else {
        CHECK(is(sent.get(), errc::outcome_unknown));
        CHECK_FALSE(one.listeners[0].is_waited_for());
    }
}

TEST_CASE("upstream: what is refused because another process takes over is sent again") {
    several one(1);
    auto sent = one.begin(command, recipient::owner);
    for (int i = 0; i < 5; ++i) answer(one.listeners[0], moving);
    answer(one.listeners[0]);
    CHECK(sent.get()->body == "hello");
}

TEST_CASE("upstream: nobody takes over, and it is refused in the end") {
    several one(1, {.moving_patience = milliseconds(1)});
    auto sent = one.begin(command, recipient::owner);
    while (sent.wait_for(milliseconds(0)) != std::future_status::ready)
        if (one.listeners[0].is_waited_for()) answer(one.listeners[0], moving);
    const auto got = sent.get();
    REQUIRE(got);
    CHECK(got->status == 503);
}

TEST_CASE("upstream: who fails again and again is left alone, then tried by one") {
    several one(
        1, {.breaker = {.failures_max = 2, .left_alone_for = milliseconds(20)}, .attempts_max = 1});
    for (int i = 0; i < 2; ++i) {
        auto sent = one.begin(query, recipient::any_instance);
        peer p = one.listeners[0].accept();
        read_head(p);
        p.close();
        CHECK(is(sent.get(), errc::outcome_unknown));
    }
    CHECK(one.is_down(recipient::any_instance));
    CHECK(is(one.begin(query, recipient::any_instance).get(), errc::not_executed));
    REQUIRE(eventually([&] { return !one.is_down(recipient::any_instance); }));
    auto probe = one.begin(query, recipient::any_instance);
    peer p = one.listeners[0].accept();
    read_head(p);
    CHECK(one.is_down(recipient::any_instance));  // for all others, until it has answered
    p.send(hello);
    CHECK(probe.get());
    CHECK_FALSE(one.is_down(recipient::any_instance));
}

TEST_CASE("upstream: the same target goes to the same instance") {
    several three(3, {.balance = balancing::hash});
    std::map<std::string, std::size_t> at;
    for (int round = 0; round < 2; ++round)
        for (int i = 0; i < 12; ++i) {
            const auto target = "/" + std::to_string(i);
            auto sent = three.begin({.target = target, .repeatable = true, .fresh = true},
                                    recipient::any_instance);
            std::optional<std::size_t> who;
            REQUIRE(eventually([&] {
                for (std::size_t l = 0; l < 3; ++l)
                    if (three.listeners[l].is_waited_for()) who = l;
                return who.has_value();
            }));
            answer(three.listeners[*who]);
            CHECK(sent.get());
            CHECK(at.emplace(target, *who).first->second == *who);
        }
    std::set<std::size_t> used;
    for (const auto& [target, who] : at) used.insert(who);
    CHECK(used.size() == 3);
}

TEST_CASE("retries are a share of the requests, and a few in any case") {
    retry_budget budget({.percent = 20, .least = 3, .window = milliseconds(1'000)});
    const auto start = std::chrono::steady_clock::now();
    budget.request(start);
    for (int i = 0; i < 3; ++i) CHECK(budget.take(start));
    CHECK_FALSE(budget.take(start));
    for (int i = 0; i < 99; ++i) budget.request(start);
    int more = 0;
    while (budget.take(start)) ++more;
    CHECK(more == 17);
    // The window before still counts; the one before that does not.
    CHECK_FALSE(budget.take(start + milliseconds(1'500)));
    CHECK(budget.take(start + milliseconds(4'000)));
}

TEST_CASE("upstream: who gets what may be decided otherwise while it runs") {
    several two(2, {.balance = balancing::round_robin});
    const auto served_by = [&two] {
        auto sent =
            two.begin({.target = "/q", .repeatable = true, .fresh = true}, recipient::any_instance);
        std::size_t who = 2;
        REQUIRE(eventually([&] {
            for (std::size_t l = 0; l < 2; ++l)
                if (two.listeners[l].is_waited_for()) who = l;
            return who < 2;
        }));
        answer(two.listeners[who]);
        CHECK(sent.get());
        return who;
    };
    const auto first = served_by();
    CHECK(served_by() != first);
    two.up.set_balance(balancing::hash);
    const auto always = served_by();
    for (int i = 0; i < 6; ++i) CHECK(served_by() == always);
}

}  // namespace cleave::http::test
