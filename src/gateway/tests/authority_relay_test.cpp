#include <base/timer.hpp>

#include "two_processes.hpp"

namespace cleave::gateway::test {

namespace {

// A module that ends its caller's session, and one that tells who calls, for ever.
http::route_list routes() {
    const auto logout = [](http::request& r) -> async<http::response> {
        http::response out;
        out.status = 204;
        authority_changed ended;
        ended.user_id = r.context.caller.user_id;
        ended.ended_session = r.context.caller.session_id;
        ended.until = {system_clock().now().unix_ms + 60'000};
        out.authority = encode(ended);
        co_return out;
    };
    const auto who = [](http::request& r) -> async<http::response> {
        http::response out;
        out.body = std::to_string(r.context.caller.user_id);
        co_return out;
    };
    const auto stream = [](http::request&) -> async<http::response> {
        http::response out;
        out.stream = [](http::body_stream& to) -> async<void> {
            steady_timer pause(co_await asio::this_coro::executor);
            while (!to.closed()) {
                co_await to.write("here ");
                pause.expires_after(std::chrono::milliseconds(5));
                co_await pause.async_wait(use_async_tuple);
            }
        };
        co_return out;
    };
    const auto of_users = [](http::verb method, std::string path, http::handler handler) {
        return http::route{
            .method = method,
            .path = std::move(path),
            .access = http::policy::user,
            .kind = method == http::verb::post ? method_kind::command : method_kind::query,
            .body_bytes_max = 0,
            .handler = std::move(handler)};
    };
    http::route_list out{of_users(http::verb::post, "/logout", logout),
                         of_users(http::verb::get, "/who", who),
                         of_users(http::verb::get, "/stream", stream)};
    out.back().streaming = true;
    return out;
}

async<result<http::client_response>> send(http::client& c, http::verb method, std::string target,
                                          std::string token) {
    http::client_request ask;
    ask.method = method;
    ask.target = std::move(target);
    ask.headers = "Authorization: Token " + token + "\r\n";
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    co_return co_await c.send(ask, deadline);
}

async<result<http::opened_response>> open(http::client& c, std::string target, std::string token) {
    http::client_request ask;
    ask.target = std::move(target);
    ask.headers = "Authorization: Token " + token + "\r\n";
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    co_return co_await c.open(ask, deadline);
}

// On the thread that it belongs to.
async<bool> close(std::unique_ptr<http::incoming_stream> stream) {
    stream.reset();
    co_return true;
}

struct split : two_processes {
    split() : two_processes(routes()) {}

    std::string token(std::uint64_t session) const {
        return signer.sign({7, session, role::author}, system_clock().now(), std::chrono::hours(1));
    }
    http::client_response ask(http::verb method, std::string target, std::string token) {
        auto answer = run(send(*client, method, std::move(target), std::move(token)));
        REQUIRE(answer);
        return std::move(*answer);
    }
};

}  // namespace

TEST_CASE("what an answer says of authority holds for the next request, and is nobody else's") {
    split s;
    CHECK(s.ask(http::verb::get, "/who", s.token(1)).body == "7");
    const auto ended = s.ask(http::verb::post, "/logout", s.token(1));
    CHECK(ended.status == 204);
    CHECK(ended.authority.empty());
    CHECK(ended.headers.find("Authority") == std::string::npos);
    CHECK(s.ask(http::verb::get, "/who", s.token(1)).status == 401);
    CHECK(s.ask(http::verb::get, "/who", s.token(2)).status == 200);
}

TEST_CASE("a stream ends when its listener's session does") {
    split s;
    auto opened = s.run(open(*s.client, "/stream", s.token(1)));
    REQUIRE(opened);
    REQUIRE(opened->body);
    CHECK(s.run(opened->body->read())->starts_with("here"));
    CHECK(s.ask(http::verb::post, "/logout", s.token(1)).status == 204);
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    bool ended = false;
    while (!ended && std::chrono::steady_clock::now() < limit) {
        const auto piece = s.run(opened->body->read());
        REQUIRE(piece);
        ended = piece->empty();
    }
    CHECK(ended);
    s.run(close(std::move(opened->body)));
}

}  // namespace cleave::gateway::test
