// What the module in node promises on the wire: docs/protocol.md, point by point.
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <contract/openapi.hpp>
#include <fstream>
#include <http/openapi_routes.hpp>

#include "foreign_stats.hpp"

using namespace cleave;
using namespace cleave::test;
using http::verb;

namespace {

std::string document(foreign_stats& t) {
    const auto answer = t.send(t.sealed(verb::get, std::string(http::openapi_target), ""));
    REQUIRE(answer);
    REQUIRE(answer->status == 200);
    return answer->body;
}

envelope as(std::int64_t user, role what = role::author) {
    envelope e;
    e.context.caller = {user, 1, what, 0};
    return e;
}

problem problem_in(const result<http::client_response>& answer) {
    REQUIRE(answer);
    const auto read = decode<problem>(answer->body);
    REQUIRE(read);
    CHECK(answer->status == http_status(read->code));
    return *read;
}

}  // namespace

TEST_CASE("its interface is the committed contract, and its routes are those of our module") {
    foreign_stats t;
    const auto text = document(t);
    const auto theirs = json::parse(text);
    const json::value ours = openapi_of<stats::api>();
    for (const auto& [path, item] : ours.at("paths").get_object()) {
        INFO(path);
        CHECK(theirs.at("paths").at(path) == item);
    }
    http::route_table native;
    native.add("stats", dynamic_cast<stats::module&>(t.native()).routes());
    auto found = http::routes_of_openapi("stats", text);
    CHECK(found == http::to_rows(native).modules.front());
}

TEST_CASE("without an envelope that fits nothing is answered but 401") {
    foreign_stats t;
    const auto good = t.sealed(verb::post, "/rpc/stats/figures", "{}");
    const auto refused = [&](http::client_request request) {
        request.key = nullptr;  // Such an answer has no seal.
        const auto answer = t.send(std::move(request));
        REQUIRE(answer);
        CHECK(answer->status == 401);
        CHECK(answer->body == R"({"errors":{"call":["is not authenticated"]}})");
    };
    auto bare = good;
    bare.headers.clear();
    refused(bare);
    auto other_body = good;
    other_body.body = "{ }";
    refused(other_body);
    auto other_target = good;
    other_target.target = "/rpc/stats/rebuild";
    refused(other_target);
    auto twice = good;
    twice.headers += good.headers;
    refused(twice);
    auto forged = good;
    forged.headers = "Cleave-Call: v1;t=1;u=1;m=00000000000000000000000000000000\r\n";
    refused(forged);
    const auto answer = t.send(good);
    REQUIRE(answer);
    CHECK(answer->status == 200);
}

TEST_CASE("a command without a key is done once, and its second coming has an unknown outcome") {
    foreign_stats t;
    envelope once;
    once.once = true;
    const auto command = t.sealed(verb::post, "/rpc/stats/rebuild", "{}", once);
    const auto first = t.send(command);
    REQUIRE(first);
    CHECK(first->status == 200);
    CHECK(problem_in(t.send(command)) == outcome_unknown().error());
    // A query may come as often as it likes.
    const auto query = t.sealed(verb::post, "/rpc/stats/figures", "{}");
    for (int i = 0; i < 2; ++i) CHECK(t.send(query)->status == 200);
}

TEST_CASE("work whose time is over is not begun, and what was not done may be sent again") {
    foreign_stats t;
    envelope late;
    late.once = true;
    late.context.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
    const auto command = t.sealed(verb::post, "/rpc/stats/rebuild", "{}", late);
    for (int i = 0; i < 2; ++i) CHECK(problem_in(t.send(command)) == not_executed().error());
}

TEST_CASE("what cannot be read is named by its pointer, and what is not there by its name") {
    foreign_stats t;
    const auto ask = [&](const std::string& target, const std::string& body) {
        return problem_in(t.send(t.sealed(verb::post, target, body)));
    };
    CHECK(ask("/rpc/stats/top", "{").code == errc::malformed);
    CHECK(ask("/rpc/stats/top", "[]") ==
          problem{errc::invalid_argument, "body", "must be an object", ""});
    CHECK(ask("/rpc/stats/top", R"({"days":1})") ==
          problem{errc::invalid_argument, "body", "is required", "/limit"});
    CHECK(ask("/rpc/stats/top", R"({"days":"x","limit":1})") ==
          problem{errc::invalid_argument, "body", "must be an integer in range", "/days"});
    CHECK(ask("/rpc/stats/nothing", "{}") ==
          problem{errc::not_found, "method", "not found", std::nullopt});
    CHECK(ask("/rpc/other/figures", "{}") ==
          problem{errc::not_found, "service", "not found", std::nullopt});
    // A newer caller says more.
    const auto more = t.send(t.sealed(verb::post, "/rpc/stats/figures", R"({"news":true})"));
    CHECK(more->status == 200);
}

