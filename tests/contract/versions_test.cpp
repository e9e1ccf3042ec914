// Two releases side by side, as while one part after the other is deployed: whichever is the older
// one, each understands the other. What a release adds to a contract is optional, a method or an
// event kind; the other one leaves out what it does not know.
#include "versions.hpp"

#include <catch2/catch.hpp>
#include <comments/module.hpp>
#include <posts/module.hpp>
#include <posts/proxy.hpp>
#include <support/callers.hpp>
#include <support/deliver.hpp>
#include <support/fake_posts.hpp>
#include <support/fake_users.hpp>
#include <support/scratch_platform.hpp>

namespace {

using namespace cleave;
using namespace cleave::test;

constexpr std::int64_t jake = 7;

// The posts of this release, with two articles.
struct present_posts {
    scratch_platform p{posts::migrations, 2};
    fake_users users;
    std::unique_ptr<posts::module> module;
    std::optional<served_release> served;

    present_posts() {
        users.add(jake, "jake");
        module = posts::make_module(p.given(), users, 1, nullptr);
        for (const char* title : {"One", "Two"}) {
            posts::create_request wanted{title, "about", "the text", {"web"}};
            const auto made = run_coroutine(module->create(command_by(jake), std::move(wanted)));
            REQUIRE(made);
        }
        served.emplace(http::call_service::services{
            {"posts", make_call_handler<posts::api>(*module)},
            {"posts.feed", make_call_handler<events::feed>(p.outbox)}});
    }
};

class older_posts final : public older::posts {
public:
    task<older::page> list(query_context, older::list_request r) override {
        older::page out;
        out.total = r.limit;
        out.articles.push_back({1,
                                "one",
                                "One",
                                "about",
                                {"web"},
                                {},
                                {},
                                false,
                                3,
                                {jake, r.author.value_or("jake"), false}});
        co_return out;
    }
};

class newer_posts final : public newer::posts {
public:
    task<newer::article_ref> find(query_context, newer::get_request r) override {
        CHECK_FALSE(r.also_hidden);
        co_return newer::article_ref{1, r.slug, "One", jake, "ko"};
    }
    task<nothing> pin(command_context, newer::get_request) override { co_return nothing{}; }
};

// What comments follows of posts, over HTTP, to the feed's end.
template <class Feed>
std::vector<std::string> what_comments_learns(Feed& feed) {
    scratch_platform own(comments::migrations, 2);
    fake_posts nobody;
    fake_users users;
    const auto module = comments::make_module(own.given(), nobody, users);
    {
        served_release other(
            http::call_service::services{{"posts.feed", make_call_handler<Feed>(feed)}});
        events::feed_proxy proxy(other.at(), "posts.feed");
        feed_to_the_end to_its_end(proxy);
        events::follower follower(own.outbox, subscription_to("posts", module->subscriptions()),
                                  to_its_end, quick());
        to_its_end.read_by(follower);
        const auto follow = [&]() -> async<bool> {
            co_await follower.run();
            co_return true;
        };
        other.run(follow());
        own.store.writer().stop();  // before the threads that it resumes on
    }
    return own.store.read(steady_time::max(), [](sqlite::connection& db) {
        std::vector<std::string> out;
        auto rows = db.query("SELECT id || ' ' || title FROM comments_articles ORDER BY id");
        while (rows.step()) out.emplace_back(rows.text(0));
        auto parked = db.query("SELECT 'parked ' || kind FROM comments_parked");
        while (parked.step()) out.emplace_back(parked.text(0));
        return out;
    });
}

}  // namespace

TEST_CASE("an older caller is answered, and passes over what it does not know") {
    present_posts now;
    older::posts_proxy before(now.served->at());
    older::list_request all;
    const auto page = now.served->run(before.list(query_by(jake), all));
    REQUIRE(page.has_value());
    CHECK(page->total == 2);
    REQUIRE(page->articles.size() == 2);
    CHECK(page->articles[0].title == "Two");
    CHECK(page->articles[0].tag_list == std::vector<std::string>{"web"});
    CHECK(page->articles[0].author.username == "jake");
    all.author = "nobody";
    CHECK(now.served->run(before.list(query_by(jake), all))->total == 0);
}

