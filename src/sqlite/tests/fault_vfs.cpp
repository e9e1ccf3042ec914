#include "fault_vfs.hpp"

#include <atomic>
#include <cstring>
#include <fstream>
#include <new>

namespace cleave::sqlite::test {

namespace {

// What SQLite sees as its file; the default VFS's own file lies right behind it.
struct wrapped_file : sqlite3_file {
    fault_vfs* owner;
    file_kind kind;
    const char* path;  // SQLite keeps it while the file is open; null for a temporary file
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    std::string name() const { return path ? path : ""; }
};

wrapped_file& wrapped(sqlite3_file* f) {
    return *static_cast<wrapped_file*>(f);
}

sqlite3_file* real(sqlite3_file* f) {
    return wrapped(f).real();
}

fault_vfs& owner_of(sqlite3_vfs* vfs) {
    return *static_cast<fault_vfs*>(vfs->pAppData);
}

sqlite3_vfs* real_vfs() {
    return sqlite3_vfs_find(nullptr);
}

int close_file(sqlite3_file* f) {
    return real(f)->pMethods->xClose(real(f));
}

int read_file(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
    if (const int code = wrapped(f).owner->check(operation::read, wrapped(f).kind)) return code;
    return real(f)->pMethods->xRead(real(f), to, size, at);
}

int write_file(sqlite3_file* f, const void* data, int size, sqlite3_int64 at) {
    auto& w = wrapped(f);
    if (const int code = w.owner->check(operation::write, w.kind, at + size)) return code;
    w.owner->changing();
    const int code = real(f)->pMethods->xWrite(real(f), data, size, at);
    if (code == SQLITE_OK) w.owner->note_write(w.name(), data, size, at);
    return code;
}

int truncate_file(sqlite3_file* f, sqlite3_int64 size) {
    wrapped(f).owner->changing();
    const int code = real(f)->pMethods->xTruncate(real(f), size);
    if (code == SQLITE_OK) wrapped(f).owner->note_truncate(wrapped(f).name(), size);
    return code;
}

int sync_file(sqlite3_file* f, int flags) {
    auto& w = wrapped(f);
    if (const int code = w.owner->check(operation::sync, w.kind)) return code;
    w.owner->changing();
    const int code = real(f)->pMethods->xSync(real(f), flags);
    if (code == SQLITE_OK) w.owner->note_sync(w.name());
    return code;
}

int map_shared(sqlite3_file* f, int page, int size, int extend, void volatile** to) {
    auto& w = wrapped(f);
    if (extend && page > 0)
        if (const int code = w.owner->check(operation::grow_shared_memory, w.kind)) return code;
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, to);
}

const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods table = [] {
        sqlite3_io_methods m{};
        m.iVersion = 2;
        m.xClose = close_file;
        m.xRead = read_file;
        m.xWrite = write_file;
        m.xTruncate = truncate_file;
        m.xSync = sync_file;
        m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
            return real(f)->pMethods->xFileSize(real(f), size);
        };
        m.xLock = [](sqlite3_file* f, int level) {
            return real(f)->pMethods->xLock(real(f), level);
        };
        m.xUnlock = [](sqlite3_file* f, int level) {
            return real(f)->pMethods->xUnlock(real(f), level);
        };
        m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
            return real(f)->pMethods->xCheckReservedLock(real(f), out);
        };
        // Hints (size, chunks) would change a file behind this VFS's back.
        m.xFileControl = [](sqlite3_file* f, int what, void* with) {
            if (what == SQLITE_FCNTL_SIZE_HINT || what == SQLITE_FCNTL_CHUNK_SIZE)
                return SQLITE_NOTFOUND;
            return real(f)->pMethods->xFileControl(real(f), what, with);
        };
        m.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
        m.xDeviceCharacteristics = [](sqlite3_file* f) {
            return real(f)->pMethods->xDeviceCharacteristics(real(f));
        };
        m.xShmMap = map_shared;
        m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
            return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
        };
        m.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
        m.xShmUnmap = [](sqlite3_file* f, int remove) {
            return real(f)->pMethods->xShmUnmap(real(f), remove);
        };
        return m;
    }();
    return table;
}

file_kind kind_of(int flags) {
    if (flags & SQLITE_OPEN_MAIN_DB) return file_kind::database;
    return flags & SQLITE_OPEN_WAL ? file_kind::wal : file_kind::other;
}

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* f, int flags, int* out_flags) {
    auto& made = *::new (static_cast<void*>(f)) wrapped_file{};
    made.owner = &owner_of(vfs);
    made.kind = kind_of(flags);
    made.path = path;
    if (made.owner->is_read_only() && made.kind == file_kind::database) {
        flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
        if (out_flags) *out_flags = flags;
    }
    const int code = real_vfs()->xOpen(real_vfs(), path, made.real(), flags, out_flags);
    // Without methods SQLite does not close it.
    made.pMethods = made.real()->pMethods ? &methods() : nullptr;
    return code;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_directory) {
    owner_of(vfs).note_delete(path);
    return real_vfs()->xDelete(real_vfs(), path, sync_directory);
}

}  // namespace

