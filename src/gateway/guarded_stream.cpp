#include <base/timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gateway/guarded_stream.hpp>

namespace cleave::gateway {

namespace {

class guarded_stream final : public http::body_stream {
public:
    explicit guarded_stream(http::body_stream& inner) : inner_(inner) {
        inner_.when_closed([this] { tell(); });
    }
    // Nobody may call back what is gone.
    ~guarded_stream() {
        inner_.when_closed([] {});
    }
    guarded_stream(const guarded_stream&) = delete;

    async<bool> write(std::string piece) override {
        if (over_) co_return false;
        co_return co_await inner_.write(std::move(piece));
    }
    bool closed() const override { return over_ || inner_.closed(); }
    void when_closed(std::function<void()> call) override {
        call_ = std::move(call);
        if (closed()) tell();
    }
    void abort() override { inner_.abort(); }

    void end() {
        over_ = true;
        tell();
    }

private:
    void tell() {
        if (const auto call = std::exchange(call_, nullptr)) call();
    }

    http::body_stream& inner_;
    std::function<void()> call_;
    bool over_ = false;
};

// On the stream's thread, and for as long as it runs.
struct watch {
    explicit watch(const executor& thread, guarded_stream& what) : next(thread), stream(&what) {}
    steady_timer next;
    guarded_stream* stream;
};

async<void> keep_looking(std::shared_ptr<watch> on, std::function<bool()> still_welcome) {
    while (on->stream) {
        on->next.expires_after(stream_guard_interval);
        co_await on->next.async_wait(use_async_tuple);
        if (!on->stream) co_return;
        if (!still_welcome()) {
            on->stream->end();
            co_return;
        }
    }
}

async<void> run(http::stream_function& stream, std::function<bool()> still_welcome,
                http::body_stream& to) {
    const executor thread = co_await asio::this_coro::executor;
    guarded_stream guarded(to);
    const auto on = std::make_shared<watch>(thread, guarded);
    asio::co_spawn(thread, keep_looking(on, std::move(still_welcome)), asio::detached);
    std::exception_ptr thrown;
    try {
        co_await stream(guarded);
    } catch (...) {
        thrown = std::current_exception();
    }
    on->stream = nullptr;
    on->next.cancel();
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace

http::stream_function guarded(http::stream_function stream, std::function<bool()> still_welcome) {
    return [stream = std::move(stream), still_welcome = std::move(still_welcome)](
               http::body_stream& to) mutable { return run(stream, std::move(still_welcome), to); };
}

}  // namespace cleave::gateway
