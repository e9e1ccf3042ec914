// `cleave seed`: content to try things on.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

finished seed(const std::filesystem::path& data, const std::vector<std::string>& more = {}) {
    std::vector<std::string> all{"seed",       "--users", "7",      "--articles", "30",
                                 "--comments", "90",      "--data", data};
    all.insert(all.end(), more.begin(), more.end());
    return run_cleave(all);
}

// Every article with its comments, without what differs from one blog to another.
std::string content_of(blog_client& client) {
    const auto list = body_of(client.get("/api/articles?limit=100"));
    std::string all = std::to_string(list.at("articlesCount").as_int64());
    for (const auto& a : list.at("articles").as_array()) {
        const std::string slug(a.at("slug").as_string());
        all += client.get(article_path(slug)).body + client.get(comments_path(slug)).body;
    }
    return all;
}

}  // namespace

TEST_CASE("a running blog is seeded through its owners, and nothing comes twice") {
    scratch_blog blog(topology_arguments());
    const auto first = seed(blog.data());
    INFO(first.err);
    REQUIRE(first.code == 0);
    CHECK(has(first.out, "added 7 users, 30 articles and 90 comments"));
    CHECK(first.err.empty());  // No bar where there is no terminal.
    blog_client client(blog->at());
    const auto content = content_of(client);
    CHECK(content.starts_with("30"));

    const auto again = seed(blog.data());
    CHECK(again.code == 0);
    CHECK(has(again.out, "added 0 users, 0 articles and 0 comments"));
    CHECK(content_of(client) == content);
    CHECK(blog->stop() == 0);
}

TEST_CASE("the same seed gives the same content, running or stopped", "[.][command-line]") {
    const scratch_folder folder;
    const auto stopped = folder.path() / "data";
    const auto made = seed(stopped);
    INFO(made.err);
    REQUIRE(made.code == 0);
    const running_blog one(stopped);
    scratch_blog other;
    REQUIRE(seed(other.data()).code == 0);
    blog_client here(one.at()), there(other->at());
    const auto content = content_of(here);
    CHECK(content_of(there) == content);

    // Another seed gives more, and other names to those that are taken.
    REQUIRE(seed(other.data(), {"--seed", "2"}).code == 0);
    CHECK(body_of(there.get("/api/articles?limit=1")).at("articlesCount").as_int64() == 60);
}

TEST_CASE("a seed that cannot be is refused", "[.][command-line]") {
    const scratch_folder folder;
    const auto data = folder.path() / "data";
    CHECK(seed(data, {"--users", "0"}).code == 2);
    CHECK(seed(data, {"--articles", "0"}).code == 2);
    CHECK(seed(data, {"--articles", "-1"}).code == 2);
    CHECK_FALSE(std::filesystem::exists(data));
}
