#pragma once
// The comments module on a real database, between posts and users that are none.
#include <catch2/catch.hpp>
#include <comments/module.hpp>
#include <support/callers.hpp>
#include <support/deliver.hpp>
#include <support/fake_posts.hpp>
#include <support/fake_users.hpp>
#include <support/public_request.hpp>
#include <support/scratch_platform.hpp>

namespace cleave::test {

inline constexpr std::int64_t jake = 7, anne = 8, moderator = 9;

struct comments_under_test {
    scratch_platform p{comments::migrations};
    fake_posts posts;
    fake_users users;
    std::unique_ptr<comments::module> comments;

    explicit comments_under_test(lookup authors = lookup::view)
        : comments(comments::make_module(p.given(), posts, users, authors)) {
        posts.add(1, "hello", jake);
        posts.add(2, "other", jake);
        users.add(jake, "jake");
        users.add(anne, "anne");
        users.add(moderator, "mo");
    }

    result<comments::comment> write(const std::string& body,
                                    command_context context = command_by(anne),
                                    const std::string& slug = "hello") {
        return run_coroutine(comments->create(context, comments::create_request{slug, body}));
    }
    result<comments::comment_list> read(const std::string& slug = "hello",
                                        std::optional<std::int64_t> limit = std::nullopt) {
        return run_coroutine(comments->list({}, comments::list_request{slug, limit}));
    }
    std::string bodies(const std::string& slug, std::optional<std::int64_t> limit = std::nullopt) {
        const auto found = read(slug, limit);
        REQUIRE(found);
        std::string all;
        for (const auto& c : found->comments) all += c.body + " ";
        return all;
    }

    result<comments::comment> change(std::int64_t id, const std::string& body,
                                     command_context context = command_by(anne),
                                     const std::string& slug = "hello") {
        return run_coroutine(comments->change(context, comments::change_request{slug, id, body}));
    }
    result<nothing> remove(std::int64_t id, command_context context = command_by(anne),
                           const std::string& slug = "hello") {
        return run_coroutine(comments->remove(context, comments::remove_request{slug, id}));
    }
    std::vector<std::string> published_kinds() {
        std::vector<std::string> kinds;
        for (const auto& e : p.published()) kinds.push_back(e.kind);
        return kinds;
    }

    // As if the publisher's feed had brought it.
    template <class Event>
    void hear(std::string_view publisher, const Event& what) {
        const auto subscription = subscription_to(publisher, comments->subscriptions());
        REQUIRE(p.write([&](sqlite::connection& db) {
            subscription.apply(db, {1, Event::kind, 1, {}, encode(what)});
        }));
    }
};

inline command_context as_role(std::int64_t who, role what) {
    auto context = command_by(who);
    context.caller.role = what;
    return context;
}

}  // namespace cleave::test
