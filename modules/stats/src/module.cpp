#include <stats/module.hpp>

#include "routes.hpp"
#include "rules.hpp"
#include "store.hpp"

namespace cleave::stats {

namespace {

// What an event is about: of the events of one subject the last one tells all.
std::string subject_of(const posts::article_published& e) {
    return fmt::format("article:{}", e.article.id);
}
std::string subject_of(const posts::article_changed& e) {
    return fmt::format("article:{}", e.article.id);
}
std::string subject_of(const posts::article_deleted& e) {
    return fmt::format("article:{}", e.article.id);
}
std::string subject_of(const posts::article_favorited& e) {
    return fmt::format("favorite:{}:{}", e.article.id, e.user_id);
}
std::string subject_of(const posts::article_unfavorited& e) {
    return fmt::format("favorite:{}:{}", e.article.id, e.user_id);
}
std::string subject_of(const comments::comment_written& e) {
    return fmt::format("comment:{}", e.comment_id);
}
std::string subject_of(const comments::comment_deleted& e) {
    return fmt::format("comment:{}", e.comment_id);
}
std::string subject_of(const users::profile_changed& e) {
    return fmt::format("user:{}", e.profile.id);
}
std::string subject_of(const users::account_erased& e) {
    return fmt::format("user:{}", e.user_id);
}

template <class... Events>
events::subscription follow_all(const std::string& feed) {
    events::subscription all(feed);
    const auto follow = [feed](sqlite::connection& db, const auto& what, const events::event& e) {
        store::follow(db, feed, e, subject_of(what));
    };
    (all.on<Events>(follow), ...);
    all.on_reset(events::subscription::restart::from_the_beginning,
                 [feed](sqlite::connection& db, std::int64_t) { store::start_over(db, feed); });
    return all;
}

class stats_module final : public module {
public:
    stats_module(platform given, posts::api& posts)
        : given_(given), store_(given), routes_(*this, posts) {
        if (given_.store.is_owned_here()) store_.catch_up();
    }

    task<blog_stats> figures(query_context context, nothing) override {
        co_return store_.figures(context, today());
    }

    task<top_list> top(query_context context, top_request r) override {
        const auto days = std::clamp<std::int64_t>(r.days, 1, days_kept);
        const auto limit = std::clamp<std::int64_t>(r.limit, 1, top_max);
        return store_.top(context, today() - days + 1, limit);
    }

    task<article_stats> figures_of(query_context context, article_request r) override {
        co_return store_.figures_of(context, r.article_id, today());
    }

    task<rebuilt> rebuild(command_context context, nothing) override {
        return store_.rebuild(context);
    }

    http::route_list routes() override { return routes_.list(); }

    std::vector<events::subscription> subscriptions() override {
        auto posts =
            follow_all<posts::article_published, posts::article_changed, posts::article_deleted,
                       posts::article_favorited, posts::article_unfavorited>("posts");
        posts.on<posts::views_counted>(&store::follow_views);
        return {std::move(posts),
                follow_all<comments::comment_written, comments::comment_deleted>("comments"),
                follow_all<users::profile_changed, users::account_erased>("users")};
    }

    saga::action_list saga_actions() override {
        // Nobody writes here, so there is nothing to close.
        return {{"account.close", saga::nothing_to_do()},
                {"account.reopen", saga::nothing_to_do()},
                {"account.erase", &store::erase_account}};
    }

private:
    std::int64_t today() const { return day_of(given_.clock.now()); }

    platform given_;
    store store_;
    stats::routes routes_;
};

}  // namespace

std::unique_ptr<module> make_module(platform given, posts::api& posts) {
    return std::make_unique<stats_module>(given, posts);
}

}  // namespace cleave::stats
