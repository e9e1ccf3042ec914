// Comments are changed and deleted; those of a deleted article go with it.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "topology.hpp"

using namespace cleave::test;

namespace {

json::value comment(std::string_view body) {
    return json::object{{"comment", json::object{{"body", body}}}};
}

std::string comment_path(const std::string& slug, std::int64_t id) {
    return comments_path(slug) + "/" + std::to_string(id);
}

}  // namespace

TEST_CASE("a comment is changed and deleted by its author") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client), reader = sign_up(client, "reader");
    const auto slug = publish(client, author, "Talk " + author.username);
    const auto elsewhere = publish(client, author, "Elsewhere " + author.username);
    const auto id = write_comment(client, reader, slug, "First");
    const auto path = comment_path(slug, id);

    check_error(client.put(path, comment("x")), 401, "token", "is missing");
    check_error(client.put(path, comment("x"), author.token), 403, "comment", "forbidden");
    check_error(client.put(path, comment(" "), reader.token), 422, "body", "can't be blank");
    const auto changed = client.put(path, comment("Second"), reader.token);
    REQUIRE(changed.status == 200);
    const auto now = body_of(changed).at("comment");
    CHECK(now.at("id") == id);
    CHECK(now.at("body").as_string() == "Second");
    CHECK(now.at("createdAt") != now.at("updatedAt"));
    CHECK(body_of(client.get(comments_path(slug))).at("comments") == json::array{now});

    check_error(client.del(path), 401, "token", "is missing");
    check_error(client.del(path, author.token), 403, "comment", "forbidden");
    check_error(client.del(comment_path("there-is-none", id), reader.token), 404, "article",
                "not found");
    check_error(client.del(comment_path(elsewhere, id), reader.token), 404, "comment", "not found");
    check_error(client.del(comment_path(slug, id + 1'000'000), reader.token), 404, "comment",
                "not found");
    CHECK(client.del(comment_path(slug, id) + "x", reader.token).status == 404);
    const auto gone = client.del(path, reader.token);
    CHECK(gone.status == 204);
    CHECK(gone.body.empty());
    check_error(client.del(path, reader.token), 404, "comment", "not found");
    CHECK(client.get(comments_path(slug)).body == R"({"comments":[]})");
}

TEST_CASE("the comments of a deleted article go with it, those that race with it as well") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client);
    const auto title = "Short-lived " + author.username;
    const auto slug = publish(client, author, title);
    const auto first = write_comment(client, author, slug, "First");

    std::atomic<int> written = 0;
    std::atomic<bool> refused = false;
    std::thread writer([&] {
        blog_client own(blog.at());
        while (!refused) {
            const auto answer = own.post(comments_path(slug), comment("x"), author.token);
            if (answer.status == 201)
                ++written;
            else
                refused = true;
        }
    });
    const bool some = eventually([&] { return written > 5 || refused; });
    const auto deleted = client.del(article_path(slug), author.token);
    writer.join();
    CHECK(some);
    CHECK(deleted.status == 204);
    check_error(client.post(comments_path(slug), comment("late"), author.token), 404, "article",
                "not found");
    CHECK(eventually([&] { return client.get(comments_path(slug)).status == 404; }));
    // Another article of the same name has none of them.
    CHECK(publish(client, author, title) == slug);
    CHECK(eventually([&] { return client.get(comments_path(slug)).body == R"({"comments":[]})"; }));
    check_error(client.del(comment_path(slug, first), author.token), 404, "comment", "not found");
}
