#include "stats_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::stats;

namespace {

constexpr std::int64_t jake = 7, anne = 8;

std::string told(const article_stats& s) {
    return fmt::format("{} {} {} {}", s.views, s.visitors, s.favorites, s.comments);
}
std::string told(const blog_stats& s) {
    return fmt::format("{} {} {} {} {}", s.articles, s.users, s.comments, s.views, s.visitors);
}

}  // namespace

TEST_CASE("views add up, of each article for itself and of all together") {
    stats_under_test t;
    t.count({{1, 2, {}, {}}, {2, 5, {}, {}}});
    t.count({{1, 3, {}, {}}});
    t.deliver_all();
    CHECK(t.of(1).views == 5);
    CHECK(t.of(2).views == 5);
    CHECK(t.of(3).views == 0);
    CHECK(t.all().views == 10);
}

TEST_CASE("a visitor counts once a day, for each article and for the blog") {
    stats_under_test t;
    t.count({{1, 2, 100, {}}, {1, 1, 101, {}}, {2, 1, 100, {}}});
    t.count({{1, 1, 100, {}}, {1, 1, {}, {}}});
    t.deliver_all();
    CHECK(told(t.of(1)) == "5 2 0 0");
    CHECK(told(t.of(2)) == "1 1 0 0");
    CHECK(told(t.all()) == "0 0 0 6 2");
    t.pass_days(1);
    t.count({{1, 1, 100, {}}});
    t.deliver_all();
    CHECK(told(t.of(1)) == "6 3 0 0");
    CHECK(told(t.all()) == "0 0 0 7 3");
}

TEST_CASE("thirty days are told up to today, the oldest first") {
    stats_under_test t;
    t.count({{1, 4, 100, {}}});
    t.deliver_all();
    t.pass_days(1);
    t.count({{1, 2, 100, {}}});
    t.deliver_all();
    for (const auto& daily : {t.all().daily, t.of(1).daily}) {
        REQUIRE(daily.size() == 30);
        CHECK(daily.front().date == "2026-07-16");
        CHECK(daily.front().views == 0);
        CHECK((daily[28].date == "2026-08-13" && daily[28].views == 4 && daily[28].visitors == 1));
        CHECK((daily[29].date == "2026-08-14" && daily[29].views == 2));
    }
    t.pass_days(29);
    CHECK(t.all().daily.front().views == 2);
    t.pass_days(1);
    CHECK(t.all().daily.front().views == 0);
    CHECK(t.of(5).daily.size() == 30);
}

TEST_CASE("articles, users and comments count while they are there") {
    stats_under_test t;
    t.publish(1, "one");
    t.publish(2, "two");
    t.join(jake);
    t.join(anne, 3);  // first heard of when she changed her name
    t.join(jake, 2);
    t.comment(1, 1);
    t.comment(2, 1);
    t.uncomment(1, 1);
    t.favorite(1, jake);
    t.favorite(1, anne);
    t.unfavorite(1, jake);
    t.deliver_all();
    CHECK(told(t.all()) == "2 2 1 0 0");
    CHECK(told(t.of(1)) == "0 0 1 1");
    t.remove(1);
    t.deliver_all();
    CHECK(told(t.all()) == "1 2 1 0 0");
    CHECK(told(t.of(1)) == "0 0 0 0");
    t.uncomment(2, 1);
    t.deliver_all();
    CHECK(told(t.all()) == "1 2 0 0 0");
    CHECK(told(t.of(1)) == "0 0 0 0");
}

TEST_CASE("in whatever order the feeds are read, the figures are the same") {
    const bool posts_first = GENERATE(true, false);
    stats_under_test t;
    t.publish(1, "one");
    t.count({{1, 2, 100, {}}});
    t.remove(1);
    t.count({{1, 2, 100, {}}});  // of somebody who was still reading
    t.comment(1, 1);
    t.uncomment(1, 1);
    t.uncomment(2, 1);
    t.comment(2, 1);  // told the wrong way round: it is gone
    if (posts_first) t.deliver_from("posts", t.posts_feed);
    t.deliver_from("comments", t.comments_feed);
    t.deliver_all();
    CHECK(told(t.all()) == "0 0 0 4 1");
    CHECK(told(t.of(1)) == "0 0 0 0");
    CHECK(t.rebuild().same);
}

