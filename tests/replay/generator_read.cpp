// Who reads, and who does what nobody should.
#include <support/blog_client.hpp>

#include "generator.hpp"

namespace cleave::test {

namespace {

std::string page(std::size_t n) {
    static const std::vector<std::string> all{
        "",          "?limit=3", "?limit=1&offset=2",  "?limit=100",        "?offset=5",
        "?limit=-1", "?limit=x", "?limit=0&offset=-3", "?limit=1000000000", "?offset=99999999999"};
    return all[n % all.size()];
}

}  // namespace

void generator::read_list() {
    const auto as = some_bearer();
    const auto name = percent_encoded(one_of(accounts_).name);
    const auto filter = [&]() -> std::string {
        switch (up_to(5)) {
            case 0: return "tag=" + percent_encoded(one_of<std::string>({"c++", "한국", "x&y"}));
            case 1: return "author=" + name;
            case 2: return "favorited=" + name;
            default: return "search=" + percent_encoded(text(1 + up_to(2)));
        }
    };
    std::string target = "/api/articles";
    switch (up_to(6)) {
        case 0: target += "/feed" + page(up_to(10)); break;
        case 1: target = "/api/tags"; break;
        case 2: target += page(up_to(10)); break;
        case 3: target += "?" + filter() + "&" + filter(); break;
        default: target += "?" + filter(); break;
    }
    const auto at = add("GET", target, as);
    seen_.push_back({at, target, as});
}

void generator::read_article() {
    auto target = "/api/articles/" + some_slug();
    if (chance(40)) target += "/comments";
    const auto as = some_bearer();
    const auto at = add(chance(90) ? "GET" : "HEAD", target, as);
    seen_.push_back({at, target, as});
}

void generator::read_people() {
    const auto as = some_bearer();
    if (chance(30))
        add("GET", "/api/user", as);
    else
        add("GET", "/api/profiles/" + percent_encoded(one_of(accounts_).name), as);
}

void generator::read_inbox() {
    const auto who = author();
    const auto as = bearer(who);
    switch (up_to(8)) {
        case 0: add("POST", "/api/notifications/read", as); break;
        case 1:
            add("POST",
                "/api/notifications/{{notification:" + std::to_string(last_inbox_) + "}}/read", as);
            break;
        case 2: add("GET", "/api/notifications/preferences", as); break;
        case 3:
            add("PUT", "/api/notifications/preferences", as,
                chance(50) ? R"({"preferences":{"favorite":false}})"
                           : R"({"preferences":{"favorite":true,"comment":true}})");
            break;
        case 4: add("GET", "/api/notifications?unread=true&limit=5", as); break;
        default: last_inbox_ = add("GET", "/api/notifications" + page(up_to(10)), as);
    }
}

// Rare, for everybody who was seen has to be counted before.
void generator::read_figures() {
    add("GET", "/api/stats");
    log_.back().settle_views = true;
    add("GET", "/api/stats/top?days=7&limit=5");
    add("GET", "/api/stats/top?limit=-5");
    for (int i = 0; i < 6 && !articles_.empty(); ++i) {
        const auto& which = one_of(articles_);
        add("GET", "/api/stats/articles/" + which.slug,
            bearer(chance(70) ? which.author : author()));
    }
}

// With the tag of the answer before, or with one that nobody gave.
void generator::look_again() {
    if (chance(6)) return read_figures();
    if (seen_.empty()) return;
    const auto& before = seen_[seen_.size() - 1 - up_to(std::min<std::size_t>(seen_.size(), 10))];
    const auto tag = chance(80)   ? "{{etag:" + std::to_string(before.step) + "}}"
                     : chance(50) ? std::string("*")
                                  : std::string("\"other\", W/\"wrong\"");
    add("GET", before.target, before.headers + "If-None-Match: " + tag + "\r\n");
}

void generator::blunder() {
    const auto as = some_bearer();
    const std::vector<std::string> bodies{
        "",
        "{",
        "[]",
        "null",
        R"({"user":{}})",
        R"({"article":{"title":1}})",
        "\"\xff\xfe\"",
        R"({"comment":{"body":""}})",
        R"({"comment":{"body":"\ud800"}})",
        R"({"user":{"username":"","email":"","password":"short"}})",
        std::string(200, '['),
        R"({"user":{"email":"visitor1@example.com","username":"x","password":"password123"}})"};
    const std::vector<std::string> targets{"/api/users", "/api/articles", "/api/users/login",
                                           "/api/articles/" + some_slug() + "/comments",
                                           "/api/notifications/preferences"};
    add(chance(70) ? "POST" : "PUT", one_of(targets), as, one_of(bodies));
}

void generator::attack() {
    const std::vector<std::string> targets{"/api/articles/..%2f..%2fetc",
                                           "/api/articles/%00",
                                           "/api/articles/%ff%fe",
                                           "/api//articles",
                                           "/api/articles/",
                                           "/api/articles/" + some_slug() + "/x",
                                           "/api/profiles/%27%20OR%201=1",
                                           "/api/articles?tag=%27--",
                                           "/api/nothing",
                                           "/internal/call/posts/find",
                                           "/call/posts/find",
                                           "/routes",
                                           "/api/articles?search=%22%20OR%20%2a",
                                           "/api/articles?search=NEAR(a,b)",
                                           "/api/articles/feed?limit=%31",
                                           "/api/articles/x/comments/99999999999999999999",
                                           "/api/articles/x/comments/-1",
                                           "/api/notifications/0/read",
                                           "/api/tags?" + std::string(3000, 'q'),
                                           "/" + std::string(5000, 'a')};
    const std::vector<std::string> headers{
        "",
        "Cleave-Call: v1;t=0;u=1;r=3;m=00\r\n",
        "X-Forwarded-For: 10.0.0.1\r\n",
        "Authorization: Bearer x\r\n",
        "Authorization: Token \r\n",
        "Access-Control-Request-Method: POST\r\nOrigin: https://evil.example\r\n",
        "Cleave-Authority: {}\r\n",
        "If-None-Match: *\r\n"};
    const auto method = one_of<std::string>(
        {"GET", "GET", "GET", "HEAD", "OPTIONS", "PATCH", "DELETE", "PUT", "POST"});
    add(method, one_of(targets), one_of(headers) + (chance(50) ? some_bearer() : ""));
}

}  // namespace cleave::test