TEST_CASE("a newer caller is answered without what is not known here") {
    present_posts now;
    newer::posts_proxy after(now.served->at());
    const newer::get_request wanted{"one", true};
    const auto found = now.served->run(after.find(query_by(jake), wanted));
    REQUIRE(found.has_value());
    CHECK(found->title == "One");
    CHECK_FALSE(found->language);
    // A method that there is not is known not to have been executed, and no fault of the peer's.
    for (int i = 0; i < 20; ++i)
        CHECK(now.served->run(after.pin(command_by(jake), wanted)).error() ==
              problem{errc::not_found, "method", "not found", std::nullopt});
    CHECK(now.served->run(after.find(query_by(jake), wanted)).has_value());
}

TEST_CASE("an older module is called, and a newer one") {
    older_posts before;
    served_release old(
        http::call_service::services{{"posts", make_call_handler<older::posts>(before)}});
    posts::proxy of_old(old.at());
    posts::list_request some;
    some.limit = 9;
    some.search = "words";
    some.author = "anne";
    const auto page = old.run(of_old.list(query_by(jake), some));
    REQUIRE(page.has_value());
    CHECK(page->total == 9);
    CHECK(page->articles.at(0).author.username == "anne");
    CHECK_FALSE(page->articles.at(0).body);
    CHECK_FALSE(page->articles.at(0).author.bio);

    newer_posts after;
    served_release next(
        http::call_service::services{{"posts", make_call_handler<newer::posts>(after)}});
    posts::proxy of_next(next.at());
    const posts::get_request one{"one"};
    const auto found = next.run(of_next.find(query_by(jake), one));
    REQUIRE(found.has_value());
    CHECK(*found == posts::article_ref{1, "one", "One", jake});
    CHECK(next.run(of_next.get(query_by(jake), one)).error().subject == "method");
}

TEST_CASE("a failure that only a newer release knows is what its status says") {
    const auto failing = [](errc with) {
        return http::call_service::services{{"posts", [with](incoming_call) -> async<reply> {
                                                 const newer::problem told{
                                                     newer::errc::gone, "article", "was moved", {}};
                                                 co_return reply{http_status(with), encode(told)};
                                             }}};
    };
    for (const auto code : {errc::not_found, errc::conflict, errc::outcome_unknown}) {
        served_release next(failing(code));
        posts::proxy caller(next.at());
        const posts::get_request one{"one"};
        const problem expected{code, "article", "was moved", std::nullopt};
        CHECK(next.run(caller.find(query_by(jake), one)).error() == expected);
        CHECK(next.run(caller.remove(command_by(jake), one)).error() == expected);
    }
}

TEST_CASE("a follower passes over event kinds and fields that it does not know") {
    scratch_platform of_posts{posts::migrations, 2};
    const auto told = of_posts.write([&](sqlite::connection& db) {
        auto& log = of_posts.outbox;
        log.append(db, 1, {}, newer::article_published{{1, "one", "One", jake, "ko"}, {"anne"}});
        log.append(db, 1, {}, newer::article_pinned{1});
        log.append(db, 1, {}, posts::article_changed{{1, "one", "One more", jake}});
        log.append(db, 2, {}, newer::article_pinned{2});
        log.append(db, 2, {}, newer::article_published{{2, "two", "Two", jake, {}}, {}});
    });
    REQUIRE(told);
    // Nothing is parked, so nothing waits behind it: events of one subject go on in their order.
    CHECK(what_comments_learns<events::feed>(of_posts.outbox) ==
          std::vector<std::string>{"1 One more", "2 Two"});
}

TEST_CASE("a feed of an older release is followed, and an older follower reads this one's") {
    class older_feed final : public older::feed {
    public:
        task<older::feed_page> read(query_context, older::feed_request r) override {
            older::feed_page out;
            for (std::int64_t id = r.after + 1; id <= 3; ++id)
                out.events.push_back({id,
                                      "article_published",
                                      id,
                                      {},
                                      encode(posts::article_published{
                                          {id, std::to_string(id), "An article", jake}})});
            co_return out;
        }
    } before;
    CHECK(what_comments_learns<older::feed>(before) ==
          std::vector<std::string>{"1 An article", "2 An article", "3 An article"});

    present_posts now;
    older::feed_proxy follower(now.served->at(), "posts.feed");
    const auto page = now.served->run(follower.read({}, {}));
    REQUIRE(page.has_value());
    REQUIRE(page->events.size() == 2);
    CHECK(page->events[1].kind == "article_published");
    const auto told = decode<posts::article_published>(page->events[1].body);
    REQUIRE(told.has_value());
    CHECK(told->article.title == "Two");
}
