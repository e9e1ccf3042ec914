#include <catch2/catch.hpp>
#include <http/route_table.hpp>

namespace {

using namespace cleave;
using namespace cleave::http;

route some_route(verb method, std::string path, policy access = policy::anyone) {
    route r;
    r.method = method;
    r.path = std::move(path);
    r.access = access;
    return r;
}

}  // namespace

TEST_CASE("a route that does not say who may call does not start") {
    route_table table;
    const route_list silent{some_route(verb::get, "/a", policy::unset)};
    CHECK_THROWS_WITH(table.add("posts", silent), Catch::Contains("posts") &&
                                                      Catch::Contains("/a") &&
                                                      Catch::Contains("who may call"));
}

TEST_CASE("two modules cannot have the same route") {
    route_table table;
    table.add("posts", {some_route(verb::get, "/a/{x}")});
    CHECK_THROWS_AS(table.add("comments", {some_route(verb::get, "/a/{y}")}),
                    std::invalid_argument);
    CHECK_NOTHROW(table.add("comments", {some_route(verb::post, "/a/{y}")}));
}

TEST_CASE("a route table travels as data and stays the same") {
    route_table table;
    auto post = some_route(verb::post, "/a/{id:int}", policy::user);
    post.kind = method_kind::command;
    post.body_bytes_max = 4096;
    post.least = role::moderator;
    post.streaming = true;
    table.add("posts", {some_route(verb::get, "/a"), post});
    table.add("users", {some_route(verb::del, "/b", policy::optional_user)});
    const auto sent = to_rows(table);
    const auto got = decode<route_registration>(encode(sent));
    REQUIRE(got.has_value());
    CHECK(got->modules == sent.modules);
    const auto routes = from_rows(got->modules.at(0));
    REQUIRE(routes.size() == 2);
    CHECK(routes[1].method == verb::post);
    CHECK(routes[1].path == "/a/{id:int}");
    CHECK(routes[1].access == policy::user);
    CHECK(routes[1].kind == method_kind::command);
    CHECK(routes[1].body_bytes_max == 4096);
    CHECK(routes[1].least == role::moderator);
    CHECK(routes[0].least == role::reader);
    CHECK(routes[1].streaming);
    CHECK_FALSE(routes[0].streaming);
}

TEST_CASE("a release that knows no roles can still tell its routes") {
    const auto got = decode<module_routes>(
        R"({"module":"a","routes":[{"method":"get","path":"/a","access":"user","kind":"query",)"
        R"("body_bytes_max":0}]})");
    REQUIRE(got.has_value());
    CHECK(from_rows(*got).at(0).least == role::reader);
}

TEST_CASE("a route in words of another release is left out, and no other") {
    const auto row = [](const std::string& path, const std::string& method,
                        const std::string& access, const std::string& kind,
                        const std::string& more = {}) {
        return R"({"path":")" + path + R"(","method":")" + method + R"(","access":")" + access +
               R"(","kind":")" + kind + R"(","body_bytes_max":0)" + more + "}";
    };
    const auto got = decode<module_routes>(
        R"({"module":"a","since":"later","routes":[)" + row("/verb", "query", "user", "query") +
        "," + row("/access", "get", "paying_user", "query") + "," +
        row("/unset", "get", "unset", "query") + "," + row("/kind", "get", "user", "stream") + "," +
        row("/least", "get", "user", "query", R"(,"least":"owner")") + "," +
        row("/known", "get", "user", "query", R"(,"cache_ms":5)") + "]}");
    REQUIRE(got.has_value());
    const auto routes = from_rows(*got);
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].path == "/known");
}

TEST_CASE("a route may ask for a role, of users alone") {
    route_table table;
    auto r = some_route(verb::get, "/admin", policy::optional_user);
    r.least = role::admin;
    CHECK_THROWS_WITH(table.add("users", {r}), Catch::Contains("/admin"));
    r.access = policy::user;
    CHECK_NOTHROW(table.add("users", {r}));

    CHECK(check_caller(r, {}).error().code == errc::unauthenticated);
    CHECK(check_caller(r, {1, 1, role::admin}).has_value());
    for (const auto less : {role::reader, role::author, role::moderator})
        CHECK(check_caller(r, {1, 1, less}).error() ==
              problem{errc::forbidden, "role", "forbidden", std::nullopt});
    CHECK(check_caller(some_route(verb::get, "/a"), {}).has_value());
}
