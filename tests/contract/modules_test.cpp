// What the modules promise each other, in every calling mode.
#include <base/timer.hpp>

#include "acts.hpp"

namespace {

using namespace cleave;
using test::world;

using test::once_by, test::publish, test::sign_up;

}  // namespace

TEST_CASE("an account can be made, logged in to, and looked up") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto made = co_await sign_up(w, "민수");
        CHECK(made.email == "민수@example.com");
        CHECK(made.role == role::author);
        users::login_request right{"민수@example.com", "correct horse"};
        const auto logged_in = co_await w.users().login(test::query_by_nobody(), right);
        REQUIRE(logged_in.has_value());
        CHECK(encode(*logged_in) == encode(made));
        const users::account_request mine{made.id};
        const auto found = co_await w.users().get_account(test::query_by_nobody(), mine);
        REQUIRE(found.has_value());
        CHECK(encode(*found) == encode(made));
        users::profiles_request both;
        both.ids = {made.id, made.id + 1};
        const auto profiles = co_await w.users().get_profiles(test::query_by_nobody(), both);
        REQUIRE(profiles.has_value());
        REQUIRE(profiles->profiles.size() == 1);
        CHECK(profiles->profiles.front().username == "민수");
    });
}

TEST_CASE("what users refuses is the same problem everywhere") {
    test::in_every_mode([](world& w) -> async<void> {
        co_await sign_up(w, "ann");
        const users::register_request blank{"", "a@example.com", "correct horse"};
        const users::register_request taken{"ANN", "other@example.com", "correct horse"};
        const users::login_request wrong{"ann@example.com", "wrong horse"};
        const users::login_request nobody{"nobody@example.com", "correct horse"};
        const users::account_request missing{999};
        const auto a = co_await w.users().register_account(once_by(0), blank);
        const auto b = co_await w.users().register_account(once_by(0), taken);
        const auto c = co_await w.users().login(test::query_by_nobody(), wrong);
        const auto d = co_await w.users().login(test::query_by_nobody(), nobody);
        const auto e = co_await w.users().get_account(test::query_by_nobody(), missing);
        CHECK(encode(a.error()) == R"({"code":"invalid_argument","subject":"username",)"
                                   R"("detail":"can't be blank","pointer":"/user/username"})");
        CHECK(encode(b.error()) == R"({"code":"conflict","subject":"username",)"
                                   R"("detail":"has already been taken","pointer":null})");
        CHECK(encode(c.error()) == R"({"code":"unauthenticated","subject":"credentials",)"
                                   R"("detail":"invalid","pointer":null})");
        CHECK(d.error() == c.error());
        CHECK(encode(e.error()) ==
              R"({"code":"not_found","subject":"user","detail":"not found","pointer":null})");
    });
}

TEST_CASE("an article can be read back whole, alone and in a list") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await sign_up(w, "ann");
        const auto first = co_await publish(w, ann.id, "One \"quoted\" title");
        const auto second = co_await publish(w, ann.id, "댓글이 달리면");
        CHECK(second.slug == "댓글이-달리면");
        CHECK(first.tag_list == std::vector<std::string>{"a", "b"});
        CHECK(first.author.username == "ann");
        const posts::get_request by_slug{first.slug};
        const auto found = co_await w.posts().get(test::query_by_nobody(), by_slug);
        REQUIRE(found.has_value());
        CHECK(encode(*found) == encode(first));
        const auto ref = co_await w.posts().find(test::query_by_nobody(), by_slug);
        REQUIRE(ref.has_value());
        CHECK(*ref == posts::article_ref{first.id, first.slug, first.title, ann.id});
        const posts::list_request newest{1, 0};
        const auto page = co_await w.posts().list(test::query_by_nobody(), newest);
        REQUIRE(page.has_value());
        CHECK(page->total == 2);
        REQUIRE(page->articles.size() == 1);
        CHECK(page->articles.front().slug == second.slug);
        CHECK_FALSE(page->articles.front().body.has_value());
    });
}

TEST_CASE("what posts refuses is the same problem everywhere") {
    test::in_every_mode([](world& w) -> async<void> {
        const posts::get_request missing{"no-such-article"};
        const posts::create_request untitled{"", "d", "b", {}};
        const auto a = co_await w.posts().get(test::query_by_nobody(), missing);
        const auto b = co_await w.posts().find(test::query_by_nobody(), missing);
        const auto c = co_await w.posts().create(once_by(1), untitled);
        const auto d = co_await w.posts().create(once_by(0), untitled);
        CHECK(encode(a.error()) ==
              R"({"code":"not_found","subject":"article","detail":"not found","pointer":null})");
        CHECK(b.error() == a.error());
        CHECK(c.error().pointer == "/article/title");
        CHECK(d.error().code == errc::unauthenticated);
    });
}

