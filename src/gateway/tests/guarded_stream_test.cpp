#include <base/clock.hpp>
#include <base/timer.hpp>
#include <catch2/catch.hpp>
#include <gateway/guarded_stream.hpp>
#include <support/run_coroutine.hpp>

namespace {

using namespace cleave;

// Takes everything, for ever.
class patient_listener final : public http::body_stream {
public:
    std::string heard;
    async<bool> write(std::string piece) override {
        heard += piece;
        co_return true;
    }
    bool closed() const override { return false; }
    void when_closed(std::function<void()> call) override { call_ = std::move(call); }
    void abort() override {}

private:
    std::function<void()> call_;
};

// Says one thing and waits until nobody listens.
async<void> tell(http::body_stream& to) {
    steady_timer never(co_await asio::this_coro::executor, steady_time::max());
    to.when_closed([&never] { never.cancel(); });
    co_await to.write("hello");
    if (!to.closed()) co_await never.async_wait(use_async_tuple);
    co_await to.write("too late");
}

async<void> listen(http::stream_function stream, patient_listener& to) {
    co_await stream(to);
}

}  // namespace

TEST_CASE("a stream ends when its listener is no longer welcome") {
    patient_listener listener;
    int looks = 0;
    auto stream = gateway::guarded(tell, [&looks] { return ++looks < 3; });
    test::run_coroutine(listen(std::move(stream), listener));
    CHECK(looks == 3);
    CHECK(listener.heard == "hello");
}

TEST_CASE("a stream that ends by itself is looked at no more") {
    patient_listener listener;
    int looks = 0;
    const auto brief = [](http::body_stream& to) -> async<void> { co_await to.write("bye"); };
    auto stream = gateway::guarded(brief, [&looks] { return ++looks > 0; });
    test::run_coroutine(listen(std::move(stream), listener));
    CHECK(listener.heard == "bye");
    CHECK(looks == 0);
}
