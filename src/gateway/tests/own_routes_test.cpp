// An edge without a gateway before it, and how often somebody may ask.
#include "two_processes.hpp"

namespace cleave::gateway::test {

namespace {

http::route says(std::string path, http::policy access = http::policy::anyone) {
    http::route out;
    out.path = std::move(path);
    out.access = access;
    out.handler = [](http::request&) -> async<http::response> {
        http::response r;
        r.body = "{}";
        co_return r;
    };
    return out;
}

edge_settings limited(bool from_loopback) {
    edge_settings out;
    out.users = {
        .requests_per_second_max = 1, .requests_burst_max = 3, .from_loopback = from_loopback};
    return out;
}

struct logged_in : two_processes {
    explicit logged_in(edge_settings settings)
        : two_processes({says("/api/far", http::policy::optional_user)}, std::move(settings),
                        {says("/api/near", http::policy::user)}) {}

    std::string as(std::int64_t user) const {
        return "Authorization: Token " +
               signer.sign({user, 1, role::author}, system_clock().now(), std::chrono::hours(1)) +
               "\r\n";
    }
};

}  // namespace

TEST_CASE("without a gateway a module's routes are answered where it runs, and nowhere else") {
    two_processes s({says("/api/far/{name}"), says("/api/shared")}, {}, {says("/api/near")}, true);
    CHECK(s.get("/api/near").status == 200);
    // It is somewhere, so not 404; and it may be asked for elsewhere, whatever the method.
    const auto far = s.get("/api/far/x");
    CHECK(far.status == 421);
    CHECK(far.body ==
          R"({"errors":{"path":["is answered by module, which runs in another process"]}})");
    CHECK(far.headers.find("Access-Control-Allow-Origin: *") != std::string::npos);
    CHECK(s.get("/api/far/x", "", http::verb::post).status == 405);
    CHECK(s.get("/api/none").status == 404);
    const auto routes = s.get("/api/openapi.json").body;
    CHECK(routes.find("/api/near") != std::string::npos);
    CHECK(routes.find("/api/far") == std::string::npos);
    // It does not wait for the others.
    s.other->reached = false;
    CHECK(s.get("/api/none").status == 404);
    CHECK(s.get("/api/near").status == 200);
}

TEST_CASE("a user who asks too often is told so, wherever his requests go, and nobody else") {
    logged_in s(limited(true));
    const auto one = s.as(1), other = s.as(2);
    // A slow machine may get more than the burst.
    int answered = 0;
    auto refused = s.get("/api/near", one);
    for (; refused.status == 200 && answered < 1'000; ++answered)
        refused = s.get(answered % 2 == 0 ? "/api/far" : "/api/near", one);
    CHECK(answered >= 3);
    REQUIRE(refused.status == 429);
    CHECK(refused.body == R"({"errors":{"rate":["exceeded"]}})");
    CHECK(refused.headers.find("Retry-After: 1") != std::string::npos);
    CHECK(s.get("/api/near", other).status == 200);
    // Who does not say who he is counts by his address alone.
    for (int i = 0; i < 10; ++i) CHECK(s.get("/api/far").status == 200);
    s.front->limit_users({});
    for (int i = 0; i < 10; ++i) CHECK(s.get("/api/far", one).status == 200);
}

TEST_CASE("a user on this machine is not limited, unless it is said") {
    logged_in s(limited(false));
    for (int i = 0; i < 20; ++i) CHECK(s.get("/api/near", s.as(1)).status == 200);
}

}  // namespace cleave::gateway::test
