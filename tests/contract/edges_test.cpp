// What no module does in earnest: throw, answer nonsense, or be nowhere.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <contract/proxy.hpp>
#include <future>
#include <http/call_service.hpp>
#include <support/run_coroutine.hpp>

namespace {

using namespace cleave;

struct text {
    std::string value{};
};
BOOST_DESCRIBE_STRUCT(text, (), (value))

class echo_api {
public:
    static constexpr const char* module_name = "echo";
    virtual ~echo_api() = default;
    virtual task<text> say(query_context, text) = 0;
    virtual task<text> change(command_context, text) = 0;
};
BOOST_DESCRIBE_STRUCT(echo_api, (), (say, change))

class echo_module final : public echo_api {
public:
    int changes = 0;
    task<text> say(query_context, text t) override {
        if (t.value == "throw") throw std::runtime_error("database disk image is malformed");
        co_return t;
    }
    task<text> change(command_context, text t) override {
        ++changes;
        co_return t;
    }
};

class echo_proxy final : public proxy_of<echo_api> {
public:
    using proxy_of::proxy_of;
    task<text> say(query_context c, text r) override {
        return call<&echo_api::say>(c, std::move(r));
    }
    task<text> change(command_context c, text r) override {
        return call<&echo_api::change>(c, std::move(r));
    }
};

// Answers everything with the same reply.
class stubborn_channel final : public channel {
public:
    explicit stubborn_channel(reply always) : always_(std::move(always)) {}
    task<reply> send(outgoing_call) override { co_return always_; }

private:
    reply always_;
};

constexpr const char* internal_problem =
    R"({"code":"internal","subject":"server","detail":"internal error","pointer":null})";

result<text> say(echo_api& echo, std::string words) {
    return test::run_coroutine(echo.say(query_context{}, text{std::move(words)}));
}

result<text> change(echo_api& echo, std::string words) {
    return test::run_coroutine(echo.change(command_context{}, text{std::move(words)}));
}

}  // namespace

TEST_CASE("nothing thrown inside a module leaves it, nor what it said") {
    echo_module module;
    serialized_channel wire(make_call_handler<echo_api>(module));
    echo_proxy direct(module), serialized(wire);
    for (echo_api* echo : {static_cast<echo_api*>(&direct), static_cast<echo_api*>(&serialized)}) {
        CHECK(say(*echo, "hello")->value == "hello");
        CHECK(encode(say(*echo, "throw").error()) == internal_problem);
    }
}

TEST_CASE("a peer that cannot even fail properly counts as lost") {
    const std::vector<reply> nonsense = {
        {200, "not JSON"}, {200, R"({"value":7})"}, {500, "<html>"}, {503, ""}};
    for (const reply& bad : nonsense) {
        INFO(bad.status << " " << bad.body);
        stubborn_channel wire(bad);
        echo_proxy echo(wire);
        CHECK(say(echo, "x").error().code == errc::not_executed);
        CHECK(change(echo, "x").error().code == errc::outcome_unknown);
    }
}

TEST_CASE("an unknown method is not found") {
    echo_module module;
    incoming_call call;
    call.method = "no_such_method";
    call.body = "{}";
    const auto handler = make_call_handler<echo_api>(module);
    const auto answer = test::run_coroutine(handler(std::move(call)));
    CHECK(answer.status == 404);
}

TEST_CASE("a request that cannot be read names its field and reaches no module") {
    echo_module module;
    const auto handler = make_call_handler<echo_api>(module);
    incoming_call call;
    call.method = "change";
    call.body = R"({"value":[]})";
    const auto answer = test::run_coroutine(handler(std::move(call)));
    CHECK(answer.status == 422);
    CHECK(answer.body == R"({"code":"invalid_argument","subject":"value",)"
                         R"("detail":"must be a string","pointer":"/value"})");
    CHECK(module.changes == 0);
}

TEST_CASE("divergence: only a remote module can be unavailable") {
    io_threads threads(1);
    // A port that nobody listens on: bound, read and closed again.
    const auto free = http::listen_on(http::parse_endpoint("127.0.0.1:0"));
    const auto nowhere = http::local_endpoint(free.get());
    http::upstream peer("nowhere", threads, nowhere);
    peer.set_down("nowhere", true);
    const http::credentials credentials{{}, &system_clock()};
    http::remote_channel wire(peer, credentials);
    echo_proxy echo(wire);
    std::promise<result<text>> answered;
    const auto ask = [&]() -> async<void> {
        const text words{"x"};
        const command_context nobody;
        answered.set_value(co_await echo.change(nobody, words));
    };
    asio::co_spawn(threads.context(0), ask(), asio::detached);
    threads.start();
    CHECK(answered.get_future().get().error().code == errc::not_executed);
}