TEST_CASE("a comment is written once, and its article's author is told once") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await sign_up(w, "ann");
        const auto bo = co_await sign_up(w, "bo");
        const auto article = co_await publish(w, ann.id, "Told once");
        const comments::create_request theirs{article.slug, "from bo"};
        const comments::create_request own{article.slug, "from ann"};
        const auto written = co_await w.comments().create(once_by(bo.id), theirs);
        const auto by_herself = co_await w.comments().create(once_by(ann.id), own);
        REQUIRE(written.has_value());
        REQUIRE(by_herself.has_value());
        CHECK(written->author.username == "bo");
        const comments::list_request all{article.slug, std::nullopt};
        const auto read = co_await w.comments().list(test::query_by_nobody(), all);
        REQUIRE(read.has_value());
        REQUIRE(read->comments.size() == 2);
        CHECK(encode(read->comments[0]) == encode(*written));

        const notifications::list_request mine{20, 0};
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        result<notifications::page> page;
        while (std::chrono::steady_clock::now() < limit) {
            page = co_await w.notifications().list(test::query_by(ann.id), mine);
            if (!page || page->total > 0) break;
            co_await resume_after(std::chrono::milliseconds(2));
        }
        REQUIRE(page.has_value());
        REQUIRE(page->total == 1);
        CHECK(page->unread == 1);
        CHECK(page->notifications.front().actor.username == "bo");
        CHECK(page->notifications.front().comment_id == written->id);
    });
}

TEST_CASE("a command that is sent again with its key is done once") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await sign_up(w, "ann");
        const auto context = once_by(ann.id);
        const posts::create_request wanted{"Twice", "d", "b", {}};
        const auto first = co_await w.posts().create(context, wanted);
        const auto again = co_await w.posts().create(context, wanted);
        REQUIRE(first.has_value());
        REQUIRE(again.has_value());
        CHECK(encode(*first) == encode(*again));
        const comments::create_request remark{first->slug, "once"};
        const auto comment_context = once_by(ann.id);
        const auto one = co_await w.comments().create(comment_context, remark);
        const auto two = co_await w.comments().create(comment_context, remark);
        REQUIRE(one.has_value());
        REQUIRE(two.has_value());
        CHECK(one->id == two->id);
        const posts::list_request any;
        const auto page = co_await w.posts().list(test::query_by_nobody(), any);
        CHECK(page->total == 1);
    });
}

TEST_CASE("a feed tells what happened, in order") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await sign_up(w, "ann");
        const auto one = co_await publish(w, ann.id, "one");
        const auto two = co_await publish(w, ann.id, "two");
        const events::feed_request all{0, 100, 0};
        const auto page = co_await w.posts_feed().read(test::query_by_nobody(), all);
        REQUIRE(page.has_value());
        REQUIRE(page->events.size() == 2);
        CHECK(page->events[0].kind == posts::article_published::kind);
        CHECK(page->events[0].key == one.id);
        const events::feed_request rest{page->events[0].id, 100, 0};
        const auto later = co_await w.posts_feed().read(test::query_by_nobody(), rest);
        REQUIRE(later.has_value());
        REQUIRE(later->events.size() == 1);
        const auto told = decode<posts::article_published>(later->events[0].body);
        REQUIRE(told.has_value());
        CHECK(told->article == posts::article_ref{two.id, "two", "two", ann.id});
    });
}

TEST_CASE("an article that nobody has looked at has no views") {
    test::in_every_mode([](world& w) -> async<void> {
        const stats::article_request unseen{1};
        const auto views = co_await w.stats().figures_of(test::query_by_nobody(), unseen);
        REQUIRE(views.has_value());
        CHECK(views->views == 0);
    });
}

TEST_CASE("work whose deadline has passed is not begun") {
    test::in_every_mode([](world& w) -> async<void> {
        query_context late;
        late.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
        const posts::list_request any;
        // Lost calls would be sent again for ever: the deadline is over for those as well.
        if (w.is_lossy()) co_return;
        const auto page = co_await w.posts().list(late, any);
        REQUIRE_FALSE(page.has_value());
        CHECK((page.error().code == errc::not_executed ||
               page.error().code == errc::outcome_unknown));
    });
}

TEST_CASE("calls are lost at random, and nothing is done twice") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        const auto body = [](world& w) -> async<void> {
            const auto ann = co_await sign_up(w, "ann");
            const auto article = co_await publish(w, ann.id, "Lossy");
            for (int i = 0; i < 10; ++i) {
                const comments::create_request remark{article.slug, std::to_string(i)};
                const auto written = co_await w.comments().create(once_by(ann.id), remark);
                REQUIRE(written.has_value());
            }
            const comments::list_request all{article.slug, std::nullopt};
            const auto read = co_await w.comments().list(test::query_by_nobody(), all);
            REQUIRE(read.has_value());
            REQUIRE(read->comments.size() == 10);
            for (std::size_t i = 0; i < 10; ++i) CHECK(read->comments[i].body == std::to_string(i));
        };
        test::in_mode(test::calling_mode::lossy, body, seed);
    }
}