TEST_CASE("an article's figures are for its author and for moderators, as posts says who that is") {
    foreign_stats t;
    t.posts.add(1, "안녕", 7);
    const auto ask = [&](const std::string& slug, envelope who) {
        const auto answer =
            t.send(t.sealed(verb::get, "/api/stats/articles/" + slug, "", std::move(who)));
        REQUIRE(answer);
        return std::pair(answer->status, answer->body);
    };
    const std::string slug = "%EC%95%88%EB%85%95";
    const auto own = ask(slug, as(7));
    CHECK(own.first == 200);
    CHECK(own.second.starts_with(
        R"({"stats":{"views":0,"visitors":0,"favorites":0,"comments":0,"daily":[{"date":")"));
    CHECK(ask(slug, as(8, role::moderator)).first == 200);
    CHECK(ask(slug, as(8)) ==
          std::pair(403U, std::string(R"({"errors":{"article":["forbidden"]}})")));
    CHECK(ask("none", as(7)) ==
          std::pair(404U, std::string(R"({"errors":{"article":["not found"]}})")));
    t.posts.down = true;
    CHECK(ask(slug, as(7)).first == 503);
}

TEST_CASE("numbers in a query are read as everywhere in the blog") {
    foreign_stats t;
    const auto now = system_clock().now();
    for (std::int64_t id = 1; id <= 12; ++id) {
        t.tell(t.posts_feed, posts::article_published{{id, fmt::format("s{}", id), "S", 7}}, id,
               now);
        t.tell(t.posts_feed, posts::views_counted{{{id, id, {}, {}}}}, 0, now);
    }
    t.settle();
    const auto routes = dynamic_cast<stats::module&>(t.native()).routes();
    for (const std::string query :
         {"", "?limit=3", "?days=x&limit=-5", "?limit=0", "?limit=99999999999999999999",
          "?limit=%33", "?limit=", "?limit=2&limit=3", "?days=1&limit=1e1", "?limit=+4"}) {
        const auto theirs = t.send(t.sealed(verb::get, "/api/stats/top" + query, ""));
        REQUIRE(theirs);
        INFO(query);
        http::request r;
        r.target = "/api/stats/top" + query;
        r.query = std::string_view(r.target).substr(std::min<std::size_t>(15, r.target.size()));
        const auto ours =
            asio::co_spawn(t.threads.context(0), routes[1].handler(r), asio::use_future).get();
        CHECK(theirs->status == ours.status);
        CHECK(theirs->body == ours.body);
    }
}

TEST_CASE(
    "what cannot be read is kept aside with what queues behind it, and an operator mends it") {
    foreign_stats t;
    t.tell_raw(t.posts_feed, "article_published", R"({"article":{"id":"one"}})", 1);
    t.tell_raw(t.posts_feed, "article_published", "no JSON", 2);
    t.tell_raw(t.posts_feed, "nobody_knows_it", "{}", 3);
    const auto now = system_clock().now();
    t.tell(t.posts_feed, posts::article_published{{1, "one", "One", 7}}, 1, now);
    t.tell(t.posts_feed, posts::article_published{{3, "three", "Three", 7}}, 3, now);
    const auto articles = [&] { return t.ask(t.foreign().figures({}, nothing{}))->articles; };
    const auto parked = [&] { return *t.ask(t.foreign_events().list({}, {})); };
    REQUIRE(eventually([&] { return articles() == 1; }));
    t.kill_and_start();
    auto found = parked();
    CHECK(found.total == 3);
    REQUIRE(found.events.size() == 3);
    CHECK(found.events[0].key == 1);
    CHECK(found.events[0].error ==
          "unreadable event: /article/author_id must be an integer in range");
    CHECK(found.events[1].attempts == 0);
    CHECK(found.events[2].key == 2);
    CHECK(articles() == 1);
    auto retried = t.ask(t.foreign_events().retry({}, {}));
    REQUIRE(retried);
    CHECK((retried->applied == 0 && retried->failed == 2));
    CHECK(parked().events[0].attempts == 2);
    for (const auto at : {0, 2}) {
        const events::parked_choice which{"posts", found.events[std::size_t(at)].id};
        CHECK(t.ask(t.foreign_events().drop({}, which))->id == *which.id);
        CHECK(t.ask(t.foreign_events().drop({}, which)).error().code == errc::not_found);
    }
    retried = t.ask(t.foreign_events().retry({}, {}));
    CHECK((retried->applied == 1 && retried->failed == 0));
    t.kill_and_start();
    CHECK(articles() == 2);
    CHECK(parked().total == 0);
}

TEST_CASE("it takes part in sagas, each step once, and knows it after a kill") {
    foreign_stats t;
    const saga::step_request erase{"s1", 3, "account.erase", 7};
    const auto run = [&] { return t.ask(t.foreign_saga().run({}, erase)); };
    CHECK(run()->finished);
    t.kill_and_start();
    CHECK(run()->finished);
    CHECK(t.ask(t.foreign_saga().undo({}, {"s1", 3, "account.reopen", 7}))->finished);
    t.kill_and_start();
    CHECK(run().error() == problem{errc::conflict, "step", "has been undone", std::nullopt});
    // Undone before it was ever done: it will not be done when it comes late.
    CHECK(t.ask(t.foreign_saga().undo({}, {"s2", 1, "account.reopen", 8}))->finished);
    CHECK(t.ask(t.foreign_saga().run({}, {"s2", 1, "account.close", 8})).error().code ==
          errc::conflict);
    CHECK(t.ask(t.foreign_saga().run({}, {"s3", 1, "account.other", 8})).error() ==
          problem{errc::not_found, "action", "not found", std::nullopt});
}