TEST_CASE("what is told again is not counted again") {
    stats_under_test t;
    t.publish(1, "one");
    t.count({{1, 2, 100, "a.example"}});
    t.favorite(1, anne);
    t.comment(1, 1);
    t.join(jake);
    t.deliver_all();
    t.deliver_all();
    const auto once = encode(t.of(1)) + encode(t.all());
    t.deliver_once_more();
    CHECK(encode(t.of(1)) + encode(t.all()) == once);
    CHECK(told(t.of(1)) == "2 1 1 1");
}

TEST_CASE("where readers come from, most views first") {
    stats_under_test t;
    t.count({{1, 2, 100, "b.example"}, {1, 3, 101, "a.example"}, {1, 9, 102, {}}});
    t.count({{1, 2, 103, "b.example"}, {2, 9, 100, "c.example"}});
    t.deliver_all();
    const auto found = t.of(1).referrers;
    REQUIRE(found.size() == 2);
    CHECK((found[0].host == "b.example" && found[0].views == 4));
    CHECK((found[1].host == "a.example" && found[1].views == 3));
    // Anybody can claim to come from anywhere.
    std::vector<posts::article_views> flood;
    for (int i = 0; i < 1'500; ++i) flood.push_back({1, 1, 100, std::to_string(i) + ".example"});
    t.count(flood);
    t.deliver_all();
    CHECK(t.of(1).referrers.size() == 20);
    CHECK(t.of(1).referrers[0].host == "b.example");
}

TEST_CASE("the most read articles of some days") {
    stats_under_test t;
    for (std::int64_t id = 1; id <= 4; ++id) t.publish(id, "article-" + std::to_string(id));
    t.count({{1, 9, 100, {}}});
    t.deliver_all();
    t.pass_days(1);
    t.count(
        {{2, 5, 100, {}}, {3, 2, 100, {}}, {3, 4, 101, {}}, {4, 100, 100, {}}, {9, 200, {}, {}}});
    t.remove(4);
    t.deliver_all();
    const auto slugs = [&](top_request r) {
        std::string all;
        for (const auto& a : t.top(r).articles) all += a.slug + " ";
        return all;
    };
    CHECK(slugs({}) == "article-1 article-3 article-2 ");
    CHECK(slugs({.days = 1, .limit = 10}) == "article-3 article-2 ");
    CHECK(slugs({.days = 2, .limit = 1}) == "article-1 ");
    CHECK(slugs({.days = -5, .limit = -5}) == "article-3 ");
    const auto best = t.top({.days = 1, .limit = 1}).articles.at(0);
    CHECK(best.title == "The title of article-3");
    CHECK((best.views == 6 && best.visitors == 2));
}

TEST_CASE("the routes of stats answer as agreed") {
    stats_under_test t;
    t.posts.add(1, "hello", jake);
    t.publish(1, "hello");
    t.count({{1, 2, 100, "example.com"}});
    t.deliver_all();
    const auto routes = t.stats->routes();
    const auto ask = [&](const std::string& slug, std::int64_t caller) {
        return answer_to(
            routes,
            {.path = "/api/stats/articles/{slug}", .caller = caller, .params = {{"slug", slug}}});
    };
    const auto own = ask("hello", jake);
    CHECK(own.status == 200);
    CHECK(own.body.starts_with(R"({"stats":{"views":2,"visitors":1,"favorites":0,"comments":0,)"
                               R"("daily":[{"date":"2026-07-15","views":0,"visitors":0},)"));
    CHECK(own.body.ends_with(R"({"date":"2026-08-13","views":2,"visitors":1}],)"
                             R"("referrers":[{"host":"example.com","views":2}]}})"));
    const auto others = ask("hello", anne);
    CHECK(others.status == 403);
    CHECK(others.body == R"({"errors":{"article":["forbidden"]}})");
    const auto missing = ask("missing", anne);
    CHECK(missing.status == 404);
    CHECK(missing.body == R"({"errors":{"article":["not found"]}})");
    t.posts.down = true;
    CHECK(ask("hello", jake).status == 503);

    const auto blog = answer_to(routes, {.path = "/api/stats"}).body;
    CHECK(blog.starts_with(
        R"({"stats":{"articles":1,"users":0,"comments":0,"views":2,"visitors":1,"daily":[{"date")"));
    const auto top = answer_to(routes, {.path = "/api/stats/top", .query = "days=x&limit=5"});
    CHECK(top.body ==
          R"({"articles":[{"slug":"hello","title":"The title of hello","views":2,"visitors":1}]})");
}
