#include "effects.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <sqlite/connection.hpp>
#include <support/divergence.hpp>
#include <support/eventually.hpp>
#include <support/running_blog.hpp>

namespace cleave::test {

namespace {

json::array comments_of(blog_client& client, const std::string& slug) {
    return body_of(client.get(comments_path(slug))).at("comments").as_array();
}

// The ids of the comments that the inbox tells of, and whether its counts agree.
std::multiset<std::int64_t> told_of(blog_client& client, const visitor& who) {
    std::multiset<std::int64_t> ids;
    std::int64_t total = 0;
    do {
        const auto page = body_of(client.get(
            "/api/notifications?limit=100&offset=" + std::to_string(ids.size()), who.token));
        total = page.at("notificationsCount").as_int64();
        CHECK(page.at("unreadCount") == total);
        const auto rows = page.at("notifications").as_array();
        if (rows.empty()) break;
        for (const auto& n : rows) ids.insert(n.at("commentId").as_int64());
    } while (static_cast<std::int64_t>(ids.size()) < total);
    CHECK(static_cast<std::int64_t>(ids.size()) == total);
    return ids;
}

}  // namespace

void check_comments(blog_client& client, const std::string& slug, const records& known) {
    std::map<std::string, std::int64_t> there;
    const auto comments = comments_of(client, slug);
    for (const auto& c : comments) {
        const std::string text(c.at("body").as_string());
        INFO(text);
        CHECK(there.emplace(text, c.at("id").as_int64()).second);  // none twice
    }
    for (const auto& [text, id] : known.comments) {
        INFO(text);
        REQUIRE(there.contains(text));
        CHECK(there.at(text) == id);
        there.erase(text);
    }
    for (const auto& text : known.deleted) {
        INFO(text << " was deleted");
        CHECK_FALSE(there.contains(text));
    }
    // What is left are those of which nobody could say.
    for (const auto& text : known.refused) {
        INFO(text << " was refused with 503");
        CHECK_FALSE(there.contains(text));
    }
    for (const auto& text : known.unknown) there.erase(text);
    CHECK(there.empty());
}

void check_notifications(blog_client& client, const visitor& author, const visitor& reader,
                         const std::string& slug) {
    // The feed has an order: when the last comment has arrived, nothing comes later, and who was
    // told of a comment that is gone is no longer.
    const auto last = write_comment(client, reader, slug, "the last one");
    std::multiset<std::int64_t> expected;
    const auto comments = comments_of(client, slug);
    for (const auto& c : comments) expected.insert(c.at("id").as_int64());
    REQUIRE(eventually([&] {
        const auto newest = body_of(client.get("/api/notifications?limit=1", author.token))
                                .at("notifications")
                                .as_array();
        return !newest.empty() && newest.front().at("commentId") == last;
    }));
    CHECK(told_of(client, author) == expected);
}

void check_articles(blog_client& client, const records& known) {
    std::multiset<std::string> there;
    std::int64_t total = 0;
    do {
        const auto page =
            body_of(client.get("/api/articles?limit=100&offset=" + std::to_string(there.size())));
        total = page.at("articlesCount").as_int64();
        const auto rows = page.at("articles").as_array();
        if (rows.empty()) break;
        for (const auto& a : rows) {
            there.emplace(a.at("title").as_string());
            CHECK(a.at("favoritesCount") == (a.at("title") == "The article" ? 0 : 1));
        }
    } while (static_cast<std::int64_t>(there.size()) < total);
    CHECK(static_cast<std::int64_t>(there.size()) == total);
    std::multiset<std::string> expected(known.articles.begin(), known.articles.end());
    expected.insert("The article");
    CHECK(there == expected);
}

void check_databases(const std::filesystem::path& data, const std::set<std::string>& but_not) {
    for (const auto& module : known_modules()) {
        if (but_not.contains(module)) continue;
        INFO(module);
        cleave::sqlite::connection db(data / (database_of(data, module) + ".db"),
                                      cleave::sqlite::open_mode::reader);
        auto verdict = db.query("PRAGMA integrity_check");
        REQUIRE(verdict.step());
        CHECK(verdict.text(0) == "ok");
        // No event was given up.
        const std::string parked = "SELECT count(*) FROM " + module + "_parked";
        auto count = db.query(parked);
        REQUIRE(count.step());
        CHECK(count.integer(0) == 0);
    }
}

}  // namespace cleave::test
