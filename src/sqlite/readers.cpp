#include <sqlite3.h>

#include <base/io_threads.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <sqlite/readers.hpp>
#include <telemetry/log.hpp>
#include <thread>
#include <utility>

namespace cleave::sqlite {

namespace {

void end_transaction(connection& db) {
    try {
        if (db.in_transaction()) db.run("COMMIT");
    } catch (const error& e) {
        log::error("sqlite", "a read transaction did not end: {}", e.what());
    }
}

// After all that is ready to run on this I/O thread now. Where the slot is in use by then, that is
// by no I/O thread, which ends the transaction itself.
void end_soon(const std::shared_ptr<readers::slot>& kept) {
    if (std::exchange(kept->ends_soon, true)) return;
    asio::post(*this_io_context(), [kept] {
        if (kept->in_use.exchange(true, std::memory_order_acquire)) return;
        kept->ends_soon = false;
        end_transaction(*kept->db);
        kept->in_use.store(false, std::memory_order_release);
    });
}

}  // namespace

readers::readers(std::filesystem::path file, std::size_t io_thread_count,
                 const std::atomic<std::uint64_t>& commits)
    : file_(std::move(file)), commits_(commits) {
    for (std::size_t i = 0; i < io_thread_count; ++i) {
        slots_.push_back(std::make_shared<slot>());
        slots_.back()->db = std::make_unique<connection>(file_, open_mode::reader);
    }
}

// What was posted to end a transaction may come after this, and finds the slot in use for good.
readers::~readers() {
    for (auto& s : slots_) {
        while (s->in_use.exchange(true, std::memory_order_acquire)) std::this_thread::yield();
        s->db.reset();
    }
}

// A thread that is no I/O thread goes by number 0, so the slot's owner may find it taken.
readers::lease::lease(readers& from, which wanted) : from_(from) {
    const auto index = this_io_thread();
    if (wanted == which::own && index < from_.slots_.size()) {
        const auto& mine = from_.slots_[index];
        if (!mine->in_use.exchange(true, std::memory_order_acquire)) {
            own_ = mine;
            return;
        }
    }
    spare_ = from_.take_spare();
}

readers::lease::~lease() {
    if (own_) {
        own_->in_use.store(false, std::memory_order_release);
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
    : from_(from), lease_(from, wanted), exceptions_before_(std::uncaught_exceptions()) {
    if (deadline != steady_time::max() && std::chrono::steady_clock::now() >= deadline)
        throw error(SQLITE_INTERRUPT, "the deadline had passed before the read began");
    db().set_deadline(deadline);
    try {
        begin();
    } catch (...) {
        db().set_deadline(steady_time::max());
        throw;
    }
}

void read_transaction::begin() {
    const auto& own = lease_.own();
    const auto commits = from_.commits();
    if (db().in_transaction()) {  // kept by the last one
        if (own->commits_seen == commits && from_.are_commits_counted()) return;
        db().run("COMMIT");
    }
    if (own) own->commits_seen = commits;
    db().run("BEGIN");
}

// Without the deadline first: it would interrupt the COMMIT too.
read_transaction::~read_transaction() {
    db().set_deadline(steady_time::max());
    const bool is_well = db().in_transaction() && std::uncaught_exceptions() == exceptions_before_;
    if (is_well && lease_.own() && this_io_context() && from_.are_commits_counted()) {
        end_soon(lease_.own());
    } else {
        end_transaction(db());
        if (lease_.own()) lease_.own()->ends_soon = false;
    }
}

}  // namespace cleave::sqlite
