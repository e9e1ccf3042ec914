#include <catch2/catch.hpp>
#include <compare/edge_proxies.hpp>
#include <compare/http_client.hpp>

#include "test_server.hpp"

using namespace cleave::compare;
using namespace cleave::compare::test;
using namespace std::chrono_literals;

namespace {

whole_reply ask(const tcp::endpoint& at) {
    return ask_once(at, to_bytes({.target = "/"}), 5s);
}

}  // namespace

TEST_CASE("a proxy passes on what is said") {
    const std::string large(200'000, 'x');
    test_server server([&](const asked& what) { return answer(200, what.method + large); });
    edge_proxies proxies(1);
    const auto at = proxies.add(server.address());
    for (int i = 0; i < 3; ++i) {
        const auto got = ask(at);
        CHECK(got.status == 200);
        CHECK(got.body == "GET" + large);
    }
}

TEST_CASE("a request is kept waiting, at one edge and not at the other") {
    test_server one([](const asked&) { return answer(200, "one"); });
    test_server other([](const asked&) { return answer(200, "other"); });
    edge_proxies proxies(1);
    const auto slow = proxies.add(one.address()), quick = proxies.add(other.address());
    proxies.set(one.address(), {.delay = 300ms});
    const auto took = [](const tcp::endpoint& at, const std::string& answer) {
        const auto began = steady::now();
        CHECK(ask(at).body == answer);
        return steady::now() - began;
    };
    CHECK(took(slow, "one") >= 300ms);
    const auto unhindered = took(quick, "other");
    proxies.set({});
    const auto healed = took(slow, "one");
    // No limit on how slow this machine is: of two tries one was not kept waiting.
    CHECK(std::min(unhindered, healed) < 300ms);
}

TEST_CASE("a share of the requests is answered with 500, and goes no further") {
    int asked_for = 0;
    test_server server([&](const asked&) {
        ++asked_for;
        return answer(200, "fine");
    });
    edge_proxies proxies(7);
    const auto at = proxies.add(server.address());
    const auto failures = [&](unsigned permille) {
        proxies.set({.failing_permille = permille});
        int failed = 0;
        for (int i = 0; i < 300; ++i) {
            const auto status = ask(at).status;
            if (status == 500)
                ++failed;
            else
                CHECK(status == 200);
        }
        return failed;
    };
    CHECK(failures(0) == 0);
    const int tenth = failures(100);
    CHECK(tenth > 10);  // of 300, with a chance of less than one in a million
    CHECK(tenth < 60);
    CHECK(asked_for == 600 - tenth);
    CHECK(failures(1'000) == 300);
}

TEST_CASE("where nobody listens, the caller is told so") {
    edge_proxies proxies(1);
    const auto at = proxies.add({cleave::asio::ip::address_v4::loopback(), free_port()});
    CHECK(ask(at).status == 0);
}
