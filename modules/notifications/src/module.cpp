#include <base/encoding.hpp>
#include <notifications/module.hpp>

#include "actors.hpp"
#include "routes.hpp"
#include "rules.hpp"
#include "store.hpp"
#include "webhooks.hpp"

namespace cleave::notifications {

namespace {

class notifications_module final : public module {
public:
    notifications_module(platform given, users::api& users, webhook_sender& sender, settings s)
        : given_(given),
          users_(users),
          sender_(sender),
          store_(given),
          audience_(std::make_shared<audience>(s)),
          streams_(store_, users, *audience_, s),
          post_(std::make_shared<outbound>()),
          webhooks_(given, store_, sender, post_, s),
          routes_(*this, streams_) {
        given.store.writer().on_commit([who = audience_, out = post_] {
            who->committed();
            out->committed();
        });
    }

    task<page> list(query_context context, list_request r) override {
        if (auto known = check_caller(context); !known) co_return fail(std::move(known.error()));
        r.limit = std::clamp<std::int64_t>(r.limit, 1, page_size_max);
        r.offset = std::max<std::int64_t>(r.offset, 0);
        auto found = store_.list(context, context.caller.user_id, r);
        if (found) co_await describe_actors(users_, context, found->notifications);
        co_return found;
    }

    task<nothing> mark_read(command_context context, read_request r) override {
        if (auto known = check_caller(context); !known) co_return fail(std::move(known.error()));
        co_return co_await store_.mark_read(context, r.id);
    }

    task<nothing> mark_all_read(command_context context, nothing) override {
        if (auto known = check_caller(context); !known) co_return fail(std::move(known.error()));
        co_return co_await store_.mark_all_read(context);
    }

    task<preferences> get_preferences(query_context context, nothing) override {
        if (auto known = check_caller(context); !known) co_return fail(std::move(known.error()));
        co_return store_.get_preferences(context, context.caller.user_id);
    }

    task<preferences> set_preferences(command_context context, preference_changes r) override {
        if (auto known = check_caller(context); !known) co_return fail(std::move(known.error()));
        co_return co_await store_.set_preferences(context, r);
    }

    task<webhook> get_webhook(query_context context, nothing) override {
        if (auto known = check_caller(context); !known) co_return fail(std::move(known.error()));
        auto found = store_.get_webhook(context, context.caller.user_id);
        if (!found) co_return fail(std::move(found.error()));
        if (!*found) co_return fail(errc::not_found, "webhook", "not found");
        co_return std::move(**found);
    }

    task<webhook> set_webhook(command_context context, webhook_request r) override {
        if (auto known = check_caller(context); !known) co_return fail(std::move(known.error()));
        const auto wrong = r.url.empty() ? "can't be blank" : sender_.what_is_wrong_with(r.url);
        if (!wrong.empty())
            co_return fail(problem{errc::invalid_argument, "url", wrong, "/webhook/url"});
        if (auto fine = check_secret(r.secret); !fine) co_return fail(std::move(fine.error()));
        co_return co_await store_.set_webhook(context, std::move(r.url),
                                              std::move(r.secret).value_or(new_secret()));
    }

    task<nothing> remove_webhook(command_context context, nothing) override {
        if (auto known = check_caller(context); !known) co_return fail(std::move(known.error()));
        co_return co_await store_.remove_webhook(context);
    }

    async<void> send_webhooks() override { return webhooks_.run(); }
    void stop_sending() override { webhooks_.stop(); }
    async<void> sending_has_stopped() override { return webhooks_.has_stopped(); }

    http::route_list routes() override { return routes_.list(); }

    std::vector<events::subscription> subscriptions() override {
        const auto tell = [who = audience_, out = post_](sqlite::connection& db, const auto& e,
                                                         const events::event& source) {
            for (const auto& n : notifications_of(e, source.at))
                if (const auto added = store::add(db, n); added.is_new) {
                    who->tell(n.user_id);
                    if (added.is_to_be_sent) out->queued();
                }
        };
        events::subscription users("users");
        users
            .on<users::profile_changed>(
                [](sqlite::connection& db, const users::profile_changed& e, const events::event&) {
                    store::keep_actor(db, e.profile);
                })
            .on<users::user_followed>(tell)
            .on<users::account_erased>(
                [](sqlite::connection& db, const users::account_erased& e, const events::event&) {
                    while (!store::erase_account(db, e.user_id)) {
                    }
                });
        events::subscription posts("posts");
        posts.on<posts::article_favorited>(tell)
            .on<posts::article_changed>(
                [](sqlite::connection& db, const posts::article_changed& e, const events::event&) {
                    store::rename_article(db, e.article);
                })
            .on<posts::article_deleted>(
                [](sqlite::connection& db, const posts::article_deleted& e, const events::event&) {
                    store::remove_article(db, e.article.id);
                });
        events::subscription comments("comments");
        comments.on<comments::comment_written>(tell).on<comments::comment_deleted>(
            [](sqlite::connection& db, const comments::comment_deleted& e, const events::event&) {
                store::remove_comment(db, e.comment_id);
            });
        // What is told again is known by what it is of; only ends must not hold for new subjects
        // that bear an old number.
        using restart = events::subscription::restart;
        users.on_reset(restart::from_the_beginning, [](sqlite::connection& db, std::int64_t) {
            store::forget_ends(db, "user");
        });
        posts.on_reset(restart::from_the_beginning, [](sqlite::connection& db, std::int64_t) {
            store::forget_ends(db, "article");
        });
        comments.on_reset(restart::from_the_beginning, [](sqlite::connection& db, std::int64_t) {
            store::forget_ends(db, "comment");
        });
        return {std::move(users), std::move(posts), std::move(comments)};
    }

    saga::action_list saga_actions() override {
        // Nobody writes here for others to see, so there is nothing to close.
        return {{"account.close", saga::nothing_to_do()},
                {"account.reopen", saga::nothing_to_do()},
                {"account.erase", &store::erase_account}};
    }

private:
    static result<void> check_caller(const call_context& context) {
        if (context.caller) return {};
        return fail(errc::unauthenticated, "token", "is missing");
    }

    std::string new_secret() {
        std::array<std::uint8_t, 32> raw{};
        given_.random.fill(raw);
        return to_base64url(raw);
    }

    platform given_;
    users::api& users_;
    webhook_sender& sender_;
    store store_;
    std::shared_ptr<audience> audience_;  // the writer's commits ring it
    streams streams_;
    std::shared_ptr<outbound> post_;  // so do they this
    webhooks webhooks_;
    notifications::routes routes_;
};

}  // namespace

std::unique_ptr<module> make_module(platform given, users::api& users, webhook_sender& sender,
                                    settings s) {
    return std::make_unique<notifications_module>(given, users, sender, s);
}

}  // namespace cleave::notifications
