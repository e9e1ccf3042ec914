#include <time.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <compare/load_engine.hpp>
#include <compare/statistics.hpp>
#include <exception>

namespace cleave::compare {

namespace {

// How late a timeout or a stop may be noticed.
constexpr std::chrono::milliseconds watch_interval{20};

std::int64_t thread_cpu_ns() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

std::int64_t to_ns(steady::duration d) {
    return std::chrono::duration_cast<nanoseconds>(d).count();
}

// What a lane throws is a bug or no memory: run() throws it on.
void rethrow(const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
}

outcome judge(const reply& got, const call& asked) {
    if (got.how == transport::connection_lost) return outcome::connection_lost;
    if (got.how == transport::malformed) return outcome::malformed;
    if (got.status != asked.status) return outcome::wrong_status;
    if (asked.content_is_right && !asked.content_is_right(got.body)) return outcome::wrong_content;
    return outcome::right;
}

}  // namespace

load_engine::load_engine(const load_target& target, const load_window& window,
                         const window_hooks& hooks, const std::atomic<bool>& stop)
    : target_(target), window_(window), hooks_(hooks), stop_(stop), window_timer_(context) {
    for (std::size_t i = 0; i < target.connections; ++i)
        lanes_.push_back(std::make_unique<lane>(connection(context, target.peer)));
}

load_result load_engine::run() {
    running_ = lanes_.size();
    for (auto& mine : lanes_) asio::co_spawn(context, run_lane(*mine), rethrow);
    asio::co_spawn(context, watch_limits(), rethrow);
    context.run();
    std::ranges::sort(lateness_ns);
    result_.generator.lateness_p50_ns = percentile(lateness_ns, 0.5);
    result_.generator.lateness_p90_ns = percentile(lateness_ns, 0.9);
    result_.generator.lateness_p99_ns = percentile(lateness_ns, 0.99);
    return std::move(result_);
}

void load_engine::start() {
    starts_at = steady::now();
    window_begins = starts_at + window_.warm_up;
    window_ends = window_begins + window_.duration;
    if (result_.interrupted) return;
    asio::co_spawn(context, watch_window(), rethrow);
    started();
}

async<void> load_engine::run_lane(lane& mine) {
    mine.deadline = steady::now() + target_.timeout;
    // Where nobody listens, the first request finds that out, and counts it.
    co_await mine.link.open();
    mine.deadline = steady::time_point::max();
    if (++opened_ == lanes_.size()) start();
    while (auto next = co_await next_job()) co_await serve(mine, std::move(*next));
    --running_;
}

async<void> load_engine::serve(lane& mine, job now) {
    const auto deadline = now.intended + target_.timeout;
    if (steady::now() >= deadline) {
        record(now, outcome::timed_out);
        co_return;
    }
    mine.expired = false;
    mine.deadline = deadline;
    const reply got = co_await mine.link.exchange(now.what.bytes);
    mine.deadline = steady::time_point::max();
    record(now, mine.expired ? outcome::timed_out : judge(got, now.what));
}

void load_engine::record(const job& j, outcome how) {
    const auto answered = steady::now();
    if (result_.interrupted || !counts(j.intended, answered)) return;
    result_.samples.push_back({to_ns(answered - j.intended), j.what.kind, how,
                               to_ns(j.intended - window_begins), j.index});
}

async<void> load_engine::watch_window() {
    window_timer_.expires_at(window_begins);
    if (auto [failed] = co_await window_timer_.async_wait(use_async_tuple); failed) co_return;
    hooks_.begins();
    const auto began = steady::now();
    const auto busy_before_ns = thread_cpu_ns();
    window_timer_.expires_at(window_ends);
    if (auto [failed] = co_await window_timer_.async_wait(use_async_tuple); failed) co_return;
    const auto length_ns = static_cast<double>(to_ns(steady::now() - began));
    result_.generator.busy_share =
        static_cast<double>(thread_cpu_ns() - busy_before_ns) / length_ns;
    hooks_.ends();
    result_.window_s = static_cast<double>(window_.duration.count()) * 1e-9;
}

// One walk over all lanes now and then, instead of a timer armed and disarmed for each request.
async<void> load_engine::watch_limits() {
    steady_timer tick(context);
    while (running_ > 0) {
        tick.expires_after(watch_interval);
        co_await tick.async_wait(use_async_tuple);
        if (stop_ && !result_.interrupted) cancel();
        const auto now = steady::now();
        for (auto& mine : lanes_)
            if (result_.interrupted || now >= mine->deadline) {
                mine->expired = true;
                mine->deadline = steady::time_point::max();
                mine->link.close();
            }
    }
}

void load_engine::cancel() {
    result_.interrupted = true;
    window_timer_.cancel();
    cancelled();
}

}  // namespace cleave::compare
