#include <sqlite3.h>

#include <base/io_threads.hpp>
#include <sqlite/readers.hpp>
#include <telemetry/log.hpp>
#include <utility>

namespace cleave::sqlite {

readers::readers(std::filesystem::path file, std::size_t io_thread_count) : file_(std::move(file)) {
    for (std::size_t i = 0; i < io_thread_count; ++i) {
        slots_.push_back(std::make_unique<slot>());
        slots_.back()->db = std::make_unique<connection>(file_, open_mode::reader);
    }
}

// A thread that is no I/O thread goes by number 0, so the slot's owner may find it taken.
readers::lease::lease(readers& from, which wanted) : from_(from) {
    const auto index = this_io_thread();
    if (wanted == which::own && index < from_.slots_.size()) {
        auto& mine = *from_.slots_[index];
        if (!mine.in_use.exchange(true, std::memory_order_acquire)) {
            in_use_ = &mine.in_use;
            db_ = mine.db.get();
            return;
        }
    }
    spare_ = from_.take_spare();
    db_ = spare_.get();
}

readers::lease::~lease() {
    if (in_use_) {
        in_use_->store(false, std::memory_order_release);
        return;
    }
    const std::lock_guard lock(from_.mutex_);
    from_.spare_.push_back(std::move(spare_));
}

std::unique_ptr<connection> readers::take_spare() {
    {
        const std::lock_guard lock(mutex_);
        if (!spare_.empty()) {
            auto taken = std::move(spare_.back());
            spare_.pop_back();
            return taken;
        }
    }
    return std::make_unique<connection>(file_, open_mode::reader);
}

read_transaction::read_transaction(readers& from, steady_time deadline, readers::which wanted)
    : lease_(from, wanted) {
    if (deadline != steady_time::max() && std::chrono::steady_clock::now() >= deadline)
        throw error(SQLITE_INTERRUPT, "the deadline had passed before the read began");
    db().set_deadline(deadline);
    try {
        db().run("BEGIN");
    } catch (...) {
        db().set_deadline(steady_time::max());
        throw;
    }
}

// Without the deadline first: it would interrupt the COMMIT too.
read_transaction::~read_transaction() {
    db().set_deadline(steady_time::max());
    try {
        if (db().in_transaction()) db().run("COMMIT");
    } catch (const error& e) {
        log::error("sqlite", "a read transaction did not end: {}", e.what());
    }
}

}  // namespace cleave::sqlite
