// A request is the same one in every process that works on it.
#include "two_processes.hpp"

namespace cleave::gateway::test {

TEST_CASE("the trace of a request that is forwarded arrives, with the id that the edge gave it") {
    http::route_list routes{{.method = http::verb::get,
                             .path = "/api/trace",
                             .access = http::policy::anyone,
                             .handler = [](http::request& r) -> async<http::response> {
                                 http::response out;
                                 out.body = to_traceparent(r.context.trace);
                                 co_return out;
                             }}};
    two_processes both(std::move(routes));
    const auto ask = [&](std::string headers) {
        http::client_request request;
        request.target = "/api/trace";
        request.headers = std::move(headers);
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        auto answer = both.run(both.client->send(request, until));
        REQUIRE(answer);
        REQUIRE(answer->status == 200);
        return answer->body;
    };
    const std::string trace = "0af7651916cd43dd8448eb211c80319c", span = "b7ad6b7169203331";
    const auto part = ask("traceparent: 00-" + trace + "-" + span + "-01\r\n");
    CHECK(part.substr(3, 32) == trace);
    CHECK(part.substr(36, 16) != span);
    const auto alone = ask({});
    CHECK(alone.substr(3, 32) != trace);
    CHECK(alone.substr(3, 32) != std::string(32, '0'));
    CHECK(alone.substr(36, 16) != part.substr(36, 16));
}

}  // namespace cleave::gateway::test
