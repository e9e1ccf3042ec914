// The end of an account, over all modules and in every calling mode.
#include <base/timer.hpp>

#include "acts.hpp"

namespace {

using namespace cleave;
using test::once_by;
using test::world;

async<users::deletion> over(world& w, std::string id) {
    const users::deletion_query which{id};
    for (;;) {
        auto found = co_await w.deletions().find(once_by(0), which);
        REQUIRE(found.has_value());
        if (found->state != users::deletion_state::running) co_return std::move(*found);
        co_await resume_after(std::chrono::milliseconds(5));
    }
}

}  // namespace

TEST_CASE("every module takes part in the end of an account") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await test::sign_up(w, "ann");
        const auto bo = co_await test::sign_up(w, "bo");
        const auto hers = co_await test::publish(w, ann.id, "Hers");
        const auto his = co_await test::publish(w, bo.id, "His");
        const posts::get_request to_his{his.slug}, to_hers{hers.slug};
        const auto liked = co_await w.posts().favorite(once_by(ann.id), to_his);
        CHECK(liked->favorites_count == 1);
        const comments::create_request on_his{his.slug, "by ann"}, on_hers{hers.slug, "by bo"};
        const auto one = co_await w.comments().create(once_by(ann.id), on_his);
        const auto two = co_await w.comments().create(once_by(bo.id), on_hers);
        REQUIRE((one.has_value() && two.has_value()));

        const users::deletion_request wrong{"battery staple", {}}, right{"correct horse", {}};
        const auto refused = co_await w.deletions().begin(once_by(ann.id), wrong);
        CHECK(encode(refused.error()) ==
              R"({"code":"unauthenticated","subject":"credentials","detail":"invalid",)"
              R"("pointer":null})");
        const auto begin = once_by(ann.id);
        const auto begun = co_await w.deletions().begin(begin, right);
        REQUIRE(begun.has_value());
        CHECK(begun->authority.user_id == ann.id);
        CHECK(is_over(*begun->authority.account, identity{ann.id, 1, ann.role, 0}));
        const auto ended = co_await over(w, begun->deletion.id);
        CHECK(ended.state == users::deletion_state::completed);
        for (const auto& step : ended.steps) CHECK(step.state == "done");

        const auto gone = co_await w.posts().get(once_by(0), to_hers);
        CHECK(gone.error().code == errc::not_found);
        const auto stays = co_await w.posts().get(once_by(0), to_his);
        CHECK(stays->favorites_count == 0);
        const comments::list_request of_his{his.slug, {}};
        const auto left = co_await w.comments().list(once_by(0), of_his);
        CHECK(left->comments.empty());
        const users::username_request name{"ann"};
        const auto profile = co_await w.users().get_profile(once_by(bo.id), name);
        CHECK(profile.error().code == errc::not_found);
        // The same command again gets the same answer; another finds nobody.
        const auto again = co_await w.deletions().begin(begin, right);
        REQUIRE(again.has_value());
        CHECK(again->deletion.id == begun->deletion.id);
        const auto nobody = co_await w.deletions().begin(once_by(ann.id), right);
        CHECK(nobody.error().code == errc::unauthenticated);
        const auto late = co_await w.comments().create(once_by(ann.id), on_his);
        CHECK(late.error().code == errc::unauthenticated);
        // The name is free.
        const auto next = co_await test::sign_up(w, "ann");
        CHECK(next.id > ann.id);
    });
}
