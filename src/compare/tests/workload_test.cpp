#include <fmt/format.h>

#include <array>
#include <catch2/catch.hpp>
#include <compare/workload.hpp>
#include <map>

#include "test_server.hpp"

using namespace cleave::compare;
using namespace cleave::compare::test;
using namespace std::chrono_literals;

namespace {

const std::atomic<bool> go_on = false;
constexpr workload_sizes small{.users = 3, .articles = 40, .comments_per_article = 2, .page = 10};

std::string text_of(const std::string& json, const std::string& name) {
    const auto key = fmt::format(R"("{}":")", name);
    const auto at = json.find(key);
    if (at == std::string::npos) return {};
    const auto begin = at + key.size();
    return json.substr(begin, json.find('"', begin) - begin);
}

// The public API, as far as the workload uses it.
class small_blog {
public:
    std::string operator()(const asked& r) {
        if (r.target == "/api/users") return sign_up(r);
        if (r.target == "/api/user")
            return answer(200, fmt::format(R"({{"username":"{}"}})", r.token));
        if (r.target == "/api/users/login") return log_in(r);
        if (r.target.starts_with("/api/notifications")) return notifications(r);
        if (r.target.starts_with("/api/articles?")) return list(r);
        if (r.target == "/api/articles") return publish(r);
        if (r.target.ends_with("/favorite")) return favorite(r);
        if (r.target.find("/comments") != std::string::npos) return comments(r);
        const auto i = index_of(r.target);
        return answer(200,
                      fmt::format(R"({{"article":{{"slug":"s-{}","title":"{}","body":"{}"}}}})", i,
                                  articles[i].title, articles[i].text));
    }

    struct article {
        std::string title, text, author;
        std::vector<std::string> comments{};
    };
    std::vector<article> articles;
    std::map<std::string, int> told;

private:
    static std::size_t index_of(const std::string& target) {
        return std::stoul(target.substr(std::string("/api/articles/s-").size()));
    }
    static std::string sign_up(const asked& r) {
        const auto name = text_of(r.body, "username");
        return answer(201, fmt::format(R"({{"user":{{"token":"{0}","username":"{0}"}}}})", name));
    }
    static std::string log_in(const asked& r) {
        const auto email = text_of(r.body, "email");
        return answer(200, fmt::format(R"({{"user":{{"token":"{0}","username":"{0}"}}}})",
                                       email.substr(0, email.find('@'))));
    }
    static std::string favorite(const asked& r) {
        return answer(200, fmt::format(R"({{"article":{{"slug":"s-{}","favorited":{}}}}})",
                                       index_of(r.target), r.method == "POST"));
    }
    std::string publish(const asked& r) {
        const auto title = text_of(r.body, "title");
        // Lists are of what has the tag.
        const auto slug = articles.size();
        if (r.body.find(workload::tag) != std::string::npos)
            articles.push_back({title, text_of(r.body, "body"), r.token});
        return answer(
            201, fmt::format(
                     R"({{"article":{{"slug":"s-{}","title":"{}","author":{{"username":"{}"}}}}}})",
                     slug, title, r.token));
    }
    std::string list(const asked& r) {
        const auto offset = std::stoul(r.target.substr(r.target.find("offset=") + 7));
        std::string out = R"({"articles":[)";
        for (std::size_t i = 0; i < small.page; ++i)
            out += fmt::format(R"({{"slug":"s-{}"}})", articles.size() - 1 - offset - i);
        return answer(200, out + fmt::format(R"(],"articlesCount":{}}})", articles.size()));
    }
    std::string comments(const asked& r) {
        auto& a = articles[index_of(r.target)];
        if (r.method == "POST") {
            a.comments.push_back(text_of(r.body, "body"));
            ++told[a.author];
            return answer(
                201, fmt::format(R"({{"comment":{{"body":"{}","author":{{"username":"{}"}}}}}})",
                                 a.comments.back(), r.token));
        }
        const auto limit = std::stoul(r.target.substr(r.target.find("limit=") + 6));
        std::string out = R"({"comments":[)";
        for (std::size_t i = 0; i < std::min(limit, a.comments.size()); ++i)
            out += fmt::format(R"({{"body":"{}"}})", a.comments[i]);
        return answer(200, out + "]}");
    }
    std::string notifications(const asked& r) {
        const auto limit = std::stoi(r.target.substr(r.target.find("limit=") + 6));
        std::string out = R"({"notifications":[)";
        for (int i = 0; i < std::min(limit, told[r.token]); ++i) out += R"({"kind":"comment"})";
        return answer(200, out + fmt::format(R"(],"notificationsCount":{0},"unreadCount":{0}}})",
                                             told[r.token]));
    }
};

load_result load_with(const workload& blog, const test_server& server) {
    return run_open_loop(
        {server.address(), 8}, {0ms, 500ms}, arrivals(1, 600, 500ms),
        [&](std::uint64_t i) { return blog.request(0, i); }, {}, go_on);
}

std::int64_t count(const load_result& load, outcome how) {
    return load.outcomes()[static_cast<std::size_t>(how)];
}

}  // namespace

