#include <catch2/catch.hpp>
#include <http/routing/router.hpp>

namespace cleave::http::test {

namespace {

using outcome = router::match::outcome;
using Catch::Contains;

struct lookup : router::match {
    lookup(const router& r, verb method, std::string_view path) {
        req.method = method;
        req.target = path;
        req.path = req.target;
        static_cast<match&>(*this) = r.find(req);
    }
    std::string params() const {
        std::string out;
        for (const auto& [name, value] : req.params) out += std::string(name) + "=" + value + ";";
        return out;
    }
    request req;
};

// Where a route is known by its value.
long value_of(const router& r, verb method, std::string_view path) {
    const lookup l(r, method, path);
    return l.is == outcome::found ? long(l.value) : -1;
}

router blog() {
    router r;
    r.add(verb::get, "/api/articles", 1);
    r.add(verb::post, "/api/articles", 2);
    r.add(verb::get, "/api/articles/{slug}", 3);
    r.add(verb::get, "/api/articles/feed", 4);
    r.add(verb::put, "/api/articles/{slug}", 5);
    r.add(verb::get, "/api/articles/{slug}/comments", 6);
    r.add(verb::del, "/api/articles/{slug}/comments/{id:int}", 7);
    r.add(verb::get, "/", 8);
    r.add(verb::get, "/api/articles/{other}/raw", 9);
    return r;
}

}  // namespace

TEST_CASE("router: literals, parameters and their precedence") {
    const router r = blog();
    CHECK(value_of(r, verb::get, "/api/articles") == 1);
    CHECK(value_of(r, verb::post, "/api/articles") == 2);
    CHECK(value_of(r, verb::get, "/api/articles/feed") == 4);
    CHECK(value_of(r, verb::get, "/api/articles/feeds") == 3);
    CHECK(value_of(r, verb::get, "/") == 8);
    const lookup article(r, verb::get, "/api/articles/how-to");
    CHECK(article.value == 3);
    CHECK(article.params() == "slug=how-to;");
    const lookup comment(r, verb::del, "/api/articles/a/comments/42");
    CHECK(comment.value == 7);
    CHECK(comment.params() == "slug=a;id=42;");
    CHECK(comment.req.param("slug") == "a");
    CHECK(comment.req.param_int("id") == 42);
    CHECK_THROWS_AS(comment.req.param("nothing"), std::logic_error);
    CHECK_THROWS_AS(comment.req.param_int("slug"), std::logic_error);
    // A template's own names, although it shares its nodes with others.
    CHECK(lookup(r, verb::get, "/api/articles/x/raw").params() == "other=x;");
}

TEST_CASE("router: a literal that leads nowhere gives way to a parameter") {
    const router r = blog();
    const lookup l(r, verb::get, "/api/articles/feed/comments");
    CHECK(l.value == 6);
    CHECK(l.params() == "slug=feed;");
    // "feed" has no PUT of its own.
    CHECK(value_of(r, verb::put, "/api/articles/feed") == 5);
}

TEST_CASE("router: what matches nothing") {
    const router r = blog();
    for (const auto* path : {"/api", "/api/", "/api/articles/", "//api/articles", "/api//articles",
                             "/api/articles/a/", "/api/articles//comments", "", "api/articles",
                             "/API/articles", "/api/articles/a/comments/", "/api/articles/a/b"}) {
        INFO(path);
        CHECK(lookup(r, verb::get, path).is == outcome::no_path);
    }
    for (const auto* id : {"x", "4x", "", "+4", " 4", "4.0", "0x4", "9223372036854775808"})
        CHECK(lookup(r, verb::del, "/api/articles/a/comments/" + std::string(id)).is ==
              outcome::no_path);
    CHECK(value_of(r, verb::del, "/api/articles/a/comments/-9223372036854775808") == 7);
}

TEST_CASE("router: another method is 405 with Allow") {
    const router r = blog();
    const lookup l(r, verb::del, "/api/articles");
    CHECK(l.is == outcome::no_method);
    CHECK(l.allow == "GET, POST");
    CHECK(lookup(r, verb::patch, "/api/articles/feed").allow == "GET, PUT");
    CHECK(lookup(r, verb::get, "/api/articles/a/comments/1").allow == "DELETE");
    CHECK(lookup(r, verb::options, "/").allow == "GET");
}

TEST_CASE("router: HEAD finds GET") {
    router r = blog();
    CHECK(value_of(r, verb::head, "/api/articles/x") == 3);
    r.add(verb::head, "/api/articles/{slug}", 33);
    CHECK(value_of(r, verb::head, "/api/articles/x") == 33);
    CHECK(value_of(r, verb::head, "/api/articles/feed") == 4);
}

TEST_CASE("router: segments are percent-decoded") {
    const router r = blog();
    CHECK(lookup(r, verb::get, "/api/articles/a%20b%2Fc").params() == "slug=a b/c;");
    CHECK(lookup(r, verb::get, "/api/articles/%EB%8C%93%EA%B8%80").params() == "slug=댓글;");
    CHECK(lookup(r, verb::get, "/api/articles/a+b").params() == "slug=a+b;");
    CHECK(value_of(r, verb::get, "/api/%61rticles") == 1);
    CHECK(value_of(r, verb::get, "/api/articles/f%65ed") == 4);
    CHECK(value_of(r, verb::del, "/api/articles/a/comments/%34%32") == 7);
    for (const auto* bad : {"%", "%4", "%zz", "a%2", "%ff", "%C0%AF", "%ED%A0%80"})
        CHECK(lookup(r, verb::get, "/api/articles/" + std::string(bad)).is == outcome::no_path);
}

TEST_CASE("router: overlaps are refused, and both are named") {
    router r = blog();
    CHECK_THROWS_WITH(r.add(verb::get, "/api/articles/{x}", 0),
                      Contains("GET /api/articles/{x}") && Contains("GET /api/articles/{slug}"));
    CHECK_THROWS_WITH(r.add(verb::get, "/api/articles/{x:int}", 0),
                      Contains("{x:int}") && Contains("{slug}"));
    CHECK_THROWS_WITH(r.add(verb::get, "/api/articles/{x:int}/comments", 0),
                      Contains("{x:int}/comments") && Contains("{slug}/comments"));
    CHECK_THROWS_AS(r.add(verb::del, "/api/articles/{a}/comments/{b}", 0), std::invalid_argument);
    CHECK_THROWS_AS(r.add(verb::get, "/api/articles", 0), std::invalid_argument);
    CHECK_THROWS_AS(r.add(verb::get, "/", 0), std::invalid_argument);
    CHECK_NOTHROW(r.add(verb::patch, "/api/articles/{x}", 0));
    CHECK_NOTHROW(r.add(verb::get, "/api/articles/{x:int}/likes", 0));
    CHECK(value_of(r, verb::get, "/api/articles/7") == 3);
    CHECK(value_of(r, verb::get, "/api/articles/7/likes") == 0);
    CHECK(value_of(r, verb::get, "/api/articles/seven/likes") == -1);
    CHECK(value_of(r, verb::get, "/api/articles/7/comments") == 6);
}

TEST_CASE("router: malformed templates are refused") {
    router r;
    for (const auto* path :
         {"",        "a",    "/a/",         "//",      "/a//b",    "/{",
          "/}",      "/{}",  "/{a",         "/a}",     "/x{a}",    "/{a}x",
          "/{a}{b}", "/{A}", "/{a:string}", "/{:int}", "/{a}/{a}", "/{a:int}/{a}",
          "/a%20b",  "/a b", "/a?b",        "/a#b"}) {
        INFO(path);
        CHECK_THROWS_AS(r.add(verb::get, path, 0), std::invalid_argument);
    }
    CHECK_THROWS_WITH(r.add(route{.method = verb::get, .path = "/a"}, 0),
                      Contains("GET /a") && Contains(".access"));
    CHECK_NOTHROW(r.add(route{.method = verb::get, .path = "/a", .access = policy::anyone}, 0));
}

TEST_CASE("query parameters") {
    request r;
    r.target = "/a?tag=c%2B%2B&author=a+b&empty=&flag&tag=second&na%6De=x&bad=%zz%f&utf=%ff%41&&=v";
    r.query = std::string_view(r.target).substr(3);
    CHECK(r.query_param("tag") == "c++");
    CHECK(r.query_param("author") == "a b");
    CHECK(r.query_param("empty") == "");
    CHECK(r.query_param("flag") == "");
    CHECK(r.query_param("name") == "x");
    CHECK(r.query_param("bad") == "%zz%f");
    CHECK(r.query_param("utf") ==
          "\xef\xbf\xbd"
          "A");
    CHECK_FALSE(r.query_param("ta"));
    CHECK_FALSE(r.query_param("tagg"));
    r.query = {};
    CHECK_FALSE(r.query_param("tag"));
}

TEST_CASE("query integers") {
    request r;
    const auto limit = [&](std::string query) {
        r.target = std::move(query);
        r.query = r.target;
        return r.query_int("limit", 20, 1, 100);
    };
    CHECK(limit("") == 20);
    CHECK(limit("limit=5") == 5);
    CHECK(limit("limit=100") == 100);
    CHECK(limit("limit=101") == 100);
    CHECK(limit("limit=99999999999999999999") == 100);
    CHECK(limit("limit=-99999999999999999999") == 20);
    for (const auto* bad : {"limit=", "limit=x", "limit=5x", "limit=0", "limit=-1", "limit=+5",
                            "limit=5.0", "limit=%00", "limit=1e3"})
        CHECK(limit(bad) == 20);
}

TEST_CASE("problems become responses") {
    const response gone = problem_response({errc::not_found, "article", "not found", {}});
    CHECK(gone.status == 404);
    CHECK(gone.body == R"({"errors":{"article":["not found"]}})");
    CHECK(gone.content_type == json_type);
    CHECK(gone.headers.empty());
    CHECK(problem_response({errc::invalid_argument, "a\"b", "can't be\n", {}}).body ==
          R"({"errors":{"a\"b":["can't be\n"]}})");
    for (const auto code : {errc::rate_limited, errc::not_executed})
        CHECK(problem_response({code, "a", "b", {}}).headers == "Retry-After: 1\r\n");
    CHECK(problem_response({errc::unauthenticated, "token", "is missing", {}}).headers ==
          "WWW-Authenticate: Token\r\n");
    CHECK(problem_response({errc::outcome_unknown, "a", "b", {}}).headers.empty());
}

}  // namespace cleave::http::test
