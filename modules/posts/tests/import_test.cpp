// Articles that come from elsewhere.
#include <catch2/catch.hpp>
#include <posts/module.hpp>
#include <support/fake_users.hpp>
#include <support/scratch_platform.hpp>

using namespace cleave;
using namespace cleave::test;
using namespace cleave::posts;

namespace {

struct posts_under_test {
    scratch_platform p{migrations};
    fake_users users;
    std::unique_ptr<module> posts = make_module(p.given(), users, 1);

    posts_under_test() { users.add(7, "jake"); }

    result<imported_articles> import(std::vector<imported_article> articles) {
        import_articles_request r{std::move(articles)};
        return run_coroutine(posts->imports().add({}, std::move(r)));
    }
    result<article> get(const std::string& slug) {
        return run_coroutine(posts->get({}, get_request{slug}));
    }
};

imported_article article_from(const std::string& source) {
    imported_article a;
    a.source = source;
    a.author_id = 7;
    a.title = "Old times";
    a.description = "From before";
    a.body = "It was so.";
    a.tag_list = {"web", "old"};
    a.created_at.unix_ms = 1'000'000;
    return a;
}

}  // namespace

TEST_CASE("an imported article is read as if it had been published on its day") {
    posts_under_test t;
    auto named = article_from("b.md");
    named.slug = "My Slug";
    const auto made = t.import({article_from("a.md"), named});
    REQUIRE(made);
    REQUIRE(made->articles.size() == 2);
    CHECK(made->articles[0].added);
    CHECK(made->articles[0].slug == "old-times");
    CHECK(made->articles[1].slug == "my-slug");
    const auto found = t.get("old-times");
    REQUIRE(found);
    CHECK(found->created_at.unix_ms == 1'000'000);
    CHECK(found->tag_list == std::vector<std::string>{"old", "web"});
    CHECK(found->author.username == "jake");
    const auto events = t.p.published();
    REQUIRE(events.size() == 2);
    CHECK(events[0].kind == article_published::kind);
    CHECK(t.users.calls == 1);
}

TEST_CASE("what came once does not come again, and gets the same address elsewhere") {
    posts_under_test t, elsewhere;
    const auto all = {article_from("a.md"), article_from("b.md"), article_from("a.md")};
    const auto first = t.import(all);
    REQUIRE(first);
    CHECK(first->articles[1].slug != first->articles[0].slug);
    CHECK_FALSE(first->articles[2].added);
    CHECK(first->articles[2].slug == first->articles[0].slug);
    const auto again = t.import(all);
    REQUIRE(again);
    CHECK_FALSE(again->articles[1].added);
    CHECK(again->articles[1].id == first->articles[1].id);
    CHECK(t.p.published().size() == 2);
    const auto there = elsewhere.import(all);
    REQUIRE(there);
    CHECK(there->articles[1].slug == first->articles[1].slug);
}

TEST_CASE("an article that is refused keeps no other from being imported") {
    posts_under_test t;
    auto blank = article_from("a.md");
    blank.title = " ";
    auto nobodys = article_from("b.md");
    nobodys.author_id = 8;
    const auto made = t.import({blank, nobodys, article_from(""), article_from("c.md")});
    REQUIRE(made);
    REQUIRE(made->articles[0].refused);
    CHECK(made->articles[0].refused->subject == "title");
    REQUIRE(made->articles[1].refused);
    CHECK(made->articles[1].refused->subject == "author");
    REQUIRE(made->articles[2].refused);
    CHECK(made->articles[2].refused->subject == "source");
    CHECK(made->articles[3].added);
    CHECK(t.p.published().size() == 1);
}

TEST_CASE("nothing is imported where users cannot be asked, or where it is too much") {
    posts_under_test t;
    t.users.down = true;
    const auto refused = t.import({article_from("a.md")});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::not_executed);
    t.users.down = false;
    CHECK_FALSE(t.import(std::vector(articles_imported_max + 1, article_from("a.md"))));
    CHECK(t.p.published().empty());
}
