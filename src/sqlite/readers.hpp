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
    // Throws sqlite::error.
    readers(std::filesystem::path file, std::size_t io_thread_count);

    // own: an I/O thread gets its own connection; a thread that is none, or a read inside a read, a
    // spare one. spare: never an I/O thread's.
    enum class which { own, spare };

    // The sole use of a connection.
    class lease {
    public:
        explicit lease(readers& from, which wanted = which::own);
        ~lease();
        lease(const lease&) = delete;
        connection& db() const { return *db_; }

    private:
        readers& from_;
        std::atomic<bool>* in_use_ = nullptr;  // null: it is a spare one
        std::unique_ptr<connection> spare_;
        connection* db_ = nullptr;
    };

private:
    struct slot {
        std::unique_ptr<connection> db;
        std::atomic<bool> in_use = false;
    };
    std::unique_ptr<connection> take_spare();

    const std::filesystem::path file_;
    std::vector<std::unique_ptr<slot>> slots_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<connection>> spare_;
};

// A read transaction, which is one snapshot, until the end of the scope.
class read_transaction {
public:
    // Throws sqlite::error; is_interrupted() where the deadline has passed.
    read_transaction(readers& from, steady_time deadline,
                     readers::which wanted = readers::which::own);
    ~read_transaction();
    connection& db() const { return lease_.db(); }

private:
    readers::lease lease_;
};

}  // namespace cleave::sqlite