TEST_CASE("a blog is filled over its public API and every answer is recognised") {
    small_blog blog;
    test_server server([&](const asked& r) { return blog(r); });
    workload work(1, small);
    work.set_up({server.address()}, go_on);
    CHECK(blog.articles.size() == small.articles);
    for (const auto& a : blog.articles) CHECK(a.comments.size() == small.comments_per_article);

    const auto load = load_with(work, server);
    CHECK(load.samples.size() > 200);
    CHECK(static_cast<std::size_t>(count(load, outcome::right)) == load.samples.size());
}

TEST_CASE("an answer that belongs to another question is wrong") {
    small_blog blog;
    std::atomic<bool> confused = false;
    test_server server([&](const asked& r) {
        auto changed = r;
        // The next article instead of the one asked for; a comment of somebody else.
        if (confused && r.target.starts_with("/api/articles/s-") && r.method == "GET")
            changed.target = "/api/articles/s-" +
                             std::to_string(std::stoul(r.target.substr(16)) ^ 1) +
                             r.target.substr(std::min(r.target.find("/comments"), r.target.size()));
        if (confused && r.target.ends_with("/favorite"))
            changed.method = r.method == "POST" ? "DELETE" : "POST";
        if (confused && r.target == "/api/users/login")
            changed.body = R"({"user":{"email":"somebody-else@example.test"}})";
        if (confused && r.method == "POST") changed.token = "nobody";
        if (confused && r.target == "/api/user") changed.token = "somebody else";
        return blog(changed);
    });
    workload work(1, small);
    work.set_up({server.address()}, go_on);
    confused = true;
    const auto load = load_with(work, server);
    for (const auto& s : load.samples) {
        const auto kind = static_cast<visit>(s.kind);
        const bool untouched = kind == visit::list_articles || kind == visit::notifications;
        CHECK(s.how == (untouched ? outcome::right : outcome::wrong_content));
    }
}

TEST_CASE("a seed repeats data and requests, in the wanted shares") {
    small_blog first, second;
    test_server one([&](const asked& r) { return first(r); });
    test_server two([&](const asked& r) { return second(r); });
    workload a(5, small), b(5, small);
    a.set_up({one.address()}, go_on);
    b.set_up({two.address()}, go_on);
    REQUIRE(first.articles.size() == second.articles.size());
    for (std::size_t i = 0; i < first.articles.size(); ++i) {
        CHECK(first.articles[i].text == second.articles[i].text);
        CHECK(first.articles[i].comments == second.articles[i].comments);
    }
    std::array<unsigned, visit_kinds.size()> seen{};
    constexpr unsigned requests = 20'000;
    for (unsigned i = 0; i < requests; ++i) {
        const auto made = a.request(3, i);
        if (i < 500) CHECK(made.bytes == b.request(3, i).bytes);
        ++seen[made.kind];
    }
    for (std::size_t kind = 0; kind < seen.size(); ++kind)
        CHECK(seen[kind] * 100.0 / requests == Approx(visit_kinds[kind].share / 100.0).margin(1));
    CHECK(a.request(3, 7).bytes != a.request(4, 7).bytes);
}

TEST_CASE("a blog that cannot be filled says what it answered") {
    test_server server([](const asked&) { return answer(503, "not today"); });
    workload work(1, small);
    CHECK_THROWS_WITH(work.set_up({server.address()}, go_on), Catch::Contains("POST /api/users") &&
                                                                  Catch::Contains("503") &&
                                                                  Catch::Contains("not today"));
    const std::atomic<bool> stopped = true;
    test_server silent([](const asked&) { return never; });
    CHECK_THROWS_WITH(work.set_up({silent.address()}, stopped), "stopped");
}
