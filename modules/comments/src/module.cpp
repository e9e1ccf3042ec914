#include <comments/module.hpp>

#include "routes.hpp"
#include "rules.hpp"
#include "store.hpp"

namespace cleave::comments {

namespace {

class comments_module final : public module {
public:
    comments_module(platform given, posts::api& posts, users::api& users)
        : given_(given), posts_(posts), users_(users), store_(given), routes_(*this) {}

    task<comment> create(command_context context, create_request r) override {
        if (!context.caller) co_return fail(errc::unauthenticated, "token", "is missing");
        if (auto fine = check_comment(r); !fine) co_return fail(std::move(fine.error()));
        // Posts has the last word on what may be commented: what this module keeps may be late.
        posts::get_request wanted{std::move(r.slug)};
        auto article = co_await posts_.find(context, std::move(wanted));
        if (!article) co_return fail(std::move(article.error()));
        auto author = co_await unknown_author(context);
        if (!author) co_return fail(std::move(author.error()));
        new_comment what;
        what.article = {article->id, std::move(article->slug), std::move(article->title),
                        article->author_id};
        what.body = std::move(r.body);
        what.author_id = context.caller.user_id;
        what.author = std::move(*author);
        what.created_at = given_.clock.now();
        co_return co_await store_.add(context, std::move(what));
    }

    task<comment_list> list(query_context context, list_request r) override {
        const auto limit = r.limit ? std::max<std::int64_t>(*r.limit, 1) : -1;
        auto article = co_await article_id(context, std::move(r.slug));
        if (!article) co_return fail(std::move(article.error()));
        co_return store_.list(context, *article, limit);
    }

    http::route_list routes() override { return routes_.list(); }

    std::vector<events::subscription> subscriptions() override {
        events::subscription users("users");
        users.on<users::profile_changed>(
            [](sqlite::connection& db, const users::profile_changed& e, const events::event&) {
                store::keep_author(db, e.profile);
            });
        events::subscription posts("posts");
        posts.on<posts::article_published>(
            [](sqlite::connection& db, const posts::article_published& e, const events::event&) {
                store::keep_article(db, e.article);
            });
        return {std::move(users), std::move(posts)};
    }

private:
    // Asked of posts only where the store has not heard of the article, or where there is none.
    task<std::int64_t> article_id(query_context context, std::string slug) {
        const auto known = store_.find_article(context, slug);
        if (!known) co_return fail(known.error());
        if (*known) co_return **known;
        posts::get_request wanted{std::move(slug)};
        auto found = co_await posts_.find(context, std::move(wanted));
        if (!found) co_return fail(std::move(found.error()));
        co_return found->id;
    }

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
    posts::api& posts_;
    users::api& users_;
    store store_;
    comments::routes routes_;
};

}  // namespace

std::unique_ptr<module> make_module(platform given, posts::api& posts, users::api& users) {
    return std::make_unique<comments_module>(given, posts, users);
}

}  // namespace cleave::comments
