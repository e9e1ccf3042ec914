// What goes out to webhooks, from a real queue to a receiver that is none.
#include <base/timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "notifications_under_test.hpp"
#include "rules.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::notifications;

namespace {

struct webhooks_under_test : notifications_under_test {
    using notifications_under_test::notifications_under_test;

    webhook set(std::int64_t user, std::string url = "https://example.com/hook",
                std::optional<std::string> secret = "a secret of mine") {
        return run_coroutine(notifications->set_webhook(command_by(user), {std::move(url), secret}))
            .value();
    }
    webhook get(std::int64_t user) {
        return run_coroutine(notifications->get_webhook(query_by(user), nothing())).value();
    }
    // Sends until jake's webhook is as wanted.
    void send_until(std::function<bool(const webhook&)> wanted) {
        const auto body = [&]() -> async<void> {
            asio::co_spawn(co_await asio::this_coro::executor, notifications->send_webhooks(),
                           asio::detached);
            for (bool reached = false; !reached;) {
                co_await resume_after(std::chrono::milliseconds(1));
                const auto now = co_await notifications->get_webhook(query_by(jake), nothing());
                reached = wanted(now.value());
            }
            notifications->stop_sending();
        };
        run_coroutine(body());
    }
    // Sends until so many were tried, and the last of them is over.
    void send(int tries) {
        sender.tries = 0;
        sender.on_try = [&] {
            if (sender.tries == tries) notifications->stop_sending();
        };
        run_coroutine(notifications->send_webhooks());
    }
};

}  // namespace

TEST_CASE("what is signed is known by its secret, and changes with every part") {
    const auto one = signature_of("key", {1'786'615'200'123}, "The quick brown fox");
    CHECK(one.starts_with("t=1786615200,v1="));
    CHECK(one.size() == std::string("t=1786615200,v1=").size() + 64);
    CHECK(signature_of("kez", {1'786'615'200'123}, "The quick brown fox") != one);
    CHECK(signature_of("key", {1'786'615'201'123}, "The quick brown fox") != one);
    CHECK(signature_of("key", {1'786'615'200'123}, "The quick brown fax") != one);
    // What openssl says: printf '1786615200.The quick brown fox' | openssl dgst -sha256 -hmac key
    CHECK(one ==
          "t=1786615200,v1=5bf33e17e879fddc2236b0fe6e9f12d6b325842bf19422da21d9cb549b4c67f9");
}

TEST_CASE("pauses grow, up to a point") {
    using std::chrono::milliseconds;
    CHECK(pause_after(1, milliseconds(10)) == milliseconds(10));
    CHECK(pause_after(2, milliseconds(10)) == milliseconds(30));
    CHECK(pause_after(4, milliseconds(10)) == milliseconds(270));
    CHECK(pause_after(1000, milliseconds(10)) == pause_after(12, milliseconds(10)));
}

TEST_CASE("a webhook is set, shown without its secret, and removed") {
    webhooks_under_test t;
    const auto fail_code = [](const auto& outcome) { return outcome.error().code; };
    CHECK(fail_code(run_coroutine(t.notifications->get_webhook(query_by(jake), nothing()))) ==
          errc::not_found);
    CHECK(t.set(jake).secret == "a secret of mine");
    CHECK(t.get(jake).url == "https://example.com/hook");
    CHECK_FALSE(t.get(jake).secret);
    const auto made_up = t.set(jake, "https://example.com/other", std::nullopt);
    CHECK(made_up.secret.value().size() >= 32);
    CHECK(t.get(jake).url == "https://example.com/other");
    for (const webhook_request& bad : {webhook_request{"", {}},
                                       {"ftp://x", {}},
                                       {"https://x", "short"},
                                       {"https://x", std::string(257, 'x')}}) {
        const auto outcome = run_coroutine(t.notifications->set_webhook(command_by(jake), bad));
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == errc::invalid_argument);
    }
    for (int i = 0; i < 2; ++i)
        CHECK(run_coroutine(t.notifications->remove_webhook(command_by(jake), nothing())));
    CHECK(fail_code(run_coroutine(t.notifications->get_webhook(query_by(jake), nothing()))) ==
          errc::not_found);
}

TEST_CASE("a secret that is made up is the same when the command comes again") {
    webhooks_under_test t;
    auto context = command_by(jake);
    context.key = key_number(1);
    const webhook_request wanted{"https://example.com/", std::nullopt};
    const auto once = run_coroutine(t.notifications->set_webhook(context, wanted));
    const auto twice = run_coroutine(t.notifications->set_webhook(context, wanted));
    CHECK(once.value().secret == twice.value().secret);
}

