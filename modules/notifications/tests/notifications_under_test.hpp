#pragma once
// The notifications module with the feeds that it follows, each of them a real outbox.
#include <catch2/catch.hpp>
#include <comments/api.hpp>
#include <notifications/module.hpp>
#include <posts/api.hpp>
#include <support/callers.hpp>
#include <support/deliver.hpp>
#include <support/fake_users.hpp>
#include <support/public_request.hpp>
#include <support/scratch_platform.hpp>

namespace cleave::test {

inline constexpr std::int64_t jake = 7, anne = 8, mary = 9;
inline const sqlite::migration_list publisher_schema{"publisher", {}};

// Receives what is sent to webhooks, or refuses it.
class fake_sender final : public notifications::webhook_sender {
public:
    std::vector<message> taken;
    std::string refusal;        // why it takes nothing just now
    std::string refused_url{};  // takes nothing that goes there
    int tries = 0;
    std::function<void()> on_try;

    std::string what_is_wrong_with(const std::string& url) const override {
        return url.starts_with("https://") ? "" : "is not a URL";
    }
    async<outcome> post(message what) override {
        ++tries;
        if (on_try) on_try();
        if (!refusal.empty()) co_return outcome{false, false, refusal};
        if (what.url == refused_url) co_return outcome{false, false, "answered 500"};
        taken.push_back(std::move(what));
        co_return outcome{true, false, ""};
    }
};

inline void apply_to(scratch_platform& to, const events::subscription& what,
                     const events::event& e) {
    std::string why;
    REQUIRE(to.write([&](sqlite::connection& db) { what.apply(db, e, why); }));
}

struct notifications_under_test {
    scratch_platform p{notifications::migrations};
    scratch_platform comments{publisher_schema}, users{publisher_schema}, posts{publisher_schema};
    fake_users who;
    fake_sender sender;
    std::unique_ptr<notifications::module> notifications;

    explicit notifications_under_test(notifications::settings s = {})
        : notifications(notifications::make_module(p.given(), who, sender, s)) {}

    template <class Event>
    void tell(scratch_platform& feed, const Event& event) {
        REQUIRE(feed.write(
            [&](sqlite::connection& db) { feed.outbox.append(db, 0, p.clock.now(), event); }));
    }
    // On article 1, "hello".
    void comment(std::int64_t id, std::int64_t by, std::int64_t to,
                 std::vector<std::int64_t> mentioned = {}, const std::string& username = "anne") {
        tell(comments, comments::comment_written{
                           id, {1, "hello", "Hello", to}, by, username, std::move(mentioned)});
    }
    void uncomment(std::int64_t id) { tell(comments, comments::comment_deleted{id, 1}); }
    void follow(std::int64_t by, std::int64_t whom) { tell(users, users::user_followed{by, whom}); }
    void rename(const users::profile& changed) { tell(users, users::profile_changed{changed}); }
    void favorite(std::int64_t by, std::int64_t author) {
        tell(posts, posts::article_favorited{{1, "hello", "Hello", author}, by});
    }
    void remove_article() { tell(posts, posts::article_deleted{{1, "hello", "Hello", jake}}); }

    void deliver_from(std::string_view name, scratch_platform& feed) {
        deliver(p.outbox, subscription_to(name, notifications->subscriptions()), feed.outbox);
    }
    void deliver_comments() { deliver_from("comments", comments); }
    void deliver_users() { deliver_from("users", users); }
    void deliver_posts() { deliver_from("posts", posts); }
    void deliver_all() {
        deliver_users();
        deliver_posts();
        deliver_comments();
    }
    // Again, past the cursors, as after a feed that starts again.
    void deliver_once_more() {
        const auto apply = [&](std::string_view name, scratch_platform& feed) {
            const auto subscription = subscription_to(name, notifications->subscriptions());
            for (const auto& e : feed.published()) apply_to(p, subscription, e);
        };
        apply("users", users);
        apply("posts", posts);
        apply("comments", comments);
    }
    notifications::page read(std::int64_t user, notifications::list_request r = {}) {
        auto found = run_coroutine(notifications->list(query_by(user), r));
        REQUIRE(found);
        return std::move(*found);
    }
    // "comment 3, follow", oldest first.
    std::string told(std::int64_t user) {
        std::string all;
        for (const auto& n : read(user).notifications) {
            std::string one = describe::enum_to_string(n.kind, "?");
            if (n.comment_id) one += " " + std::to_string(*n.comment_id);
            all.insert(0, all.empty() ? one : one + ", ");
        }
        return all;
    }
};

}  // namespace cleave::test
