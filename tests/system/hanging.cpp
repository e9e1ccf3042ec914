// A process that neither answers nor ends. Its callers wait for a deadline of ten seconds, so this
// runs in one topology alone.
#include <signal.h>

#include <catch2/catch.hpp>
#include <future>

#include "topology.hpp"

using namespace cleave::test;

namespace {

constexpr std::chrono::seconds longer_than_any_deadline{30};

}  // namespace

TEST_CASE("a process that hangs is given up at the deadline, and nothing is done twice",
          "[.][hanging]") {
    scratch_blog blog({"--split", "all"});
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Hello?");
    write_comment(client, author, slug, "before");
    const auto stopped = blog->process_with("comments").pid;
    REQUIRE(::kill(stopped, SIGSTOP) == 0);

    const json::value comment = json::object{{"comment", json::object{{"body", "Hello"}}}};
    const auto key = idempotency_key("hello");
    const auto started = std::chrono::steady_clock::now();
    auto write = std::async(std::launch::async, [&] {
        return blog_client(blog->at()).post(comments_path(slug), comment, author.token, key);
    });
    auto read = std::async(std::launch::async,
                           [&] { return blog_client(blog->at()).get(comments_path(slug)); });
    const auto is_over = [](const auto& answer) {
        return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    };
    // Meanwhile nobody else waits.
    REQUIRE(eventually([&] {
        REQUIRE(client.get(article_path(slug)).status == 200);
        REQUIRE(client.get("/api/user", author.token).status == 200);
        return is_over(write) && is_over(read);
    }));
    CHECK(std::chrono::steady_clock::now() - started < longer_than_any_deadline);
    check_error(write.get(), 504, "service", "outcome unknown");
    CHECK(read.get().status >= 503);

    // What was under way is done now, or was not; who asks again with the key gets one comment.
    REQUIRE(::kill(stopped, SIGCONT) == 0);
    http_answer again;
    REQUIRE(eventually([&] {
        again = client.post(comments_path(slug), comment, author.token, key);
        return again.status == 201;
    }));
    const auto all = body_of(client.get(comments_path(slug))).at("comments").as_array();
    CHECK(all.size() == 2);
    CHECK(all.back() == body_of(again).at("comment"));
    CHECK(blog->process_with("comments").pid == stopped);
}

TEST_CASE("a process that hangs does not keep the others from stopping", "[.][hanging]") {
    scratch_blog blog({"--split", "all"});
    REQUIRE(::kill(blog->process_with("comments").pid, SIGSTOP) == 0);
    CHECK(blog->stop() == 0);
    CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
}
