// Route tables from OpenAPI documents, ours and strangers'.
#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <http/openapi_routes.hpp>

namespace {

using namespace cleave;
using namespace cleave::http;
using Catch::Matchers::Contains;

std::vector<route_row> rows_of(const std::string& paths) {
    return routes_of_openapi("stats", R"({"openapi":"3.1.0","paths":{)" + paths + "}}").routes;
}

route_row only(const std::string& operation, const std::string& method = "post") {
    const auto all = rows_of(fmt::format(R"("/api/a":{{"{}":{{{}}}}})", method, operation));
    REQUIRE(all.size() == 1);
    return all.front();
}

std::string refused(const std::string& document) {
    try {
        routes_of_openapi("stats", document);
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    return "";
}
std::string refused_operation(const std::string& operation) {
    return refused(R"({"paths":{"/api/a":{"get":{)" + operation + "}}}}");
}

}  // namespace

TEST_CASE("a stranger's operation is taken as the safest of what it could mean") {
    const auto get = only("", "get");
    CHECK(get == route_row{"get", "/api/a", "user", "command", 0, {}, {}});
    const auto post = only(R"("requestBody":{"content":{}})");
    CHECK(post == route_row{"post", "/api/a", "user", "command", foreign_body_bytes, {}, {}});
}

TEST_CASE("OpenAPI's own word for who may call counts, and ours before it") {
    CHECK(only(R"("security":[])").access == "anyone");
    CHECK(only(R"("security":[{},{"token":[]}])").access == "optional_user");
    CHECK(only(R"("security":[{"token":[]}])").access == "user");
    CHECK(only(R"("security":"none")").access == "user");
    CHECK(only(R"("security":[],"x-cleave-access":"user")").access == "user");
    CHECK(only(R"("x-cleave-access":"optional_user")").access == "optional_user");
}

TEST_CASE("what our extensions say is what the route is") {
    const auto row = only(R"("x-cleave-access":"user","x-cleave-kind":"query",)"
                          R"("x-cleave-body-bytes-max":4096,"x-cleave-least-role":"moderator",)"
                          R"("x-cleave-streaming":true,"x-somebody-else":1)");
    CHECK(row == route_row{"post", "/api/a", "user", "query", 4096, "moderator", true});
    CHECK(only(R"("x-cleave-least-role":"reader","x-cleave-streaming":false)") ==
          route_row{"post", "/api/a", "user", "command", 0, {}, {}});
}

TEST_CASE("only what is under /api/ is public, and integers in paths are integers") {
    const auto rows = rows_of(
        R"("/rpc/stats/top":{"post":{}},"/metrics":{"get":{}},)"
        R"("/api/a/{id}/{slug}":{"summary":"x","parameters":[{"name":"slug","in":"path",)"
        R"("schema":{"type":"string"}},{"name":"id","in":"query","schema":{"type":"string"}}],)"
        R"("get":{"parameters":[{"name":"id","in":"path","schema":{"type":"integer"}}]},)"
        R"("put":{},"x-note":{}})");
    REQUIRE(rows.size() == 2);
    CHECK((rows[0].method == "get" && rows[0].path == "/api/a/{id:int}/{slug}"));
    CHECK((rows[1].method == "put" && rows[1].path == "/api/a/{id}/{slug}"));
    CHECK(routes_of_openapi("stats", "{}").routes.empty());
}

TEST_CASE("a document that cannot be used is refused whole, and says where it is wrong") {
    CHECK_THAT(refused("{"), Contains("the document: is not valid JSON"));
    CHECK_THAT(refused("[]"), Contains("the document: must be an object"));
    CHECK_THAT(refused(R"({"paths":[]})"), Contains("\"paths\" must be an object"));
    CHECK_THAT(refused(R"({"paths":{"/api/a":1}})"), Contains("/api/a: must be an object"));
    CHECK_THAT(refused(R"({"paths":{"/api/a":{"get":1}}})"), Contains("get /api/a: must be"));
    CHECK_THAT(refused(R"({"paths":{"/api/openapi.json":{"get":{}}}})"),
               Contains("/api/openapi.json: is the gateway's own"));
    CHECK_THAT(refused(R"({"paths":{"/api/{a}":{"get":{}},"/api/{b}":{"get":{}}}})"),
               Contains("overlaps"));
    CHECK_THAT(refused(R"({"paths":{"/api//a":{"get":{}}}})"), Contains("empty segment"));
    CHECK_THAT(refused(std::string(openapi_bytes_max + 1, ' ')), Contains("more than"));
    CHECK_THAT(refused_operation(R"("x-cleave-acces":"user")"),
               Contains("get /api/a: there is no \"x-cleave-acces\""));
    CHECK_THAT(refused_operation(R"("x-cleave-access":"everybody")"),
               Contains("\"x-cleave-access\" must be one of"));
    CHECK_THAT(refused_operation(R"("x-cleave-access":"unset")"), Contains("must say who"));
    CHECK_THAT(refused_operation(R"("x-cleave-kind":1)"), Contains("\"query\", \"command\""));
    for (const auto* bytes : {"-1", "4194305", "1.5", "\"1\""})
        CHECK_THAT(refused_operation(fmt::format(R"("x-cleave-body-bytes-max":{})", bytes)),
                   Contains("must be a number from 0 to 4194304"));
    CHECK_THAT(refused_operation(R"("x-cleave-streaming":1)"), Contains("true or false"));
    CHECK_THAT(refused_operation(R"("x-cleave-least-role":"admin","x-cleave-access":"anyone")"),
               Contains("asks a role of nobody"));
    std::string many;
    for (std::size_t i = 0; i <= foreign_routes_max; ++i)
        many += fmt::format(R"({}"/api/a{}":{{"get":{{}}}})", i == 0 ? "" : ",", i);
    CHECK_THAT(refused(R"({"paths":{)" + many + "}}"), Contains("more than 1000 routes"));
}
