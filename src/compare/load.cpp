#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <cmath>
#include <compare/load.hpp>
#include <compare/load_engine.hpp>
#include <compare/seeded.hpp>
#include <list>

namespace cleave::compare {

namespace {

class open_loop final : public load_engine {
public:
    open_loop(const load_target& target, const load_window& window,
              const std::vector<nanoseconds>& times, const call_source& source,
              const window_hooks& hooks, const std::atomic<bool>& stop)
        : load_engine(target, window, hooks, stop),
          times_(times),
          source_(source),
          timer_(context) {}

private:
    void started() override {
        asio::co_spawn(context, send_in_time(), [](const std::exception_ptr& thrown) {
            if (thrown) std::rethrow_exception(thrown);
        });
    }

    void cancelled() override {
        waiting_.clear();
        finish();
        timer_.cancel();
    }

    bool counts(steady::time_point intended, steady::time_point) const override {
        return in_window(intended);
    }

    async<void> send_in_time() {
        for (std::size_t i = 0; i < times_.size() && !finished_; ++i) {
            // Made ahead of its time, so that the making is not part of the latency.
            job next{starts_at + times_[i], source_(i), i};
            if (steady::now() < next.intended) {
                timer_.expires_at(next.intended);
                co_await timer_.async_wait(use_async_tuple);
                if (finished_) co_return;
            }
            if (in_window(next.intended))
                lateness_ns.push_back(nanoseconds(steady::now() - next.intended).count());
            waiting_.push_back(std::move(next));
            wake_one();
        }
        finish();
    }

    void finish() {
        finished_ = true;
        while (!idle_.empty()) wake_one();
    }

    void wake_one() {
        if (idle_.empty()) return;
        // Who has been idle longest: all connections are used in turn, so none falls asleep and
        // each I/O thread of the system gets its share.
        auto resume = std::move(idle_.front());
        idle_.pop_front();
        asio::post(context, std::move(resume));
    }

    async<std::optional<job>> next_job() override {
        while (waiting_.empty() && !finished_)
            co_await asio::async_initiate<const asio::use_awaitable_t<executor>, void()>(
                [this](auto handler) { idle_.emplace_back(std::move(handler)); }, use_async);
        if (waiting_.empty()) co_return std::nullopt;
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        co_return next;
    }

    const std::vector<nanoseconds>& times_;
    const call_source& source_;
    steady_timer timer_;
    std::deque<job> waiting_{};
    std::deque<std::move_only_function<void()>> idle_{};  // lanes with nothing to do
    bool finished_ = false;
};

class closed_loop : public load_engine {
public:
    closed_loop(const load_target& target, const load_window& window, const call_source& source,
                const window_hooks& hooks, const std::atomic<bool>& stop)
        : load_engine(target, window, hooks, stop), calls(source), go(context) {
        go.expires_at(steady::time_point::max());
    }

protected:
    void started() override { go.cancel(); }
    void cancelled() override {
        finished = true;
        go.cancel();
    }
    bool counts(steady::time_point, steady::time_point answered) const override {
        return in_window(answered);
    }

    async<std::optional<job>> next_job() override {
        co_await begun();
        if (finished || steady::now() >= window_ends) co_return std::nullopt;
        const auto index = next_index++;
        auto what = calls(index);
        co_return job{steady::now(), std::move(what), index};
    }

    async<void> begun() {
        if (starts_at == steady::time_point{} && !finished) co_await go.async_wait(use_async_tuple);
    }

    const call_source& calls;
    steady_timer go;
    std::uint64_t next_index = 0;
    bool finished = false;
};

// The same, but each thinks before it asks.
class users_loop final : public closed_loop {
public:
    users_loop(const load_target& target, const load_window& window, const thinking_users& users,
               const call_source& source, const window_hooks& hooks, const std::atomic<bool>& stop)
        : closed_loop(target, window, source, hooks, stop), users_(users) {}

private:
    void cancelled() override {
        closed_loop::cancelled();
        for (auto* timer : thinking_) timer->cancel();
    }
    bool counts(steady::time_point intended, steady::time_point) const override {
        return in_window(intended);
    }

    async<std::optional<job>> next_job() override {
        co_await begun();
        const auto index = next_index++;
        const auto think = users_.think(index);
        if (finished || steady::now() + think >= window_ends) co_return std::nullopt;
        // Made meanwhile, so that the making is not part of the latency.
        auto what = calls(index);
        steady_timer timer(context);
        timer.expires_after(think);
        const auto mine = thinking_.insert(thinking_.end(), &timer);
        co_await timer.async_wait(use_async_tuple);
        thinking_.erase(mine);
        if (finished) co_return std::nullopt;
        co_return job{steady::now(), std::move(what), index};
    }

    const thinking_users& users_;
    std::list<steady_timer*> thinking_{};
};

template <class Keep>
std::vector<std::int64_t> sorted_latencies(const std::vector<sample>& samples, Keep keep) {
    std::vector<std::int64_t> out;
    out.reserve(samples.size());
    for (const auto& s : samples)
        if ((s.how == outcome::right || s.how == outcome::timed_out) && keep(s))
            out.push_back(s.latency_ns);
    std::ranges::sort(out);
    return out;
}

}  // namespace

outcome_counts load_result::outcomes() const {
    outcome_counts out{};
    for (const auto& s : samples) ++out[static_cast<std::size_t>(s.how)];
    return out;
}

double load_result::goodput_per_s() const {
    return window_s > 0 ? static_cast<double>(outcomes()[0]) / window_s : 0;
}

std::vector<std::int64_t> load_result::sorted_latencies_ns() const {
    return sorted_latencies(samples, [](const sample&) { return true; });
}

std::vector<std::int64_t> load_result::sorted_latencies_ns(std::uint8_t kind) const {
    return sorted_latencies(samples, [kind](const sample& s) { return s.kind == kind; });
}

std::vector<nanoseconds> arrivals(std::uint64_t seed, double rate_per_s, nanoseconds length) {
    seeded random(seed);
    std::vector<nanoseconds> out;
    const double mean_ns = 1e9 / rate_per_s, end_ns = static_cast<double>(length.count());
    for (double at = random.exponential(mean_ns); at < end_ns; at += random.exponential(mean_ns))
        out.emplace_back(static_cast<std::int64_t>(at));
    return out;
}

load_result run_open_loop(const load_target& target, const load_window& window,
                          const std::vector<nanoseconds>& times, const call_source& source,
                          const window_hooks& hooks, const std::atomic<bool>& stop) {
    return open_loop(target, window, times, source, hooks, stop).run();
}

load_result run_closed_loop(const load_target& target, const load_window& window,
                            const call_source& source, const window_hooks& hooks,
                            const std::atomic<bool>& stop) {
    return closed_loop(target, window, source, hooks, stop).run();
}

nanoseconds thinking_users::think(std::uint64_t index) const {
    seeded random(seed, index);
    const double at = random.unit();
    const auto whole = [](double ns) { return nanoseconds(static_cast<std::int64_t>(ns)); };
    if (think_mean.count() > 0)
        return whole(-std::log(1 - at) * static_cast<double>(nanoseconds(think_mean).count()));
    const nanoseconds least = think_min, span = think_max - think_min;
    return least + whole(at * static_cast<double>(span.count()));
}

load_result run_users(load_target target, const load_window& window, const thinking_users& users,
                      const call_source& source, const window_hooks& hooks,
                      const std::atomic<bool>& stop) {
    target.connections = users.count;
    return users_loop(target, window, users, source, hooks, stop).run();
}

}  // namespace cleave::compare
