#include <catch2/catch.hpp>
#include <stats/module.hpp>
#include <support/callers.hpp>
#include <support/deliver.hpp>
#include <support/fake_posts.hpp>
#include <support/public_request.hpp>
#include <support/scratch_platform.hpp>

using namespace cleave;
using namespace cleave::test;
using namespace cleave::stats;

namespace {

constexpr std::int64_t jake = 7, anne = 8;
const sqlite::migration_list publisher_schema{"publisher", {}};

struct stats_under_test {
    scratch_platform p{migrations};
    scratch_platform publisher{publisher_schema};
    fake_posts posts;
    std::unique_ptr<module> stats = make_module(p.given(), posts);

    void count(std::vector<posts::article_views> views) {
        const posts::views_counted event{std::move(views)};
        REQUIRE(publisher.write([&](sqlite::connection& db) {
            publisher.outbox.append(db, 0, publisher.clock.now(), event);
        }));
    }
    void deliver_views() {
        deliver(p.outbox, subscription_to("posts", stats->subscriptions()), publisher.outbox);
    }
    std::int64_t views_of(std::int64_t article_id) {
        const auto found = run_coroutine(stats->views_of({}, views_request{article_id}));
        REQUIRE(found);
        return found->views;
    }
    // The log, an event a line.
    std::vector<std::string> log() {
        return p.store.read(steady_time::max(), [](sqlite::connection& db) {
            std::vector<std::string> lines;
            auto rows =
                db.query("SELECT source, source_event, kind, at, body FROM stats_log ORDER BY id");
            while (rows.step())
                lines.push_back(fmt::format("{} {} {} {} {}", rows.text(0), rows.integer(1),
                                            rows.text(2), rows.integer(3), rows.text(4)));
            return lines;
        });
    }
};

}  // namespace

TEST_CASE("views add up, of each article for itself") {
    stats_under_test t;
    t.count({{1, 2, {}, {}}, {2, 5, {}, {}}});
    t.count({{1, 3, {}, {}}});
    t.deliver_views();
    CHECK(t.views_of(1) == 5);
    CHECK(t.views_of(2) == 5);
    CHECK(t.views_of(3) == 0);
}

TEST_CASE("all that counted is in the log, as it was told") {
    stats_under_test t;
    t.count({{1, 2, {}, {}}, {2, 5, {}, {}}});
    t.publisher.clock.advance(std::chrono::seconds(1));
    t.count({{1, 3, {}, {}}});
    t.deliver_views();
    CHECK(t.log() ==
          std::vector<std::string>{
              R"(posts 1 views_counted 1786615200123 )"
              R"({"counts":[{"article_id":1,"views":2,"visitor":null,"referrer_host":null},)"
              R"({"article_id":2,"views":5,"visitor":null,"referrer_host":null}]})",
              R"(posts 2 views_counted 1786615201123 )"
              R"({"counts":[{"article_id":1,"views":3,"visitor":null,"referrer_host":null}]})"});
}

TEST_CASE("views that are told again are not counted again") {
    stats_under_test t;
    t.count({{1, 2, {}, {}}});
    t.deliver_views();
    t.deliver_views();
    // Even past the cursor, as after a feed that starts again.
    const auto subscription = subscription_to("posts", t.stats->subscriptions());
    for (const auto& e : t.publisher.published())
        REQUIRE(t.p.write([&](sqlite::connection& db) { subscription.apply(db, e); }));
    CHECK(t.views_of(1) == 2);
    CHECK(t.log().size() == 1);
}

TEST_CASE("the route of stats is for the article's author") {
    stats_under_test t;
    t.posts.add(1, "hello", jake);
    t.count({{1, 2, {}, {}}});
    t.deliver_views();
    const auto routes = t.stats->routes();
    const auto ask = [&](const std::string& slug, std::int64_t caller) {
        return answer_to(
            routes,
            {.path = "/api/stats/articles/{slug}", .caller = caller, .params = {{"slug", slug}}});
    };
    const auto own = ask("hello", jake);
    CHECK(own.status == 200);
    CHECK(own.body == R"({"stats":{"views":2}})");
    const auto others = ask("hello", anne);
    CHECK(others.status == 403);
    CHECK(others.body == R"({"errors":{"article":["forbidden"]}})");
    const auto missing = ask("missing", anne);
    CHECK(missing.status == 404);
    CHECK(missing.body == R"({"errors":{"article":["not found"]}})");
    t.posts.down = true;
    CHECK(ask("hello", jake).status == 503);
}
