#pragma once
// A VFS over the default one, in which disks are full, fail and lose power when a test says so.
//
// It has no mmap, so every read and write of a file passes through it.
#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace cleave::sqlite::test {

enum class file_kind { database, wal, other };
enum class operation { read, write, sync, grow_shared_memory };

struct fault {
    static constexpr int for_ever = -1;
    operation what;
    file_kind where;
    int code;  // SQLITE_FULL, SQLITE_IOERR_FSYNC …
    int times = for_ever;
};

// What the disk holds of a file, and what it was told but did not have to keep yet.
struct disk_image {
    struct unsynced {
        bool truncates;
        sqlite3_int64 at;
        std::string data;
    };
    std::string synced;
    bool exists = false;  // was synced once
    std::vector<unsynced> pending;
};

class fault_vfs {
public:
    fault_vfs();   // registers it
    ~fault_vfs();  // after the last connection is closed
    fault_vfs(const fault_vfs&) = delete;

    const char* name() const { return name_.c_str(); }

    void inject(fault f);
    // No WAL gets larger than this: the disk is full.
    void limit_wal(sqlite3_int64 bytes);
    // What is opened from now on can only be read, as for a user without the right to write.
    void make_read_only() { read_only_ = true; }
    bool is_read_only() const { return read_only_; }
    void heal();
    int failures() const;  // injected ones that happened

    // Called with the count of writes and syncs before each of them, on the thread that does it.
    void on_change(std::function<void(std::uint64_t count)> hook);

    // Writes to a directory what a disk may hold if power is lost now: what was synced, and of what
    // was not, an arbitrary part (by sector) in arbitrary order. To be called by the hook.
    void lose_power(const std::filesystem::path& into, std::mt19937& random) const;

    // For the files.
    int check(operation what, file_kind where, sqlite3_int64 end = 0);
    void changing();
    void note_write(const std::string& file, const void* data, int size, sqlite3_int64 at);
    void note_truncate(const std::string& file, sqlite3_int64 size);
    void note_sync(const std::string& file);
    void note_delete(const std::string& file);

private:
    std::string name_;
    sqlite3_vfs vfs_;
    std::atomic<bool> read_only_ = false;
    mutable std::mutex mutex_;  // guards what follows
    std::vector<fault> faults_;
    sqlite3_int64 wal_bytes_max_ = 0;
    int failures_ = 0;
    std::uint64_t changes_ = 0;
    std::function<void(std::uint64_t)> hook_;
    std::map<std::string, disk_image> disk_;
};

}  // namespace cleave::sqlite::test
