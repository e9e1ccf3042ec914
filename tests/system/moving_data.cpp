// The same data, served by other processes: nothing moves.
#include <signal.h>

#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

struct seen {
    std::string article, comments, inbox;
    bool operator==(const seen&) const = default;
};

std::vector<std::vector<std::string>> every_layout() {
    std::vector<std::vector<std::string>> all{{}};
    for (const auto& module : known_modules()) all.push_back({"--split", module});
    all.push_back({"--split", "all"});
    all.emplace_back();
    return all;
}

}  // namespace

TEST_CASE("a comment written in one process is there in two, survives a kill, and goes back",
          "[.][moving-data]") {
    scratch_blog blog;
    std::optional<blog_client> client(blog->at());
    const auto author = sign_up(*client), reader = sign_up(*client);
    const auto slug = publish(*client, author, "The seam");
    write_comment(*client, reader, slug, "written in one process");
    CHECK(blog->processes().size() == 1);
    CHECK(blog->stop() == 0);

    blog.restart({"--split", "comments"});
    client.emplace(blog->at());
    CHECK(blog->processes().size() == 2);
    CHECK(blog->process_with("comments").modules == std::vector<std::string>{"comments"});
    const auto comments = [&] {
        return body_of(client->get(comments_path(slug))).at("comments").as_array();
    };
    REQUIRE(comments().size() == 1);
    CHECK(comments().front().at("body").as_string() == "written in one process");
    write_comment(*client, reader, slug, "written in two");
    REQUIRE(::kill(blog->process_with("comments").pid, SIGKILL) == 0);
    CHECK(client->get(article_path(slug)).status == 200);
    REQUIRE(eventually(
        [&] { return blog->process_with("comments").restarts == 1 && blog->is_ready(); }));
    CHECK(comments().size() == 2);
    CHECK(blog->stop() == 0);

    blog.restart();
    client.emplace(blog->at());
    CHECK(comments().size() == 2);
    REQUIRE(eventually([&] {
        return body_of(client->get("/api/notifications", author.token)).at("unreadCount") == 2;
    }));
}

TEST_CASE("data goes through every layout and looks the same in each", "[.][moving-data]") {
    scratch_blog blog;
    std::optional<blog_client> client(blog->at());
    const auto author = sign_up(*client), reader = sign_up(*client);
    const auto slug = publish(*client, author, "한 바퀴");
    const auto look = [&] {
        return seen{client->get(article_path(slug)).body, client->get(comments_path(slug)).body,
                    client->get("/api/notifications", author.token).body};
    };
    const auto unread = [&] {
        return body_of(client->get("/api/notifications", author.token))
            .at("unreadCount")
            .as_int64();
    };
    std::int64_t written = 0;
    for (const auto& layout : every_layout()) {
        INFO("layout: " << (layout.empty() ? "monolith" : layout.back()));
        const auto before = look();
        blog->stop();
        blog.restart(layout);
        client.emplace(blog->at());
        CHECK(look() == before);
        // Each layout adds one, and takes the events up where the one before left them.
        write_comment(*client, reader, slug, "number " + std::to_string(++written));
        REQUIRE(eventually([&] { return unread() >= written; }));
        CHECK(unread() == written);
    }
}

TEST_CASE("one database: events may be delivered in the transaction, or followed, in any order",
          "[.][moving-data]") {
    const auto config = std::string(CLEAVE_ROOT) + "/config/classic.toml";
    const std::vector<std::string> classic{"--config", config};
    auto followed = classic, apart = classic;
    followed.insert(followed.end(), {"--set", "events.delivery=feed"});
    apart.insert(apart.end(), {"--split", "gateway", "--replicas", "main=2"});
    scratch_blog blog(followed);
    std::optional<blog_client> client(blog->at());
    const auto author = sign_up(*client), reader = sign_up(*client);
    const auto slug = publish(*client, author, "In one file");
    const auto unread = [&] {
        return body_of(client->get("/api/notifications", author.token))
            .at("unreadCount")
            .as_int64();
    };
    std::int64_t written = 0;
    for (const auto& layout : {followed, classic, apart, followed, classic}) {
        INFO("layout: " << layout.back());
        // What the last comment of each caused may not have come when its process ends.
        REQUIRE(blog->stop() == 0);
        blog.restart(layout);
        client.emplace(blog->at());
        write_comment(*client, reader, slug, "number " + std::to_string(++written));
        if (layout == classic) CHECK(unread() == written);
    }
    CHECK(eventually([&] { return unread() == written; }));
}
