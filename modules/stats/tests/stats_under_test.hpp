#pragma once
// The stats module with the feeds that it follows, each of them a real outbox.
#include <catch2/catch.hpp>
#include <comments/api.hpp>
#include <stats/module.hpp>
#include <support/callers.hpp>
#include <support/deliver.hpp>
#include <support/fake_posts.hpp>
#include <support/public_request.hpp>
#include <support/scratch_platform.hpp>
#include <users/api.hpp>

namespace cleave::test {

inline const sqlite::migration_list publisher_schema{"publisher", {}};

struct stats_under_test {
    scratch_platform p{stats::migrations};
    scratch_platform posts_feed{publisher_schema}, comments_feed{publisher_schema},
        users_feed{publisher_schema};
    fake_posts posts;
    std::unique_ptr<stats::module> stats = stats::make_module(p.given(), posts);

    template <class Event>
    void tell(scratch_platform& feed, const Event& event) {
        REQUIRE(feed.write(
            [&](sqlite::connection& db) { feed.outbox.append(db, 0, p.clock.now(), event); }));
    }
    void count(std::vector<posts::article_views> views) {
        tell(posts_feed, posts::views_counted{std::move(views)});
    }
    void publish(std::int64_t id, const std::string& slug) {
        tell(posts_feed, posts::article_published{{id, slug, "The title of " + slug, 7}});
    }
    void remove(std::int64_t id) { tell(posts_feed, posts::article_deleted{{id, "", "", 7}}); }
    void favorite(std::int64_t id, std::int64_t user) {
        tell(posts_feed, posts::article_favorited{{id, "s", "S", 7}, user});
    }
    void unfavorite(std::int64_t id, std::int64_t user) {
        tell(posts_feed, posts::article_unfavorited{{id, "s", "S", 7}, user});
    }
    void comment(std::int64_t id, std::int64_t article_id) {
        tell(comments_feed,
             comments::comment_written{id, {article_id, "s", "S", 7}, 8, "anne", {}});
    }
    void uncomment(std::int64_t id, std::int64_t article_id) {
        tell(comments_feed, comments::comment_deleted{id, article_id});
    }
    void join(std::int64_t id, std::int64_t version = 1) {
        tell(users_feed, users::profile_changed{{id, "u", {}, {}, version}});
    }

    void deliver_from(std::string_view name, scratch_platform& feed) {
        deliver(p.outbox, subscription_to(name, stats->subscriptions()), feed.outbox);
    }
    void deliver_all() {
        deliver_from("posts", posts_feed);
        deliver_from("comments", comments_feed);
        deliver_from("users", users_feed);
    }
    // Again, past the cursors, as after a feed that starts again.
    void deliver_once_more() {
        const auto apply = [&](std::string_view name, scratch_platform& feed) {
            const auto subscription = subscription_to(name, stats->subscriptions());
            std::string why;
            for (const auto& e : feed.published())
                REQUIRE(p.write([&](sqlite::connection& db) { subscription.apply(db, e, why); }));
        };
        apply("posts", posts_feed);
        apply("comments", comments_feed);
        apply("users", users_feed);
    }

    stats::blog_stats all() { return run_coroutine(stats->figures({}, nothing())).value(); }
    stats::article_stats of(std::int64_t id) {
        return run_coroutine(stats->figures_of({}, stats::article_request{id})).value();
    }
    stats::top_list top(stats::top_request r = {}) {
        return run_coroutine(stats->top({}, r)).value();
    }
    stats::rebuilt rebuild() { return run_coroutine(stats->rebuild({}, nothing())).value(); }
    void pass_days(int days) { p.clock.advance(std::chrono::hours(24 * days)); }
    std::int64_t log_entries(const std::string& kind) {
        return p.store.read(steady_time::max(), [&](sqlite::connection& db) {
            auto row = db.query("SELECT count(*) FROM stats_log WHERE kind = ?1", kind);
            row.step();
            return row.integer(0);
        });
    }
};

}  // namespace cleave::test
