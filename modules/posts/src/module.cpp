#include <posts/module.hpp>

#include "routes.hpp"
#include "rules.hpp"
#include "store.hpp"

namespace cleave::posts {

namespace {

class posts_module final : public module {
public:
    posts_module(platform given, users::api& users, std::size_t io_threads)
        : given_(given),
          users_(users),
          store_(given),
          views_(io_threads, given.clock, given.random),
          routes_(*this, views_) {}

    task<article> create(command_context context, create_request r) override {
        if (!context.caller) co_return fail(errc::unauthenticated, "token", "is missing");
        if (auto fine = check_article(r); !fine) co_return fail(std::move(fine.error()));
        new_article wanted;
        wanted.slug = make_slug(r.title);
        wanted.slug_if_taken =
            fmt::format("{}-{:08x}", wanted.slug, given_.random.next_u64() & 0xffff'ffff);
        wanted.title = std::move(r.title);
        wanted.description = std::move(r.description);
        wanted.body = std::move(r.body);
        wanted.tags = tidy_tags(std::move(r.tag_list));
        wanted.author_id = context.caller.user_id;
        wanted.created_at = given_.clock.now();
        auto author = co_await unknown_author(context);
        if (!author) co_return fail(std::move(author.error()));
        wanted.author = std::move(*author);
        co_return co_await store_.add(context, std::move(wanted));
    }

    task<article> get(query_context context, get_request r) override {
        auto found = store_.find(context, r.slug);
        if (!found) co_return fail(std::move(found.error()));
        if (!*found) co_return fail(errc::not_found, "article", "not found");
        co_return std::move(**found);
    }

    task<page> list(query_context context, list_request r) override {
        const auto limit = std::clamp<std::int64_t>(r.limit, 1, page_size_max);
        co_return store_.list(context, limit, std::max<std::int64_t>(r.offset, 0));
    }

    task<article_ref> find(query_context context, get_request r) override {
        auto found = store_.find_ref(context, r.slug);
        if (!found) co_return fail(std::move(found.error()));
        if (!*found) co_return fail(errc::not_found, "article", "not found");
        co_return std::move(**found);
    }

    http::route_list routes() override { return routes_.list(); }

    std::vector<events::subscription> subscriptions() override {
        events::subscription users("users");
        users.on<users::profile_changed>(
            [](sqlite::connection& db, const users::profile_changed& e, const events::event&) {
                store::keep_author(db, e.profile);
            });
        return {std::move(users)};
    }

    async<void> publish_views() override {
        auto counts = views_.take();
        if (counts.empty()) co_return;
        const auto told = co_await store_.publish_views(counts);
        if (!told && told.error().code != errc::outcome_unknown) views_.give_back(counts);
    }

private:
    // The caller's profile, asked of users before anything is written; nothing where the store has
    // it already, as it nearly always does.
    task<std::optional<users::profile>> unknown_author(query_context context) {
        const auto known = store_.knows_author(context, context.caller.user_id);
        if (!known) co_return fail(known.error());
        if (*known) co_return std::nullopt;
        users::profiles_request wanted;
        wanted.ids.push_back(context.caller.user_id);
        auto found = co_await users_.get_profiles(context, std::move(wanted));
        if (!found) co_return fail(std::move(found.error()));
        if (found->profiles.empty()) co_return fail(errc::unauthenticated, "token", "is invalid");
        co_return std::move(found->profiles.front());
    }

    platform given_;
    users::api& users_;
    store store_;
    view_counter views_;
    posts::routes routes_;
};

}  // namespace

std::unique_ptr<module> make_module(platform given, users::api& users, std::size_t io_threads) {
    return std::make_unique<posts_module>(given, users, io_threads);
}

}  // namespace cleave::posts
