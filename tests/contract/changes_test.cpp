// What posts and comments promise of changes, ends, favourites and words, in every calling mode.
#include "acts.hpp"

namespace {

using namespace cleave;
using test::world;

using test::once_by, test::publish;

async<std::int64_t> join(world& w, std::string name) {
    const auto made = co_await test::sign_up(w, std::move(name));
    co_return made.id;
}

}  // namespace

TEST_CASE("an article is changed, and its old slug finds it") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await join(w, "ann");
        const auto made = co_await publish(w, ann, "Before");
        posts::change_request wanted;
        wanted.slug = made.slug;
        wanted.title = "After";
        wanted.tag_list.emplace();
        const auto changed = co_await w.posts().change(once_by(ann), wanted);
        REQUIRE(changed.has_value());
        CHECK(changed->slug == "after");
        CHECK(changed->tag_list.empty());
        CHECK(changed->body == made.body);
        CHECK(changed->updated_at > made.updated_at);
        const posts::get_request by_old{made.slug};
        const auto found = co_await w.posts().get(test::query_by_nobody(), by_old);
        REQUIRE(found.has_value());
        CHECK(encode(*found) == encode(*changed));
        const nothing all;
        const auto tags = co_await w.posts().tags(test::query_by_nobody(), all);
        REQUIRE(tags.has_value());
        CHECK(tags->tags.empty());
    });
}

TEST_CASE("a favourite is relative to who asks, and filters combine with words") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await join(w, "ann");
        const auto bo = co_await join(w, "bo");
        const auto one = co_await publish(w, ann, "마이크로서비스에서 댓글이 달리면");
        co_await publish(w, ann, "Other");
        const posts::get_request by_slug{one.slug};
        const auto liked = co_await w.posts().favorite(once_by(bo), by_slug);
        REQUIRE(liked.has_value());
        CHECK(liked->favorited);
        CHECK(liked->favorites_count == 1);
        const auto for_nobody = co_await w.posts().get(test::query_by_nobody(), by_slug);
        REQUIRE(for_nobody.has_value());
        CHECK_FALSE(for_nobody->favorited);
        posts::list_request wanted;
        wanted.tag = "a";
        wanted.author = "ann";
        wanted.favorited = "bo";
        wanted.search = "서비스";
        const auto found = co_await w.posts().list(test::query_by(bo), wanted);
        REQUIRE(found.has_value());
        REQUIRE(found->articles.size() == 1);
        CHECK(found->total == 1);
        CHECK(found->articles[0].slug == one.slug);
        CHECK(found->articles[0].favorited);
        const auto plain = co_await w.posts().unfavorite(once_by(bo), by_slug);
        REQUIRE(plain.has_value());
        CHECK(plain->favorites_count == 0);
        const posts::feed_request page;
        const auto feed = co_await w.posts().feed(test::query_by(bo), page);
        REQUIRE(feed.has_value());
        CHECK(feed->total == 0);
    });
}

TEST_CASE("who may not is refused in the same words everywhere") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await join(w, "ann");
        const auto bo = co_await join(w, "bo");
        const auto article = co_await publish(w, ann, "Mine");
        const comments::create_request remark{article.slug, "mine too"};
        const auto comment = co_await w.comments().create(once_by(ann), remark);
        REQUIRE(comment.has_value());
        auto reader = once_by(bo);
        reader.caller.role = role::reader;
        const posts::create_request another{"t", "d", "b", {}};
        const posts::get_request by_slug{article.slug};
        posts::change_request blank;
        blank.slug = article.slug;
        blank.title = "";
        const comments::change_request text{article.slug, comment->id, "x"};
        const comments::remove_request by_id{article.slug, comment->id};
        const comments::remove_request missing{article.slug, comment->id + 1};
        const auto a = co_await w.posts().create(reader, another);
        const auto b = co_await w.posts().remove(once_by(bo), by_slug);
        const auto c = co_await w.posts().change(once_by(ann), blank);
        const auto d = co_await w.comments().change(once_by(bo), text);
        const auto e = co_await w.comments().remove(once_by(bo), by_id);
        const auto f = co_await w.comments().remove(once_by(ann), missing);
        CHECK(a.error() == problem{errc::forbidden, "role", "forbidden", std::nullopt});
        CHECK(b.error() == problem{errc::forbidden, "article", "forbidden", std::nullopt});
        CHECK(c.error().pointer == "/article/title");
        CHECK(d.error() == problem{errc::forbidden, "comment", "forbidden", std::nullopt});
        CHECK(e.error() == d.error());
        CHECK(f.error() == problem{errc::not_found, "comment", "not found", std::nullopt});
    });
}

TEST_CASE("a comment is changed, and goes by itself or with its article") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await join(w, "ann");
        const auto article = co_await publish(w, ann, "Short-lived");
        const comments::create_request remark{article.slug, "first"};
        const auto written = co_await w.comments().create(once_by(ann), remark);
        REQUIRE(written.has_value());
        const comments::change_request text{article.slug, written->id, "second"};
        const auto changed = co_await w.comments().change(once_by(ann), text);
        REQUIRE(changed.has_value());
        CHECK(changed->body == "second");
        CHECK(changed->updated_at > written->updated_at);
        const comments::remove_request by_id{article.slug, written->id};
        const auto gone = co_await w.comments().remove(once_by(ann), by_id);
        CHECK(gone.has_value());
        const comments::list_request all{article.slug, std::nullopt};
        const auto left = co_await w.comments().list(test::query_by_nobody(), all);
        REQUIRE(left.has_value());
        CHECK(left->comments.empty());
        const posts::get_request by_slug{article.slug};
        const auto deleted = co_await w.posts().remove(once_by(ann), by_slug);
        CHECK(deleted.has_value());
        const auto late = co_await w.comments().create(once_by(ann), remark);
        CHECK(late.error() == problem{errc::not_found, "article", "not found", std::nullopt});
    });
}
