#pragma once
// Moves the WAL into the database. For the writer, between its batches.
//
// A checkpoint is what a slow commit waits for, so it comes when there is nothing else to do; under
// load that does not end, when the WAL has grown by another checkpoint_pages_busy.
#include <chrono>
#include <cstdint>
#include <optional>
#include <sqlite/connection.hpp>
#include <sqlite/write_job.hpp>
#include <string>

namespace cleave::sqlite {

// Everything here throws sqlite::error where an fsync failed: what a checkpoint wrote before may
// then be lost in the kernel though the next one succeeds, and only a new process that starts from
// the WAL can tell. Other failures leave the WAL as it was; they are logged, unless noted.
class checkpointer {
public:
    struct thresholds {
        std::uint32_t idle_pages;
        std::uint32_t busy_pages;
    };

    checkpointer(connection& db, std::string name, writer_tally& tally, thresholds limits);
    ~checkpointer();
    checkpointer(const checkpointer&) = delete;

    // All of it, down to an empty WAL. Throws sqlite::error where that did not succeed.
    void start();

    // How long nothing else may have happened before when_idle() is worth its while; nothing:
    // there is no need for it.
    std::optional<std::chrono::milliseconds> idle_time() const;
    void when_idle();
    void after_batch();  // does something where the WAL has grown too much

    // The disk is full: lets the next commit write over the WAL from its start. True: it may fit.
    bool make_room();

    void finish();  // leaves no WAL behind, unless readers are in the way

private:
    enum class mode { passive, truncate };
    bool run(mode how);
    void run_waiting();
    std::uint32_t grown() const;

    connection& db_;
    const std::string name_;
    writer_tally& tally_;
    const thresholds limits_;
    std::uint32_t wal_pages_ = 0;   // in the WAL after the last commit
    std::uint32_t looked_at_ = 0;   // in the WAL at the last attempt
    std::uint32_t backfilled_ = 0;  // of these, in the database
    std::uint64_t force_at_;        // pages in the WAL from which on readers are waited for
};

}  // namespace cleave::sqlite
