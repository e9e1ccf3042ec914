// The projections are what the log says, whatever was folded away in between.
#include "stats_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::stats;

namespace {

// A hundred days of a small blog: each day news of every kind, and now and then an end.
void live(stats_under_test& t, int first_day, int days) {
    for (int day = first_day; day < first_day + days; ++day) {
        const std::int64_t id = 1 + day % 7;
        t.publish(id, "article-" + std::to_string(id));
        for (int second = 0; second < 3; ++second)
            t.count({{id, 1, 100 + second, "a.example"},
                     {1 + (day + 1) % 7, 2, 100, std::to_string(day % 30) + ".example"}});
        t.favorite(id, day % 3);
        if (day % 2 == 0) t.unfavorite(id, day % 3);
        t.comment(day, id);
        if (day % 5 == 4) t.uncomment(day - 1, 1 + (day - 1) % 7);
        if (day % 40 == 39) t.remove(1 + day % 6);
        t.join(day % 20);
        t.deliver_all();
        t.pass_days(1);
    }
}

std::string all_told(stats_under_test& t) {
    std::string out = encode(t.all()) + encode(t.top());
    for (std::int64_t id = 1; id <= 7; ++id) out += encode(t.of(id));
    return out;
}

}  // namespace

TEST_CASE("made again from the log, the figures are the same bytes") {
    stats_under_test t;
    live(t, 0, 3);
    const auto before = all_told(t);
    const auto made = t.rebuild();
    CHECK(made.same);
    CHECK(made.entries > 0);
    CHECK((all_told(t) == before));
    // A digest that sees nothing would be the same, too.
    t.count({{1, 1, 5, {}}});
    t.deliver_all();
    CHECK(t.rebuild().digest != made.digest);
}

TEST_CASE("folding the log changes no figure, and neither does making them from what is left") {
    stats_under_test t;
    for (int from = 0; from < 120; from += 10) {
        live(t, from, 10);
        INFO("after " << from + 10 << " days");
        const auto before = all_told(t);
        CHECK(t.rebuild().same);
        CHECK((all_told(t) == before));
    }
    CHECK(t.all().views == 120 * 3 * 3);
    // Three a day for the days that are still told apart, and none for all the others.
    CHECK(t.log_entries("views_counted") <= 3 * 3);
    CHECK(t.log_entries("views_folded") <= 90 * 3);
    CHECK(t.log_entries("views_before") <= 8);
    CHECK(t.log_entries("article_published") <= 7 + 3);
    CHECK(t.log_entries("profile_changed") <= 20 + 3);
}

TEST_CASE("views that are told days late are counted on their day") {
    stats_under_test t;
    live(t, 0, 5);
    t.p.clock.advance(-std::chrono::hours(24 * 4));
    t.count({{1, 50, 999, "late.example"}});
    t.p.clock.advance(std::chrono::hours(24 * 4));
    const auto day = t.all().daily[30 - 1 - 4].views;
    t.deliver_all();
    CHECK(t.all().daily[30 - 1 - 4].views == day + 50);
    CHECK(t.rebuild().same);
    live(t, 5, 3);
    CHECK(t.all().daily[30 - 1 - 7].views == day + 50);
    CHECK(t.rebuild().same);
}

TEST_CASE("figures that are behind the log are made from it at the start") {
    stats_under_test t;
    live(t, 0, 2);
    const auto before = all_told(t);
    REQUIRE(t.p.write([](sqlite::connection& db) {
        db.run("UPDATE stats_totals SET position = 0, views = 5, users = 5");
    }));
    t.stats = make_module(t.p.given(), t.posts);
    CHECK((all_told(t) == before));
}

TEST_CASE("a feed that begins anew counts what is, once, and the views that there were") {
    stats_under_test t;
    live(t, 0, 8);
    const auto before = t.all();
    const auto reset = [&](std::string_view feed) {
        const auto subscription = subscription_to(feed, t.stats->subscriptions());
        REQUIRE(t.p.write([&](sqlite::connection& db) { subscription.reset(db, 1); }));
    };
    for (const auto feed : {"posts", "comments", "users"}) reset(feed);
    CHECK(t.all().articles == 0);
    CHECK(t.all().users == 0);
    CHECK(t.all().comments == 0);
    CHECK(t.all().views == before.views);
    t.deliver_once_more();
    CHECK(encode(t.all()) == encode(before));
    CHECK(t.rebuild().same);
    // Another event under a number that there was before.
    auto e = t.posts_feed.published().back();
    e.at.unix_ms += 1;
    e.kind = "views_counted";
    e.body = encode(posts::views_counted{{{1, 5, {}, {}}}});
    const auto subscription = subscription_to("posts", t.stats->subscriptions());
    for (int i = 0; i < 2; ++i) {
        std::string why;
        REQUIRE(t.p.write([&](sqlite::connection& db) { subscription.apply(db, e, why); }));
    }
    CHECK(t.all().views == before.views + 5);
}