TEST_CASE("what is told is sent, signed, and goes from the queue") {
    webhooks_under_test t;
    t.set(jake);
    t.comment(1, anne, jake, {mary});
    t.deliver_all();
    CHECK(t.get(jake).waiting == 1);
    t.send(1);
    // Taken, but we ended before it was noted: at least once, it says.
    CHECK(t.get(jake).waiting == 1);
    REQUIRE(t.sender.taken.size() == 1);
    const auto& sent = t.sender.taken[0];
    CHECK(sent.url == "https://example.com/hook");
    CHECK(sent.body ==
          R"({"notification":{"id":1,"kind":"comment","createdAt":"2026-08-13T10:00:00.123Z",)"
          R"("readAt":null,)"
          R"("actor":{"username":"anne","bio":null,"image":null,"following":false},)"
          R"("article":{"slug":"hello","title":"Hello"},"commentId":1}})");
    CHECK(sent.headers[1] == "Cleave-Delivery: 1");
    CHECK(sent.headers[2] ==
          "Cleave-Signature: " + signature_of("a secret of mine", fixed_clock::start, sent.body));
}

TEST_CASE("what was taken goes from the queue, in order") {
    webhooks_under_test t;
    t.set(jake);
    for (std::int64_t id = 1; id <= 5; ++id) t.comment(id, anne, jake);
    t.deliver_all();
    t.send_until([](const webhook& w) { return w.waiting == 0; });
    REQUIRE(t.sender.taken.size() == 5);
    for (std::size_t i = 0; i < 5; ++i)
        CHECK(t.sender.taken[i].headers[1] == fmt::format("Cleave-Delivery: {}", i + 1));
    CHECK(t.get(jake).last_delivered_at == fixed_clock::start);
    CHECK(t.get(jake).given_up.empty());
}

TEST_CASE("what is not taken is tried again, then given up and shown") {
    webhooks_under_test t({.webhook_tries_max = 3, .webhook_pause = std::chrono::milliseconds(1)});
    t.set(jake);
    t.comment(1, anne, jake);
    t.deliver_all();
    t.sender.refusal = "answered 500";
    std::string errors;
    t.send_until([&](const webhook& w) {
        t.p.clock.advance(std::chrono::seconds(1));
        if (w.waiting == 1 && w.last_error) errors = *w.last_error;
        return !w.given_up.empty();
    });
    CHECK(t.sender.tries == 3);
    CHECK(errors == "answered 500");
    const auto now = t.get(jake);
    CHECK(now.waiting == 0);
    REQUIRE(now.given_up.size() == 1);
    CHECK(now.given_up[0].attempts == 3);
    CHECK(now.given_up[0].notification_id == 1);
    CHECK(now.given_up[0].error == "answered 500");
    CHECK(now.given_up[0].at > fixed_clock::start);
}

TEST_CASE("who takes nothing holds up nobody else") {
    webhooks_under_test t;
    t.set(mary, "https://deaf.example/");
    t.set(jake);
    t.sender.refused_url = "https://deaf.example/";
    t.comment(1, anne, mary);
    t.comment(2, anne, jake);
    t.deliver_all();
    t.send_until([](const webhook& w) { return w.waiting == 0; });
    CHECK(t.sender.taken.size() == 1);
    CHECK(t.get(mary).waiting == 1);
    CHECK(t.get(jake).given_up.empty());
}

TEST_CASE("what is gone is not sent") {
    webhooks_under_test t;
    t.set(jake);
    t.comment(1, anne, jake);
    t.comment(2, anne, jake);
    t.uncomment(1);
    t.deliver_all();
    CHECK(t.get(jake).waiting == 1);
    t.remove_article();
    t.deliver_all();
    CHECK(t.get(jake).waiting == 0);
}

TEST_CASE("the routes of webhooks answer as agreed") {
    webhooks_under_test t;
    const auto routes = t.notifications->routes();
    using http::verb;
    const auto ask = [&](verb method, const std::string& body = {}) {
        return answer_to(
            routes,
            {.method = method, .path = "/api/notifications/webhook", .body = body, .caller = jake});
    };
    CHECK(ask(verb::get).status == 404);
    CHECK(ask(verb::get).body == R"({"errors":{"webhook":["not found"]}})");
    const auto set =
        ask(verb::put, R"({"webhook":{"url":"https://a.example/","secret":"12345678"}})");
    CHECK(set.status == 200);
    CHECK(set.body == R"({"webhook":{"url":"https://a.example/","secret":"12345678","waiting":0,)"
                      R"("lastDeliveredAt":null,"lastError":null,"givenUp":[]}})");
    CHECK(ask(verb::get).body.contains(R"("secret":null)"));
    CHECK(ask(verb::put, R"({"webhook":{}})").status == 422);
    CHECK(ask(verb::put, R"({"webhook":{"url":"x"}})").body ==
          R"({"errors":{"url":["is not a URL"]}})");
    CHECK(ask(verb::put, "{").status == 400);
    CHECK(ask(verb::del).status == 204);
    CHECK(ask(verb::del).status == 204);
}
