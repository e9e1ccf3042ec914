#pragma once
// The templates of writer.hpp.
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cassert>
#include <future>
#include <sqlite/writer.hpp>

namespace cleave::sqlite {

namespace detail {

// Deliver is called with the answer, once.
template <class T, class Deliver>
class typed_job final : public write_job {
public:
    using function = std::move_only_function<result<T>(connection&)>;

    typed_job(function work, Deliver deliver)
        : work_(std::move(work)), deliver_(std::move(deliver)) {}

    bool run(connection& db) override {
        answer_.reset();
        answer_.emplace(work_(db));
        return answer_->has_value();
    }

    void finish(std::optional<problem> overruled) noexcept override {
        if (overruled)
            deliver_(result<T>(std::unexpect, std::move(*overruled)));
        else
            deliver_(std::move(*answer_));
    }

private:
    function work_;
    Deliver deliver_;
    std::optional<result<T>> answer_;
};

// Resumes a coroutine where it came from. Until then its io_context has work, so it keeps running.
template <class T, class Handler>
class resume_on_caller {
public:
    explicit resume_on_caller(Handler handler)
        : work_(asio::make_work_guard(handler)), handler_(std::move(handler)) {}

    // The guard goes along: once the handler has run, the io_context may be gone.
    void operator()(result<T> answer) {
        const auto target = work_.get_executor();
        asio::post(target, [work = std::move(work_), handler = std::move(handler_),
                            answer = std::move(answer)]() mutable {
            std::move(handler)(std::move(answer));
        });
    }

private:
    asio::executor_work_guard<asio::associated_executor_t<Handler>> work_;
    Handler handler_;
};

}  // namespace detail

// Posting, never resuming in place: a job that is refused at once must not answer inside its own
// initiation.
template <class T>
async<result<T>> writer::submit(write_terms terms,
                                std::move_only_function<result<T>(connection&)> job) {
    return asio::async_initiate<const asio::use_awaitable_t<executor>, void(result<T>)>(
        [this, terms](auto handler, std::move_only_function<result<T>(connection&)> work) {
            using resume = detail::resume_on_caller<T, decltype(handler)>;
            auto queued = std::make_unique<detail::typed_job<T, resume>>(
                std::move(work), resume(std::move(handler)));
            queued->begin(terms);
            enqueue(std::move(queued));
        },
        use_async, std::move(job));
}

template <class T>
result<T> writer::submit_blocking(std::move_only_function<result<T>(connection&)> job) {
    assert(!on_own_thread() && "the writer would wait for itself");
    std::promise<result<T>> promise;
    auto answer = promise.get_future();
    auto deliver = [promise = std::move(promise)](result<T> value) mutable {
        promise.set_value(std::move(value));
    };
    enqueue(std::make_unique<detail::typed_job<T, decltype(deliver)>>(std::move(job),
                                                                      std::move(deliver)));
    return answer.get();
}

}  // namespace cleave::sqlite
