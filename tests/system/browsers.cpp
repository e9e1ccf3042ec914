// What browsers and caches count on, in every topology: other origins, what they have already,
// compression, a page for a person, and the files of a front end.
#include <catch2/catch.hpp>
#include <fstream>

#include "topology.hpp"

using namespace cleave::test;

namespace {

http_answer ask(blog_client& client, std::string target, std::string headers,
                std::string method = "GET") {
    return client.ask(
        {.method = std::move(method), .target = std::move(target), .headers = std::move(headers)});
}

}  // namespace

TEST_CASE("A page of another origin may call, and read what went wrong") {
    blog_client client(shared_blog().at());
    const std::string origin = "Origin: https://front.example\r\n";
    for (const std::string target : {"/api/articles", "/api/user", "/api/articles/none", "/none"}) {
        CAPTURE(target);
        CHECK(ask(client, target, origin).field("access-control-allow-origin") == "*");
    }
    const auto first =
        ask(client, "/api/articles", origin + "Access-Control-Request-Method: POST\r\n", "OPTIONS");
    CHECK(first.status == 204);
    CHECK(first.field("access-control-allow-methods").find("PUT") != std::string::npos);
    CHECK(first.field("access-control-allow-headers").find("Authorization") != std::string::npos);
}

TEST_CASE("What a client has already is not sent again, and a change is") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client, "cached");
    const auto path = comments_path(publish(client, author, unique_name("Cached")));
    const auto first = ask(client, path, "");
    const auto etag = first.field("etag");
    REQUIRE_FALSE(etag.empty());
    const auto known = ask(client, path, "If-None-Match: " + etag + "\r\n");
    CHECK(known.status == 304);
    CHECK(known.body.empty());
    CHECK(client.post(path, {{"comment", {{"body", "new"}}}}, author.token).status == 201);
    const auto changed = ask(client, path, "If-None-Match: " + etag + "\r\n");
    CHECK(changed.status == 200);
    CHECK(changed.field("etag") != etag);
}

TEST_CASE("A large answer is compressed for who asks, a token never") {
    blog_client client(shared_blog().at());
    const auto author = sign_up(client, "packed");
    const auto made = client.post("/api/articles",
                                  {{"article",
                                    {{"title", unique_name("Packed")},
                                     {"description", "long"},
                                     {"body", std::string(20'000, 'x')}}}},
                                  author.token);
    REQUIRE(made.status == 201);
    const std::string slug = body_of(made).at("article").at("slug").as_string().c_str();
    const auto plain = ask(client, article_path(slug), "");
    const auto packed = ask(client, article_path(slug), "Accept-Encoding: gzip\r\n");
    CHECK(packed.field("content-encoding") == "gzip");
    CHECK(packed.body.size() < plain.body.size() / 10);
    CHECK(packed.field("etag") == plain.field("etag"));
    const auto user =
        ask(client, "/api/user", "Accept-Encoding: gzip\r\n" + authorization(author.token));
    CHECK(user.status == 200);
    CHECK(user.field("content-encoding").empty());
    CHECK(user.field("cache-control") == "no-store");
    CHECK(user.field("etag").empty());
}

TEST_CASE("A compressed body is refused, and each answer says how long it took") {
    blog_client client(shared_blog().at());
    const auto refused = client.ask({.method = "POST",
                                     .target = "/api/users/login",
                                     .headers = "Content-Encoding: gzip\r\n",
                                     .body = "{}"});
    check_error(refused, 415, "content-encoding", "is not supported");
    CHECK(ask(client, "/api/articles", "").field("server-timing").find("total;dur=") !=
          std::string::npos);
}

TEST_CASE("A person finds what runs here, a program the routes") {
    blog_client client(shared_blog().at());
    const auto page = ask(client, "/", "Accept: text/html\r\n");
    CHECK(page.status == 200);
    CHECK(page.field("content-type") == "text/html; charset=utf-8");
    const auto data = body_of(ask(client, "/", ""));
    CHECK(data.at("modules").as_array().size() == known_modules().size());
    const auto routes = body_of(ask(client, "/api/openapi.json", "")).at("paths").as_object();
    CHECK(routes.contains("/api/articles/{slug}/comments"));
    CHECK(routes.contains("/api/user"));
}

TEST_CASE("--web serves a front end beside the API") {
    const scratch_folder folder;
    std::ofstream(folder.path() / "index.html") << "<html>front";
    std::ofstream(folder.path() / "app.js") << "app()";
    std::ofstream(folder.path() / ".env") << "secret";
    auto arguments = topology_arguments();
    arguments.insert(arguments.end(), {"--web", folder.path().string()});
    scratch_blog blog(arguments);
    blog_client client(blog->at());
    CHECK(ask(client, "/", "").body == "<html>front");
    CHECK(ask(client, "/article/some-slug", "").body == "<html>front");
    const auto script = ask(client, "/app.js", "");
    CHECK(script.body == "app()");
    CHECK(script.field("content-type") == "text/javascript; charset=utf-8");
    CHECK(ask(client, "/app.js", "If-None-Match: " + script.field("etag") + "\r\n").status == 304);
    for (const std::string path : {"/.env", "/missing.js", "/api/none", "/../data/users.db"})
        CHECK(ask(client, path, "").status == 404);
    CHECK(ask(client, "/api/articles", "").status == 200);
}
