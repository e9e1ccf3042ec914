#include <stats/module.hpp>

#include "routes.hpp"
#include "store.hpp"

namespace cleave::stats {

namespace {

class stats_module final : public module {
public:
    stats_module(platform given, posts::api& posts) : store_(given), routes_(*this, posts) {}

    task<article_stats> views_of(query_context context, views_request r) override {
        co_return store_.views_of(context, r.article_id);
    }

    http::route_list routes() override { return routes_.list(); }

    std::vector<events::subscription> subscriptions() override {
        events::subscription posts("posts");
        posts.on<posts::views_counted>(&store::count_views);
        return {std::move(posts)};
    }

private:
    store store_;
    stats::routes routes_;
};

}  // namespace

std::unique_ptr<module> make_module(platform given, posts::api& posts) {
    return std::make_unique<stats_module>(given, posts);
}

}  // namespace cleave::stats
