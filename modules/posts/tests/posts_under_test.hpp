#pragma once
// The posts module on a real database, between a users module that is none and a clock that stands.
#include <catch2/catch.hpp>
#include <posts/module.hpp>
#include <support/callers.hpp>
#include <support/deliver.hpp>
#include <support/fake_users.hpp>
#include <support/public_request.hpp>
#include <support/scratch_platform.hpp>

namespace cleave::test {

inline constexpr std::int64_t jake = 7, anne = 8, moderator = 9;

struct posts_under_test {
    scratch_platform p{posts::migrations};
    fake_users users;
    std::unique_ptr<posts::module> posts;

    explicit posts_under_test(lookup authors = lookup::view)
        : posts(posts::make_module(p.given(), users, 1, nullptr, authors)) {
        users.add(jake, "jake");
        users.add(anne, "anne");
        users.add(moderator, "mo");
    }

    result<posts::article> publish(const std::string& title,
                                   command_context context = command_by(jake),
                                   std::vector<std::string> tags = {"web", "c++"},
                                   const std::string& body = "The text") {
        posts::create_request wanted{title, "About it", body, std::move(tags)};
        return run_coroutine(posts->create(context, std::move(wanted)));
    }
    result<posts::article> change(posts::change_request wanted,
                                  command_context context = command_by(jake)) {
        return run_coroutine(posts->change(context, std::move(wanted)));
    }
    result<nothing> remove(const std::string& slug, command_context context = command_by(jake)) {
        return run_coroutine(posts->remove(context, {slug}));
    }
    result<posts::article> favorite(const std::string& slug, std::int64_t who) {
        return run_coroutine(posts->favorite(command_by(who), {slug}));
    }
    result<posts::article> unfavorite(const std::string& slug, std::int64_t who) {
        return run_coroutine(posts->unfavorite(command_by(who), {slug}));
    }
    result<posts::article> get(const std::string& slug, query_context context = {}) {
        return run_coroutine(posts->get(context, {slug}));
    }
    posts::page list(posts::list_request r, query_context context = {}) {
        auto found = run_coroutine(posts->list(context, std::move(r)));
        REQUIRE(found);
        return std::move(*found);
    }
    // "newest older oldest (3)": titles, and the total.
    static std::string shown(const posts::page& page) {
        std::string all;
        for (const auto& a : page.articles) all += a.title + " ";
        return all + "(" + std::to_string(page.total) + ")";
    }
    std::string titles(posts::list_request r) { return shown(list(std::move(r))); }
    std::string found_by(const std::string& words) { return titles({.search = words}); }

    std::vector<std::string> published_kinds() {
        std::vector<std::string> kinds;
        for (const auto& e : p.published()) kinds.push_back(e.kind);
        return kinds;
    }
    // As if users' feed had brought it.
    void hear(const users::profile& told) {
        const auto what = subscription_to("users", posts->subscriptions());
        REQUIRE(p.write([&](sqlite::connection& db) {
            what.apply(db,
                       {1, "profile_changed", told.id, {}, encode(users::profile_changed{told})});
        }));
    }
};

inline command_context as_role(std::int64_t who, role what) {
    auto context = command_by(who);
    context.caller.role = what;
    return context;
}

}  // namespace cleave::test
