// How often articles are read, and how much there is.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

TEST_CASE("the author sees how often an article was looked at, and nobody else does", "[stats]") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client), reader = sign_up(client);
    const auto slug = publish(client, author, "Look at me, " + author.username);
    const auto views = [&] {
        const auto answer = client.get(stats_path(slug), author.token);
        REQUIRE(answer.status == 200);
        return body_of(answer).at("stats").at("views").as_int64();
    };
    CHECK(views() == 0);
    for (int i = 0; i < 7; ++i) REQUIRE(client.get(article_path(slug)).status == 200);
    REQUIRE(eventually([&] { return views() >= 7; }));
    // One more view, so that one more round of counting is over: nothing was counted twice.
    REQUIRE(client.get(article_path(slug), reader.token).status == 200);
    REQUIRE(eventually([&] { return views() >= 8; }));
    CHECK(views() == 8);

    const auto theirs = client.get(stats_path(slug), reader.token);
    CHECK(theirs.status == 403);
    CHECK(theirs.body == error_body("article", "forbidden"));
    const auto nobodys = client.get(stats_path(slug));
    CHECK(nobodys.status == 401);
    CHECK(nobodys.body == error_body("token", "is missing"));
    const auto of_none = client.get(stats_path("there-is-none"), author.token);
    CHECK(of_none.status == 404);
    CHECK(of_none.body == error_body("article", "not found"));
}

TEST_CASE("who reads, and where they come from, is told of an article", "[stats]") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client), reader = sign_up(client);
    const auto slug = publish(client, author, "Who are you, " + author.username);
    const auto read = [&](const std::string& headers) {
        const auto answer = client.ask({.target = article_path(slug), .headers = headers});
        REQUIRE(answer.status == 200);
    };
    read("User-Agent: Firefox\r\nReferer: https://Example.com/links?q=1\r\n");
    read("User-Agent: Firefox\r\nReferer: https://example.com/\r\n");
    read("User-Agent: Safari\r\n");
    read("User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)\r\n");
    write_comment(client, reader, slug, "Nobody");
    const auto stats = [&] {
        return body_of(client.get(stats_path(slug), author.token)).at("stats").as_object();
    };
    REQUIRE(eventually([&] { return stats().at("views") == 3 && stats().at("comments") == 1; }));
    const auto found = stats();
    CHECK(found.at("visitors") == 2);
    CHECK(found.at("favorites") == 0);
    const auto& daily = found.at("daily").as_array();
    REQUIRE(daily.size() == 30);
    CHECK(daily.back().at("views").as_int64() + daily[28].at("views").as_int64() == 3);
    const auto& hosts = found.at("referrers").as_array();
    REQUIRE(hosts.size() == 1);
    CHECK(hosts.front().at("host").as_string() == "example.com");
    CHECK(hosts.front().at("views") == 2);
}

TEST_CASE("the blog's figures and its most read articles are for everybody", "[stats]") {
    blog_client client(shared_blog().at());
    const auto stats = [&] {
        const auto answer = client.get("/api/stats");
        REQUIRE(answer.status == 200);
        return body_of(answer).at("stats").as_object();
    };
    const auto before = stats();
    CHECK(before.at("daily").as_array().size() == 30);
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Count me, " + author.username);
    write_comment(client, author, slug, "One");
    for (int i = 0; i < 40; ++i) REQUIRE(client.get(article_path(slug)).status == 200);
    REQUIRE(eventually([&] {
        const auto now = stats();
        const auto more = [&](const char* what, std::int64_t by) {
            return now.at(what).as_int64() >= before.at(what).as_int64() + by;
        };
        return more("articles", 1) && more("users", 1) && more("comments", 1) && more("views", 40);
    }));
    const auto top = client.get("/api/stats/top?days=1&limit=100");
    REQUIRE(top.status == 200);
    const auto articles = body_of(top).at("articles").as_array();
    const auto mine = std::ranges::find_if(
        articles, [&](const auto& a) { return a.at("slug").as_string() == slug; });
    REQUIRE(mine != articles.end());
    CHECK(mine->at("title").as_string() == "Count me, " + author.username);
    CHECK(mine->at("views") == 40);
    CHECK(mine->at("visitors") == 1);
    CHECK(body_of(client.get("/api/stats/top?limit=1")).at("articles").as_array().size() == 1);
    CHECK(client.get("/api/stats/top?days=x&limit=-5").status == 200);
}

TEST_CASE("figures that are made again from the log are the same", "[stats]") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Again, " + author.username);
    for (int i = 0; i < 3; ++i) REQUIRE(client.get(article_path(slug)).status == 200);
    const auto stats = [&] { return client.get(stats_path(slug), author.token).body; };
    REQUIRE(eventually([&] { return stats().find("\"views\":3,") != std::string::npos; }));
    const auto before = stats();
    const auto made = run_cleave({"stats", "rebuild", "--data", blog.data()});
    INFO(made.out << made.err);
    CHECK(made.code == 0);
    CHECK(made.out.find("the same as before") != std::string::npos);
    CHECK(stats() == before);
}
