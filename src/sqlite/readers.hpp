#pragma once
// Read-only connections: one for each I/O thread, and spare ones for whoever else reads.
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <sqlite/connection.hpp>
#include <vector>

namespace cleave::sqlite {

class readers {
public:
    // commits: how many there were. It must have grown before anybody learns of one.
    // Throws sqlite::error.
    readers(std::filesystem::path file, std::size_t io_thread_count,
            const std::atomic<std::uint64_t>& commits);
    // Nobody may be reading.
    ~readers();

    // own: an I/O thread gets its own connection; a thread that is none, or a read inside a read, a
    // spare one. spare: never an I/O thread's.
    enum class which { own, spare };

    // An I/O thread's connection. Whoever set `in_use` may touch the rest.
    struct slot {
        std::unique_ptr<connection> db;
        std::atomic<bool> in_use = false;
        std::uint64_t commits_seen = 0;  // when its transaction began, where it is in one
        bool ends_soon = false;          // that has been posted
    };

    // The sole use of a connection.
    class lease {
    public:
        lease(readers& from, which wanted);
        ~lease();
        lease(const lease&) = delete;
        connection& db() const { return own_ ? *own_->db : *spare_; }
        const std::shared_ptr<slot>& own() const { return own_; }  // null: it is a spare one

    private:
        readers& from_;
        std::shared_ptr<slot> own_;
        std::unique_ptr<connection> spare_;
    };

    std::uint64_t commits() const { return commits_.load(std::memory_order_acquire); }

    // Not while others write, whose commits nobody counts here: each read is a new snapshot then.
    void count(bool is_owned_here) { counted_ = is_owned_here; }
    bool are_commits_counted() const { return counted_; }

private:
    std::unique_ptr<connection> take_spare();

    const std::filesystem::path file_;
    const std::atomic<std::uint64_t>& commits_;
    std::atomic<bool> counted_ = true;
    std::vector<std::shared_ptr<slot>> slots_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<connection>> spare_;
};

// A read transaction, which is one snapshot, until the end of the scope.
//
// Taking a snapshot costs SQLite several system calls. So an I/O thread that is done with one keeps
// it until it has worked off what else is waiting for it, and reads from it again, unless something
// was committed since. It holds no snapshot while it sleeps: checkpoints would wait for it.
class read_transaction {
public:
    // Throws sqlite::error; is_interrupted() where the deadline has passed.
    read_transaction(readers& from, steady_time deadline,
                     readers::which wanted = readers::which::own);
    ~read_transaction();
    read_transaction(const read_transaction&) = delete;
    connection& db() const { return lease_.db(); }

private:
    void begin();

    readers& from_;
    readers::lease lease_;
    const int exceptions_before_;
};

}  // namespace cleave::sqlite
