// Comments are changed and deleted, by themselves and with their article.
#include "comments_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::comments;

namespace {

const problem no_article{errc::not_found, "article", "not found", std::nullopt};
const problem no_comment{errc::not_found, "comment", "not found", std::nullopt};
const problem not_yours{errc::forbidden, "comment", "forbidden", std::nullopt};

template <class T>
problem refusal(const result<T>& outcome) {
    return outcome ? problem{} : outcome.error();
}

}  // namespace

TEST_CASE("a comment is changed by its author or a moderator, and is later then") {
    comments_under_test t;
    const auto made = t.write("first");
    const auto changed = t.change(made->id, "second");
    REQUIRE(changed);
    CHECK(changed->body == "second");
    CHECK(changed->created_at == made->created_at);
    CHECK(changed->updated_at.unix_ms == made->updated_at.unix_ms + 1);
    t.p.clock.advance(std::chrono::seconds(1));
    CHECK(t.change(made->id, "third")->updated_at.unix_ms == made->created_at.unix_ms + 1'000);
    CHECK(t.bodies("hello") == "third ");
    CHECK(refusal(t.change(made->id, "x", {})).code == errc::unauthenticated);
    CHECK(refusal(t.change(made->id, "x", command_by(jake))) == not_yours);  // the article's author
    CHECK(refusal(t.change(made->id, " ")).pointer == "/comment/body");
    CHECK(refusal(t.change(made->id + 1, "x")) == no_comment);
    CHECK(refusal(t.change(made->id, "x", command_by(anne), "other")) == no_comment);
    CHECK(refusal(t.change(made->id, "x", command_by(anne), "missing")) == no_article);
    CHECK(t.bodies("hello") == "third ");
    CHECK(t.change(made->id, "moderated", as_role(moderator, role::moderator))->author.username ==
          "anne");
}

TEST_CASE("a comment is deleted by its author or a moderator, and whoever follows is told") {
    comments_under_test t;
    const auto first = t.write("first"), second = t.write("second");
    CHECK(refusal(t.remove(first->id, {})).code == errc::unauthenticated);
    CHECK(refusal(t.remove(first->id, command_by(jake))) == not_yours);
    CHECK(refusal(t.remove(99)) == no_comment);
    CHECK(refusal(t.remove(first->id, command_by(anne), "other")) == no_comment);
    CHECK(refusal(t.remove(first->id, command_by(anne), "missing")) == no_article);
    REQUIRE(t.remove(first->id));
    CHECK(refusal(t.remove(first->id)) == no_comment);
    CHECK(t.bodies("hello") == "second ");
    REQUIRE(t.remove(second->id, as_role(moderator, role::admin)));
    CHECK(t.bodies("hello").empty());
    const auto events = t.p.published();
    REQUIRE(t.published_kinds() == std::vector<std::string>{"comment_written", "comment_written",
                                                            "comment_deleted", "comment_deleted"});
    CHECK(events[2].key == 1);
    const auto told = decode<comment_deleted>(events[2].body);
    CHECK(told->comment_id == first->id);
    CHECK(told->article_id == 1);
    // Its number is nobody's from now on.
    CHECK(t.write("third")->id > second->id);
}

TEST_CASE("a change that is sent again is done once") {
    comments_under_test t;
    const auto made = t.write("first");
    auto context = command_by(anne);
    context.key = key_number(1);
    const auto once = t.change(made->id, "second", context);
    CHECK(encode(*once) == encode(*t.change(made->id, "second", context)));
    context.key = key_number(2);
    CHECK(t.remove(made->id, context));
    CHECK(t.remove(made->id, context));
    CHECK(t.published_kinds().size() == 2);
}

TEST_CASE("an article's comments go with it, and none comes after") {
    comments_under_test t;
    const posts::article_ref article = t.posts.articles["hello"];
    t.hear("posts", posts::article_published{article});
    REQUIRE(t.write("first"));
    REQUIRE(t.write("second", command_by(jake)));
    REQUIRE(t.write("elsewhere", command_by(anne), "other"));
    // Posts still knew the article when it was asked; its end overtakes the comment.
    t.hear("posts", posts::article_deleted{article});
    CHECK(refusal(t.write("too late")) == no_article);
    CHECK(t.published_kinds() == std::vector<std::string>{"comment_written", "comment_written",
                                                          "comment_written", "comment_deleted",
                                                          "comment_deleted"});
    CHECK(decode<comment_deleted>(t.p.published()[3].body)->comment_id == 1);
    CHECK(decode<comment_deleted>(t.p.published()[4].body)->comment_id == 2);
    t.posts.articles.erase("hello");
    CHECK(t.read("hello").error() == no_article);
    CHECK(t.bodies("other") == "elsewhere ");
    // Told again, or told late of what was before.
    t.hear("posts", posts::article_deleted{article});
    t.hear("posts", posts::article_changed{article});
    t.hear("posts", posts::article_published{article});
    CHECK(t.read("hello").error() == no_article);
    CHECK(t.published_kinds().size() == 5);
}

TEST_CASE("the end of an article that was never heard of leaves no room for comments") {
    comments_under_test t;
    t.hear("posts", posts::article_deleted{t.posts.articles["hello"]});
    CHECK(refusal(t.write("too late")) == no_article);
}

TEST_CASE("an article's new slug finds its comments while posts is down") {
    comments_under_test t;
    auto article = t.posts.articles["hello"];
    t.hear("posts", posts::article_published{article});
    REQUIRE(t.write("first"));
    article.slug = "good-bye";
    t.hear("posts", posts::article_changed{article});
    t.posts.down = true;
    CHECK(t.bodies("good-bye") == "first ");
}

TEST_CASE("what a restored publisher tells again counts more than what is here") {
    comments_under_test t;
    REQUIRE(t.write("first"));
    t.hear("users", users::profile_changed{{anne, "later", std::nullopt, std::nullopt, 9}});
    t.hear("posts", posts::article_deleted{t.posts.articles["other"]});
    for (const char* publisher : {"users", "posts"})
        REQUIRE(t.p.write([&](sqlite::connection& db) {
            subscription_to(publisher, t.comments->subscriptions()).reset(db, 1);
        }));
    t.hear("users", users::profile_changed{{anne, "earlier", std::nullopt, std::nullopt, 2}});
    CHECK(t.read()->comments[0].author.username == "earlier");
    CHECK(t.write("second", command_by(anne), "other"));
}

TEST_CASE("mentioned accounts are named in the event: each once, and not the writer") {
    comments_under_test t;
    t.hear("users", users::profile_changed{{jake, "jake", std::nullopt, std::nullopt, 1}});
    t.users.add(20, "민수");
    const auto mentioned = [&](const std::string& body) {
        REQUIRE(t.write(body));
        return decode<comment_written>(t.p.published().back().body)->mentioned_ids;
    };
    using ids = std::vector<std::int64_t>;
    CHECK(mentioned("nobody").empty());
    CHECK(mentioned("@jake @JAKE님 @anne") == ids{jake});
    const int before = t.users.calls;
    CHECK(mentioned("@jake.") == ids{jake});
    CHECK(t.users.calls == before);  // heard of already
    CHECK(mentioned("@mo, @민수님께 @nobody") == ids{moderator, 20});
    CHECK(t.users.calls == before + 1);
    t.users.down = true;
    CHECK(mentioned("@mo and @jake") == ids{jake});
}

TEST_CASE("whether the caller follows an author is asked once a list, and only for somebody") {
    comments_under_test t;
    const auto made = t.write("by anne");
    REQUIRE(t.write("by jake", command_by(jake)));
    REQUIRE(t.write("by anne again"));
    t.users.follows[jake] = {anne};
    const int before = t.users.calls;
    CHECK_FALSE(t.read()->comments[0].author.following);
    CHECK(t.users.calls == before);
    const auto read = [&] {
        return run_coroutine(t.comments->list(query_by(jake), list_request{"hello"}));
    };
    const auto found = read();
    CHECK(t.users.calls == before + 1);
    CHECK(found->comments[0].author.following);
    CHECK_FALSE(found->comments[1].author.following);
    CHECK(found->comments[2].author.following);
    CHECK(t.change(made->id, "x", as_role(jake, role::moderator))->author.following);
    t.users.down = true;
    CHECK_FALSE(read()->comments[0].author.following);
}
