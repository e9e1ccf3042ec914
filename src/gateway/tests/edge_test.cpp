#include <boost/json.hpp>

#include "two_processes.hpp"

namespace cleave::gateway::test {

namespace {

using http::verb;

bool has(const http::client_response& r, std::string_view line) {
    return r.headers.find(std::string(line) + "\r\n") != std::string::npos;
}

bool names(const http::client_response& r, std::string_view field) {
    return r.headers.find(std::string(field) + ": ") != std::string::npos;
}

std::string etag_of(const http::client_response& r) {
    const auto at = r.headers.find("ETag: ");
    return at == std::string::npos ? ""
                                   : r.headers.substr(at + 6, r.headers.find('\r', at) - at - 6);
}

http::route says(std::string path, std::string body, std::string headers = {}) {
    http::route out;
    out.path = std::move(path);
    out.access = http::policy::anyone;
    out.handler = [body, headers](http::request&) -> async<http::response> {
        http::response r;
        r.body = body;
        r.headers = headers;
        co_return r;
    };
    return out;
}

const std::string large = "[\"" + std::string(3000, 'a') + "\"]";

// The same routes here and in the other process.
struct both : two_processes {
    explicit both(edge_settings settings = {})
        : two_processes({says("/api/far/small", "{}"), says("/api/far/large", large),
                         says("/api/far/secret", large, "Cache-Control: no-store\r\n")},
                        std::move(settings),
                        {says("/api/near/small", "{}"), says("/api/near/large", large),
                         says("/api/near/secret", large, "Cache-Control: no-store\r\n")}) {}
};

edge_settings only_from(std::string origin) {
    edge_settings out;
    out.cors_origins = {std::move(origin)};
    return out;
}

constexpr std::string_view preflight =
    "Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: authorization\r\n";

}  // namespace

TEST_CASE("CORS: any origin, unless it is said which") {
    both any;
    for (const std::string path : {"/api/near/small", "/api/far/small", "/api/none", "/healthz"}) {
        CAPTURE(path);
        const auto asked = any.get(path, "Origin: https://a.example\r\n");
        CHECK(has(asked, "Access-Control-Allow-Origin: *"));
        CHECK(has(asked,
                  "Access-Control-Expose-Headers: ETag, Retry-After, Server-Timing, X-Request-Id"));
        const auto unasked = any.get(path);
        CHECK(has(unasked, "Access-Control-Allow-Origin: *"));
        CHECK_FALSE(names(unasked, "Access-Control-Expose-Headers"));
    }
    // What the server refuses before the edge sees it can be read by the page all the same.
    CHECK(has(any.get("/api/near/small", "Origin: https://a\r\nHost: a b\r\n"),
              "Access-Control-Allow-Origin: *"));

    both some(only_from("https://a.example"));
    const auto allowed = some.get("/api/none", "Origin: https://a.example\r\n");
    CHECK(allowed.status == 404);
    CHECK(has(allowed, "Access-Control-Allow-Origin: https://a.example"));
    CHECK(has(allowed, "Vary: Origin"));
    for (const std::string headers : {"Origin: https://b.example\r\n", "Origin: null\r\n", ""}) {
        const auto other = some.get("/api/near/small", headers);
        CHECK(other.status == 200);
        CHECK_FALSE(names(other, "Access-Control-Allow-Origin"));
        CHECK(has(other, "Vary: Origin"));
    }
}

TEST_CASE("CORS: a browser asks first") {
    both any;
    const auto yes =
        any.get("/api/far/small", "Origin: https://a\r\n" + std::string(preflight), verb::options);
    CHECK(yes.status == 204);
    CHECK(has(yes, "Access-Control-Allow-Origin: *"));
    CHECK(has(yes, "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, DELETE"));
    CHECK(has(yes,
              "Access-Control-Allow-Headers: Authorization, Content-Type, Idempotency-Key, "
              "Last-Event-ID"));
    CHECK(names(yes, "Access-Control-Max-Age"));
    // OPTIONS is nothing else.
    CHECK(any.get("/api/far/small", "", verb::options).status == 405);

    both some(only_from("https://a.example"));
    CHECK(some.get("/x", "Origin: https://a.example\r\n" + std::string(preflight), verb::options)
              .status == 204);
    const auto no =
        some.get("/x", "Origin: https://b.example\r\n" + std::string(preflight), verb::options);
    CHECK(no.status == 403);
    CHECK_FALSE(names(no, "Access-Control-Allow-Origin"));
}

TEST_CASE("CORS: an origin is written as browsers write it") {
    CHECK_NOTHROW(cors({"https://a.example", "http://localhost:3000", "capacitor://localhost"}));
    for (const std::string wrong : {"a.example", "https://a.example/", "*", "https://", "https://A",
                                    "https://a.example, https://b", "://a", "https://a\r\nX: y"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(cors({wrong}), std::invalid_argument);
    }
}

TEST_CASE("an answer that the client has is 304, here and elsewhere") {
    both s;
    for (const std::string path : {"/api/near/small", "/api/far/large"}) {
        CAPTURE(path);
        const auto first = s.get(path);
        const std::string etag = etag_of(first);
        CHECK(first.status == 200);
        REQUIRE(etag.starts_with("W/\""));
        const auto known = s.get(path, "If-None-Match: \"x\"\r\nIf-None-Match: " + etag + "\r\n");
        CHECK(known.status == 304);
        CHECK(known.body.empty());
        CHECK(etag_of(known) == etag);
        CHECK(has(known, "Access-Control-Allow-Origin: *"));
        const auto head = s.get(path, "If-None-Match: " + etag + "\r\n", verb::head);
        CHECK(head.status == 304);
        CHECK(s.get(path, "If-None-Match: W/\"0\"\r\n").status == 200);
        CHECK(etag_of(s.get(path, "", verb::head)) == etag);
    }
    // The same wherever it runs.
    CHECK(etag_of(s.get("/api/near/large")) == etag_of(s.get("/api/far/large")));
    CHECK_FALSE(names(s.get("/api/none"), "ETag"));
}

TEST_CASE("what is large goes out as gzip where it is asked for") {
    both s;
    for (const std::string where : {"/api/near", "/api/far"}) {
        CAPTURE(where);
        const auto plain = s.get(where + "/large");
        CHECK(plain.body == large);
        CHECK(has(plain, "Vary: Accept-Encoding"));
        const auto packed = s.get(where + "/large", "Accept-Encoding: br, gzip;q=0.5\r\n");
        CHECK(has(packed, "Content-Encoding: gzip"));
        CHECK(has(packed, "Vary: Accept-Encoding"));
        CHECK(packed.body.size() < large.size() / 10);
        CHECK(etag_of(packed) == etag_of(plain));
        CHECK_FALSE(
            names(s.get(where + "/large", "Accept-Encoding: gzip;q=0\r\n"), "Content-Encoding"));
        const auto small = s.get(where + "/small", "Accept-Encoding: gzip\r\n");
        CHECK(small.body == "{}");
        CHECK_FALSE(names(small, "Content-Encoding"));
    }
}

TEST_CASE("an answer with a secret is neither compressed nor tagged") {
    both s;
    for (const std::string where : {"/api/near", "/api/far"}) {
        const auto secret = s.get(where + "/secret", "Accept-Encoding: gzip\r\n");
        CHECK(secret.body == large);
        CHECK_FALSE(names(secret, "Content-Encoding"));
        CHECK_FALSE(names(secret, "ETag"));
        CHECK(has(secret, "Cache-Control: no-store"));
    }
}

TEST_CASE("Server-Timing tells how long it took, and where") {
    both s;
    const auto near = s.get("/api/near/small");
    CHECK(near.headers.find("Server-Timing: total;dur=") != std::string::npos);
    const auto far = s.get("/api/far/small");
    CHECK(far.headers.find("Server-Timing: module;dur=") != std::string::npos);
    CHECK(far.headers.find(", total;dur=") != std::string::npos);
}

TEST_CASE("/ says what runs here, to a person and to a program") {
    both s;
    const auto page = s.get("/", "Accept: text/html,*/*\r\n");
    CHECK(page.content_type == "text/html; charset=utf-8");
    CHECK(page.body.find("<td>here<td>in process <code>gateway</code><td>up") != std::string::npos);
    CHECK(page.body.find("/api/openapi.json") != std::string::npos);
    CHECK(page.body.find("/api/far/small") != std::string::npos);
    const auto data = s.get("/");
    CHECK(data.content_type == http::json_type);
    CHECK(data.body.find(R"({"name":"module","process":"module","down":false})") !=
          std::string::npos);
    CHECK(s.get("/", "", verb::head).status == 200);
    CHECK(s.get("/", "", verb::post).status == 404);
}

TEST_CASE("the routes are an OpenAPI document") {
    auto item = says("/api/items/{slug}/parts/{id:int}", "{}");
    auto change = item;
    change.method = verb::put;
    change.access = http::policy::user;
    change.kind = method_kind::command;
    change.body_bytes_max = 4096;
    two_processes s({item, change});
    const auto r = s.get("/api/openapi.json");
    CHECK(r.status == 200);
    const auto parsed = boost::json::parse(r.body);
    const auto& paths = parsed.at("paths").as_object();
    REQUIRE(paths.size() == 1);
    const auto& path = paths.at("/api/items/{slug}/parts/{id}");
    CHECK(path.at("get").at("security").as_array().empty());
    CHECK(path.at("get").at("tags").at(0) == "module");
    CHECK(path.at("put").at("security").as_array().size() == 1);
    CHECK(path.at("put").at("requestBody").at("description") == "at most 4096 bytes");
    const auto& parameters = path.at("get").at("parameters").as_array();
    REQUIRE(parameters.size() == 2);
    CHECK(parameters.at(0).at("schema").at("type") == "string");
    CHECK(parameters.at(1).at("name") == "id");
    CHECK(parameters.at(1).at("schema").at("type") == "integer");
}

}  // namespace cleave::gateway::test
