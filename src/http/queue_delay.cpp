// How long what is ready waits for its turn on a thread, and what follows from it.
#include <http/server_core.hpp>
#include <telemetry/log.hpp>

namespace cleave::http {

// Asked for with each request, and made now and then: a timer that is due waits for its turn behind
// everything that is ready, as a request does that has just come.
void server_core::measure_delay(server_thread& thread, steady_time at) {
    constexpr std::chrono::milliseconds measured_every{5};
    if (thread.delay_due) {
        if (at > *thread.delay_due && thread.load.is_due(at))
            note_delay(thread, at - *thread.delay_due, at);
        return;
    }
    if (now.queue_delay_max.load(std::memory_order_relaxed).count() == 0) {
        thread.load = {};
        return;
    }
    const auto timer = std::make_shared<coarse_timer>(thread.context.get_executor());
    timer->expires_after(measured_every);
    thread.delay_due = timer->expiry();
    timer->async_wait([self = shared_from_this(), &thread, timer](boost::system::error_code ec) {
        thread.delay_due.reset();
        if (ec) return;
        const auto at = std::chrono::steady_clock::now();
        self->note_delay(thread, at - timer->expiry(), at);
    });
}

void server_core::note_delay(server_thread& thread, load_shedder::delay waited, steady_time at) {
    const auto longest = now.queue_delay_max.load(std::memory_order_relaxed);
    const bool had_to_shed = thread.load.share() > 0;
    thread.queue_delay_ns.store(static_cast<std::uint64_t>(waited.count()),
                                std::memory_order_relaxed);
    thread.load.measured(waited, longest, at);
    if (had_to_shed == thread.load.share() > 0) return;
    log::warning("http", "{}: what is ready waits for {} ms",
                 had_to_shed ? "answers all requests again"
                             : "more requests than can be answered, so some are turned away",
                 std::chrono::duration_cast<std::chrono::milliseconds>(waited).count());
}

}  // namespace cleave::http
