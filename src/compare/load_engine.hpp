#pragma once
// What both loops share: lanes (a connection each), time limits, the window, the bookkeeping.
#include <boost/asio/basic_waitable_timer.hpp>
#include <compare/load.hpp>
#include <deque>
#include <memory>
#include <optional>

namespace cleave::compare {

using steady = std::chrono::steady_clock;
using steady_timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, executor>;

struct job {
    steady::time_point intended;
    call what;
    std::uint64_t index = 0;
};

class load_engine {
public:
    load_engine(const load_target& target, const load_window& window, const window_hooks& hooks,
                const std::atomic<bool>& stop);
    virtual ~load_engine() = default;
    load_engine(const load_engine&) = delete;

    load_result run();

protected:
    // The lane's next request; nothing when there will be none.
    virtual async<std::optional<job>> next_job() = 0;
    // Once, when all connections stand.
    virtual void started() = 0;
    // Early: there will be no more jobs.
    virtual void cancelled() = 0;
    // Whether the moment a request was meant for, or that of its answer, decides.
    virtual bool counts(steady::time_point intended, steady::time_point answered) const = 0;

    bool in_window(steady::time_point at) const { return at >= window_begins && at < window_ends; }

    asio::io_context context{1};
    steady::time_point starts_at{};
    steady::time_point window_begins{};
    steady::time_point window_ends{};
    std::vector<std::int64_t> lateness_ns{};

private:
    struct lane {
        connection link;
        steady::time_point deadline = steady::time_point::max();
        bool expired = false;
    };

    async<void> run_lane(lane& mine);
    async<void> serve(lane& mine, job now);
    async<void> watch_window();
    async<void> watch_limits();
    void start();
    void cancel();
    void record(const job& j, outcome how);

    const load_target& target_;
    const load_window& window_;
    const window_hooks& hooks_;
    const std::atomic<bool>& stop_;
    std::vector<std::unique_ptr<lane>> lanes_{};
    std::size_t opened_ = 0;
    std::size_t running_ = 0;
    steady_timer window_timer_;
    load_result result_{};
};

}  // namespace cleave::compare
