#include "acts.hpp"

#include <algorithm>

namespace cleave::test {

std::vector<act> all_acts(const cast& who) {
    const auto get = [](std::string target, std::string token = {}) {
        return [=](blog_client& c) { return c.get(target, token); };
    };
    const auto post = [](std::string target, json::value body, std::string token = {}) {
        return [=](blog_client& c) { return c.post(target, body, token); };
    };
    const auto& [author, reader, slug] = who;
    const json::value article = json::object{
        {"article", json::object{{"title", "Meanwhile"}, {"description", "d"}, {"body", "b"}}}};
    const json::value comment = json::object{{"comment", json::object{{"body", "meanwhile"}}}};
    const json::value login =
        json::object{{"user", json::object{{"email", author.email}, {"password", password}}}};
    const json::value bio = json::object{{"user", json::object{{"bio", "meanwhile"}}}};
    const auto sign_up = [](blog_client& c) {
        const auto name = unique_name("newcomer");
        return c.post("/api/users",
                      json::object{{"user", json::object{{"username", name},
                                                         {"email", name + "@example.com"},
                                                         {"password", password}}}});
    };
    const auto change = [=](blog_client& c) { return c.put("/api/user", bio, reader.token); };
    const auto profile = "/api/profiles/" + percent_encoded(author.username);
    const auto& at = reader.token;
    return {
        {"list", {"posts"}, 200, get("/api/articles?limit=5")},
        {"list of an author", {"posts"}, 200, get("/api/articles?author=" + author.username, at)},
        {"search", {"posts"}, 200, get("/api/articles?search=somebody", at)},
        {"tags", {"posts"}, 200, get("/api/tags")},
        {"article", {"posts"}, 200, get(article_path(slug), at)},
        {"publish", {"posts"}, 201, post("/api/articles", article, author.token), 5},
        {"like", {"posts"}, 200, post(article_path(slug) + "/favorite", json::object(), at), 5},
        {"feed", {"posts", "users"}, 200, get("/api/articles/feed", at)},
        {"comments", {"comments"}, 200, get(comments_path(slug) + "?limit=20", at)},
        {"comment", {"comments", "posts"}, 201, post(comments_path(slug), comment, at), 5},
        {"account", {"users"}, 200, get("/api/user", at)},
        {"changed account", {"users"}, 200, change, 20},
        {"profile", {"users"}, 200, get(profile, at)},
        {"follow", {"users"}, 200, post(profile + "/follow", json::object(), at), 5},
        {"login", {"users"}, 200, post("/api/users/login", login), 40},
        {"sign-up", {"users"}, 201, sign_up, 40},
        {"inbox", {"notifications"}, 200, get("/api/notifications?limit=5", author.token)},
        {"preferences", {"notifications"}, 200, get("/api/notifications/preferences", at)},
        {"figures", {"stats"}, 200, get("/api/stats")},
        {"top", {"stats"}, 200, get("/api/stats/top")},
        {"an article's figures", {"stats", "posts"}, 200, get(stats_path(slug), author.token)},
    };
}

bool needs(const act& what, const std::string& module) {
    return std::ranges::count(what.needs, module) > 0;
}

}  // namespace cleave::test
