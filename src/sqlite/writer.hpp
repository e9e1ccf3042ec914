#pragma once
// The group-commit writer: one thread, one connection, all writes and checkpoints of a database.
//
// It drains its queue into one transaction, commits with synchronous=FULL and only then answers. It
// never waits to fill a batch: while one commits, the next fills.
//
// A job is synchronous and repeatable: it may run more than once (after SQLite gave up a whole
// transaction), but exactly one run takes effect. It decides inside itself whatever depends on
// state. Its answer is a result: an error undoes what the job wrote and nothing else.
//
// Outcomes:
//   the job's own result      after its batch is durable
//   storage_full (507)        no space: the job was not applied
//   not_executed (503)        the queue is full, the writer is stopping or has failed, the deadline
//                             passed before the job began, or the database could not be read,
//                             written or locked and nothing was committed
//   internal (500)            it threw: undone, and logged
//   outcome_unknown (504)     commit failed in a way that leaves the outcome open (I/O error,
//                             failed fsync). The writer acknowledges nothing more and calls
//                             on_fatal
#include <atomic>
#include <base/async.hpp>
#include <contract/problem.hpp>
#include <functional>
#include <memory>
#include <sqlite/connection.hpp>
#include <sqlite/write_job.hpp>

namespace cleave::sqlite {

struct writer_limits {
    std::size_t queued_jobs_max = 10'000;
    std::size_t batch_jobs_max = 512;
    std::uint32_t checkpoint_pages_idle = 1'000;  // checkpointed when there is nothing to do
    std::uint32_t checkpoint_pages_busy = 8'000;  // checkpointed between batches all the same
    // Of its thread, as nice(1) has it: above 0 where hardly anybody waits for what it writes.
    int niceness = 0;
    durability durable = durability::full;
};

struct writer_counters {
    std::uint64_t jobs = 0;         // answered with their own result
    std::uint64_t failed_jobs = 0;  // answered with anything else
    std::uint64_t commits = 0, checkpoints = 0, queued = 0;
};

class writer {
public:
    using fatal_handler = std::function<void(const std::string& why)>;
    // Called on the writer's thread after each commit that is durable, before its jobs are
    // answered. It must be quick and must not throw.
    using commit_listener = std::function<void()>;

    // Refuses everything until start().
    // on_fatal: logs and exits in production; set by tests.
    writer(std::string name, fatal_handler on_fatal, writer_limits limits = {});
    ~writer();  // stop()
    writer(const writer&) = delete;

    // Takes the connection over; not while it runs. Before this returns, wal_checkpoint(TRUNCATE)
    // has succeeded: what is acknowledged from now on does not rest on pages that only a cache
    // holds. Throws sqlite::error where it does not.
    void start(std::unique_ptr<connection> db);

    // Any number of them. What a listener refers to must live until the last stop().
    void on_commit(commit_listener listener);

    // Refuses what comes from now on, finishes what is queued (for at most ten seconds),
    // checkpoints, ends the thread and closes the connection. Comes before the end of the
    // io_contexts that wait for jobs. Called by a job, a listener or on_fatal, it only begins that.
    // What was stopped may be started again, with another connection.
    void stop();

    writer_counters counters() const;
    // Grows after each commit, before its jobs are answered.
    const std::atomic<std::uint64_t>& commits() const;

    // co_await writer.submit<article>(context, [..](connection& db) -> result<article> {…});
    // Resumes on the caller's I/O thread. The job owns what it captures; it dies on the writer's.
    template <class T>
    async<result<T>> submit(write_terms terms, std::move_only_function<result<T>(connection&)> job);

    // One job from a thread that is not an I/O thread, nor the writer's; blocks.
    template <class T>
    result<T> submit_blocking(std::move_only_function<result<T>(connection&)> job);

private:
    void enqueue(std::unique_ptr<write_job> job);  // finishes it at once where it is refused
    bool on_own_thread() const;

    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace cleave::sqlite

#include <sqlite/writer_submit.hpp>
