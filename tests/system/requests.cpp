// Requests that are wrong, but are HTTP: each gets the documented answer, and the connection and
// the blog go on.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

http_question post_text(std::string target, std::string body, const std::string& token = {}) {
    http_question question;
    question.method = "POST";
    question.target = std::move(target);
    question.headers = authorization(token);
    question.body = std::move(body);
    return question;
}

json::value long_comment(std::size_t size) {
    return json::object{{"comment", json::object{{"body", std::string(size, 'x')}}}};
}

}  // namespace

TEST_CASE("what is not JSON, or nested too deep, is the client's error") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    const auto slug = publish(client, who, "Not JSON " + who.username);
    const std::vector<std::string> bodies{"{",
                                          "nonsense",
                                          "{\"comment\":}",
                                          std::string(1000, '['),
                                          "\"\xff\xfe\"",
                                          "{\"comment\":{}}}",
                                          "[1,2",
                                          std::string("{}\0", 3)};
    for (const std::string& target : {std::string("/api/users"), std::string("/api/users/login"),
                                      std::string("/api/articles"), comments_path(slug)})
        for (const auto& body : bodies) {
            INFO(target << " " << body);
            const auto answer = client.ask(post_text(target, body, who.token));
            CHECK((answer.status == 400 || answer.status == 422));
            CHECK(body_of(answer).at("errors").is_object());
            CHECK_FALSE(answer.closes());
        }
    // Nothing at all.
    CHECK(client.ask(post_text("/api/users", "")).status == 400);
}

TEST_CASE("a body that is too large is refused, announced or not") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    const auto slug = publish(client, who, "Large " + who.username);
    struct route {
        std::string target;
        std::size_t bytes;
    };
    for (const auto& [target, bytes] :
         {route{"/api/users/login", 5'000}, route{"/api/users", 5'000},
          route{"/api/articles", 2'000'000}, route{comments_path(slug), 1'000'000}}) {
        INFO(target);
        check_error(client.ask(post_text(target, std::string(bytes, ' '), who.token)), 413, "body",
                    "too large");
        http_peer in_chunks(shared_blog().at());
        in_chunks.send("POST " + target + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" +
                       authorization(who.token) + "\r\n1e8480\r\n");
        in_chunks.send(std::string(2'000'000, ' ') + "\r\n0\r\n\r\n");
        const auto answer = in_chunks.receive();
        REQUIRE(answer);
        check_error(*answer, 413, "body", "too large");
    }
    // What is as long as the limit of the content is no error of the transport.
    CHECK(client.post(comments_path(slug), long_comment(65'536), who.token).status == 201);
    const auto longer = client.post(comments_path(slug), long_comment(65'537), who.token);
    CHECK(longer.status == 422);
    CHECK(body_of(longer).at("errors").as_object().contains("body"));
}

TEST_CASE("a body may come in chunks") {
    const auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto who = sign_up(client);
    const auto slug = publish(client, who, "Chunks " + who.username);
    http_peer peer(blog.at());
    peer.send("POST " + comments_path(slug) +
              " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + authorization(who.token) +
              "\r\n");
    for (const char c : std::string_view(R"({"comment":{"body":"a byte at a time"}})"))
        peer.send(std::string("1;ignored=extension\r\n") + c + "\r\n");
    peer.send("0\r\nIdempotency-Key: in-a-trailer\r\n\r\n");
    const auto answer = peer.receive();
    REQUIRE(answer);
    INFO(answer->body);
    CHECK(answer->status == 201);
    const auto comments = body_of(client.get(comments_path(slug))).at("comments").as_array();
    REQUIRE(comments.size() == 1);
    CHECK(comments.front().at("body").as_string() == "a byte at a time");
}

TEST_CASE("what is not there is 404, and what cannot be done to it 405") {
    blog_client client(shared_blog().at());
    const auto who = sign_up(client);
    const auto slug = publish(client, who, "Here " + who.username);
    for (const std::string& target :
         {std::string("/nothing"), std::string("/api"), std::string("/api/nothing"),
          std::string("/api/articles/"), std::string("/api//articles"),
          article_path(slug) + "/nothing", std::string("/rpc/posts/list"), std::string("/routes"),
          std::string("/status"), std::string("/metrics"),
          std::string("/api/articles%2f" + slug)}) {
        INFO(target);
        check_error(client.get(target), 404, "path", "not found");
        CHECK(client.ask(post_text(target, "{}")).status == 404);
    }
    struct wrong_method {
        std::string method, target, allow;
    };
    for (const auto& [method, target, allow] :
         {wrong_method{"DELETE", "/api/articles", "GET, POST"},
          wrong_method{"PATCH", comments_path(slug), "GET, POST"},
          wrong_method{"GET", "/api/users/login", "POST"},
          wrong_method{"PUT", stats_path(slug), "GET"},
          wrong_method{"POST", "/api/notifications", "GET"}}) {
        INFO(method << " " << target);
        http_question question;
        question.method = method;
        question.target = target;
        const auto answer = client.ask(question);
        check_error(answer, 405, "method", "not allowed");
        CHECK(answer.field("allow") == allow);
    }
}

TEST_CASE("several requests may be sent before the first answer") {
    const auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto who = sign_up(client);
    const auto slug = publish(client, who, "Pipelined " + who.username);
    std::string sent;
    for (int i = 0; i < 20; ++i) {
        auto question = post_text(comments_path(slug), "", who.token);
        question.body = json::serialize(
            json::object{{"comment", json::object{{"body", "number " + std::to_string(i)}}}});
        sent += question.text();
    }
    http_peer peer(blog.at());
    REQUIRE(peer.send(sent));
    for (int i = 0; i < 20; ++i) {
        const auto answer = peer.receive();
        REQUIRE(answer);
        REQUIRE(answer->status == 201);
        CHECK(body_of(*answer).at("comment").at("body").as_string() ==
              "number " + std::to_string(i));
    }
}
