// The views of an article, for its author.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

TEST_CASE("the author sees how often an article was looked at, and nobody else does") {
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