// The rest goes straight to the default VFS, whose functions want it as their argument.
fault_vfs::fault_vfs() : vfs_(*real_vfs()) {
    static std::atomic<int> count = 0;
    name_ = "fault-" + std::to_string(++count);
    vfs_.iVersion = 1;
    vfs_.pNext = nullptr;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(wrapped_file)) + real_vfs()->szOsFile;
    vfs_.xOpen = open_file;
    vfs_.xDelete = delete_file;
    vfs_.xAccess = [](sqlite3_vfs*, const char* path, int flags, int* out) {
        return real_vfs()->xAccess(real_vfs(), path, flags, out);
    };
    vfs_.xFullPathname = [](sqlite3_vfs*, const char* path, int size, char* out) {
        return real_vfs()->xFullPathname(real_vfs(), path, size, out);
    };
    sqlite3_vfs_register(&vfs_, 0);
}

fault_vfs::~fault_vfs() {
    sqlite3_vfs_unregister(&vfs_);
}

void fault_vfs::inject(fault f) {
    const std::lock_guard lock(mutex_);
    faults_.push_back(f);
}

void fault_vfs::limit_wal(sqlite3_int64 bytes) {
    const std::lock_guard lock(mutex_);
    wal_bytes_max_ = bytes;
}

void fault_vfs::heal() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
    wal_bytes_max_ = 0;
}

int fault_vfs::failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
}

void fault_vfs::on_change(std::function<void(std::uint64_t)> hook) {
    const std::lock_guard lock(mutex_);
    hook_ = std::move(hook);
}

int fault_vfs::check(operation what, file_kind where, sqlite3_int64 end) {
    const std::lock_guard lock(mutex_);
    if (what == operation::write && where == file_kind::wal && wal_bytes_max_ > 0 &&
        end > wal_bytes_max_) {
        ++failures_;
        return SQLITE_FULL;
    }
    for (auto& f : faults_) {
        if (f.what != what || f.where != where || f.times == 0) continue;
        if (f.times > 0) --f.times;
        ++failures_;
        return f.code;
    }
    return SQLITE_OK;
}

// The hook runs without the lock: it will want to lose power.
void fault_vfs::changing() {
    std::unique_lock lock(mutex_);
    const auto count = ++changes_;
    const auto hook = hook_;
    lock.unlock();
    if (hook) hook(count);
}

void fault_vfs::note_write(const std::string& file, const void* data, int size, sqlite3_int64 at) {
    const std::lock_guard lock(mutex_);
    disk_[file].pending.push_back(
        {false, at, std::string(static_cast<const char*>(data), static_cast<std::size_t>(size))});
}

void fault_vfs::note_truncate(const std::string& file, sqlite3_int64 size) {
    const std::lock_guard lock(mutex_);
    disk_[file].pending.push_back({true, size, {}});
}

void fault_vfs::note_delete(const std::string& file) {
    const std::lock_guard lock(mutex_);
    disk_.erase(file);
}

namespace {

void put(std::string& content, std::size_t at, std::string_view data) {
    if (content.size() < at + data.size()) content.resize(at + data.size());
    std::memcpy(content.data() + at, data.data(), data.size());
}

void apply(std::string& content, const disk_image::unsynced& change) {
    const auto at = static_cast<std::size_t>(change.at);
    if (change.truncates)
        content.resize(at);
    else
        put(content, at, change.data);
}

// Each sector of a write reached the disk, or did not.
void apply_some(std::string& content, const disk_image::unsynced& change, std::mt19937& random) {
    constexpr std::size_t sector_bytes = 512;
    const auto lucky = [&random] { return (random() & 1) != 0; };
    if (change.truncates) {
        if (lucky()) apply(content, change);
        return;
    }
    for (std::size_t from = 0; from < change.data.size();) {
        const auto at = static_cast<std::size_t>(change.at) + from;
        const auto size = std::min(sector_bytes - at % sector_bytes, change.data.size() - from);
        if (lucky()) put(content, at, std::string_view(change.data).substr(from, size));
        from += size;
    }
}

}  // namespace

void fault_vfs::note_sync(const std::string& file) {
    const std::lock_guard lock(mutex_);
    auto& image = disk_[file];
    for (const auto& change : image.pending) apply(image.synced, change);
    image.pending.clear();
    image.exists = true;
}

void fault_vfs::lose_power(const std::filesystem::path& into, std::mt19937& random) const {
    const std::lock_guard lock(mutex_);
    std::filesystem::create_directories(into);
    for (const auto& [file, image] : disk_) {
        if (file.empty() || !image.exists) continue;
        std::string content = image.synced;
        for (const auto& change : image.pending) apply_some(content, change, random);
        std::ofstream out(into / std::filesystem::path(file).filename(), std::ios::binary);
        out << content;
    }
}

}  // namespace cleave::sqlite::test
