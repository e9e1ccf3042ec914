#pragma once
// What the writer's queue holds, and what its thread counts.
#include <atomic>
#include <base/clock.hpp>
#include <contract/context.hpp>
#include <contract/problem.hpp>
#include <memory>
#include <optional>
#include <span>
#include <sqlite/connection.hpp>

namespace cleave::sqlite {

// On whose behalf: a call's context, or only until when it is worth while.
struct write_terms {
    write_terms(steady_time until) : deadline(until) {}
    write_terms(const call_context& of) : deadline(of.deadline), trace(of.trace) {}
    steady_time deadline;
    trace_context trace{};
};

class write_job {
public:
    virtual ~write_job() = default;

    // Applies it, inside a transaction or a savepoint. True: keep what it wrote; false: undo it.
    // May be called again, after what the last call wrote is gone.
    virtual bool run(connection& db) = 0;

    // Called once, when the outcome is known. Nothing: the result of the last run() stands.
    virtual void finish(std::optional<problem> overruled) noexcept = 0;

    void begin(const write_terms& terms) {
        deadline = terms.deadline;
        trace = terms.trace;
        if (trace.is_recorded()) queued_at = std::chrono::steady_clock::now();
    }

    steady_time deadline = steady_time::max();
    trace_context trace{};
    steady_time queued_at{};  // where the trace is recorded
};

using write_jobs = std::span<const std::unique_ptr<write_job>>;

// Read from any thread.
struct writer_tally {
    std::atomic<std::uint64_t> jobs = 0, failed_jobs = 0, commits = 0, checkpoints = 0;
};

inline void add_one(std::atomic<std::uint64_t>& what) {
    what.fetch_add(1, std::memory_order_release);
}

}  // namespace cleave::sqlite
