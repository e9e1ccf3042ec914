#include <sqlite3.h>

#include <algorithm>
#include <sqlite/checkpointer.hpp>
#include <telemetry/log.hpp>
#include <utility>

namespace cleave::sqlite {

namespace {

// A client that waits for its answer sends the next job at once: that is not idleness yet.
constexpr auto quiet = std::chrono::milliseconds(20);
// A reader was in the way of the last attempt, and may take its time.
constexpr auto quiet_after_a_failure = std::chrono::milliseconds(1'000);

// Where readers keep the WAL from starting over although all of it is in the database, it grows;
// at this many times busy_pages the writer waits for them, for so long at most, and if that was in
// vain, again when it has doubled.
constexpr std::uint32_t grown_too_far = 4;
constexpr auto wait_for_readers_max = std::chrono::milliseconds(250);

}  // namespace

checkpointer::checkpointer(connection& db, std::string name, writer_tally& tally, thresholds limits)
    : db_(db),
      name_(std::move(name)),
      tally_(tally),
      limits_(limits),
      force_at_(std::uint64_t{limits.busy_pages} * grown_too_far) {
    sqlite3_wal_hook(
        db_.handle(),
        [](void* self, sqlite3*, const char*, int pages) -> int {
            static_cast<checkpointer*>(self)->wal_pages_ = static_cast<std::uint32_t>(pages);
            return SQLITE_OK;
        },
        this);
}

checkpointer::~checkpointer() {
    sqlite3_wal_hook(db_.handle(), nullptr, nullptr);
}

void checkpointer::start() {
    const int code = sqlite3_wal_checkpoint_v2(db_.handle(), "main", SQLITE_CHECKPOINT_TRUNCATE,
                                               nullptr, nullptr);
    if (code != SQLITE_OK)
        throw error(code, name_ + ": the first checkpoint failed: " + sqlite3_errmsg(db_.handle()));
    add_one(tally_.checkpoints);
}

// Pages since the last attempt, whether it moved everything or readers were in the way: trying
// again before there is more would read the whole WAL for nothing.
std::uint32_t checkpointer::grown() const {
    return wal_pages_ < looked_at_ ? wal_pages_ : wal_pages_ - looked_at_;
}

std::optional<std::chrono::milliseconds> checkpointer::idle_time() const {
    if (grown() > limits_.idle_pages) return quiet;
    const bool unfinished = backfilled_ < looked_at_ && looked_at_ <= wal_pages_;
    if (unfinished && wal_pages_ > limits_.idle_pages) return quiet_after_a_failure;
    return std::nullopt;
}

void checkpointer::when_idle() {
    run(mode::passive);
}

void checkpointer::after_batch() {
    if (grown() <= limits_.busy_pages) return;
    run(mode::passive);
    if (wal_pages_ <= force_at_) return;
    run_waiting();
    force_at_ =
        std::max(std::uint64_t{limits_.busy_pages} * grown_too_far, std::uint64_t{wal_pages_} * 2);
}

bool checkpointer::make_room() {
    return run(mode::passive) && backfilled_ == wal_pages_;
}

void checkpointer::finish() {
    run_waiting();
}

void checkpointer::run_waiting() {
    db_.set_deadline(std::chrono::steady_clock::now() + wait_for_readers_max);
    run(mode::truncate);
    db_.set_deadline(steady_time::max());
}

// False where it failed. Being kept by readers from finishing is no failure.
bool checkpointer::run(mode how) {
    int in_wal = 0;
    int in_database = 0;
    const int code = sqlite3_wal_checkpoint_v2(
        db_.handle(), "main",
        how == mode::truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &in_wal,
        &in_database);
    looked_at_ = wal_pages_;
    if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) {
        if (in_wal >= 0) wal_pages_ = looked_at_ = static_cast<std::uint32_t>(in_wal);
        if (in_database >= 0) backfilled_ = static_cast<std::uint32_t>(in_database);
        add_one(tally_.checkpoints);
        return true;
    }
    const error failure(code, name_ + ": checkpoint failed: " + sqlite3_errmsg(db_.handle()));
    if (failure.is_sync_failure()) throw failure;
    log::warning({"sqlite", name_}, "{}", failure.what());
    return false;
}

}  // namespace cleave::sqlite
