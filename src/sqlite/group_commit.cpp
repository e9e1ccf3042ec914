#include <fmt/format.h>

#include <algorithm>
#include <sqlite/group_commit.hpp>
#include <telemetry/log.hpp>
#include <telemetry/recorder.hpp>
#include <utility>

namespace cleave::sqlite {

namespace {

// Whoever makes jobs fail on purpose gets savepoints, and not each batch run twice.
constexpr int careful_after_a_failure = 16;

bool expired(const write_job& job) {
    return job.deadline != steady_time::max() && std::chrono::steady_clock::now() >= job.deadline;
}

}  // namespace

group_commit::group_commit(connection& db, checkpointer& checkpoints, std::string name,
                           writer_tally& tally, std::function<void()> durable)
    : db_(db),
      checkpoints_(checkpoints),
      name_(std::move(name)),
      tally_(tally),
      durable_(std::move(durable)),
      span_name_(telemetry::span_name(name_, "commit")) {
}

// Where a batch cannot be committed as a whole, none of it is, and each job has a transaction of
// its own: what one of them did to the others is undone, and the one at fault is found.
void group_commit::apply(write_jobs jobs) {
    note_begin(jobs);
    if (jobs.size() > 1 && together(jobs)) return;
    jobs_ = 1;
    for (const auto& job : jobs) alone(*job);
}

// True: every job is answered. False: none is, and nothing of them is in the database.
bool group_commit::together(write_jobs jobs) {
    verdicts_.assign(jobs.size(), {});
    if (auto failed = begin()) {
        verdicts_.assign(jobs.size(), {.overruled = failed->overruled});
        verdicts_.front().why = std::move(failed->why);  // once, not for each
    } else {
        const auto filled = fill_batch(jobs);
        if (filled != filling::complete) {
            roll_back();
            if (filled == filling::gone || broken_) return false;
            careful_batches_ = careful_after_a_failure;
            return together(jobs);  // with savepoints, which no job can spoil
        }
        careful_batches_ = std::max(0, careful_batches_ - 1);
        verdict of_all;
        if (commit(of_all) == ending::undone) return false;
        if (of_all.overruled) verdicts_.assign(jobs.size(), of_all);
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) answer(*jobs[i], std::move(verdicts_[i]));
    return true;
}

group_commit::filling group_commit::fill_batch(write_jobs jobs) {
    const bool careful = careful_batches_ > 0;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (expired(*jobs[i])) {
            verdicts_[i].overruled = not_executed().error();
            continue;
        }
        try {
            if (careful) db_.run("SAVEPOINT job");
            const auto changes_before = db_.total_changes();
            verdicts_[i] = run(*jobs[i]);
            // SQLite gives up the whole transaction for a full disk, an I/O error or want of
            // memory; ROLLBACK TO would then find no savepoint.
            if (broken_ || !db_.in_transaction()) return filling::gone;
            const bool undo = !verdicts_[i].keep && db_.total_changes() != changes_before;
            if (undo && !careful) return filling::spoilt;
            if (undo) db_.run("ROLLBACK TO job");
            if (careful) db_.run("RELEASE job");
        } catch (const error& e) {
            judge(e);
            return filling::gone;
        }
    }
    return filling::complete;
}

// Without space, once more after the WAL may be written over: that is the space that there is.
void group_commit::alone(write_job& job) {
    verdict found;
    if (broken_ || expired(job)) {
        found.overruled = not_executed().error();
    } else {
        found = attempt_alone(job);
        if (full_ && !found.keep && make_room()) found = attempt_alone(job);
    }
    answer(job, std::move(found));
}

// A transaction with one job needs no savepoint: undoing all of it undoes just that job.
group_commit::verdict group_commit::attempt_alone(write_job& job) {
    if (auto failed = begin()) return *std::move(failed);
    verdict found = run(job);
    if (found.keep && !db_.in_transaction())
        return {.overruled = problem{},
                .why = "a job ignored a failure that had ended its transaction"};
    if (found.keep)
        commit(found);
    else
        roll_back();
    return found;
}

// Lets out nothing that a job throws.
group_commit::verdict group_commit::run(write_job& job) {
    try {
        db_.set_trace(job.trace);
        return {.keep = job.run(db_)};
    } catch (const error& e) {
        return judge(e);
    } catch (const std::exception& e) {
        return {.overruled = problem{}, .why = fmt::format("a job threw: {}", e.what())};
    } catch (...) {
        return {.overruled = problem{}, .why = "a job threw something that is no exception"};
    }
}

std::optional<group_commit::verdict> group_commit::begin() {
    full_ = false;
    try {
        db_.run("BEGIN IMMEDIATE");
        return std::nullopt;
    } catch (const error& e) {
        return judge(e);
    }
}

// Known to be undone are: a full disk (some frame did not fit, and the last one, which makes the
// others count, is written after all of them; Linux promises powersafe overwrites, so no padding
// follows it), and what leaves the transaction open (a violated deferred constraint, a lock).
// Everything else may have come after that last frame: an fsync, growing the WAL's index.
group_commit::ending group_commit::commit(verdict& found) {
    if (recorded_) commit_begun_ = std::chrono::steady_clock::now();
    try {
        db_.run("COMMIT");
        if (recorded_) committed_ = std::chrono::steady_clock::now();
    } catch (const error& e) {
        const bool undone = !e.is_io() && (e.is_full() || db_.in_transaction());
        found = judge(e);
        roll_back();
        if (undone && !broken_) return ending::undone;
        if (!broken_) broken_ = e.what();
        found = {.overruled = outcome_unknown().error()};  // on_fatal says why
        return ending::unknown;
    }
    add_one(tally_.commits);
    full_logged_ = false;
    durable_();
    return ending::committed;
}

void group_commit::roll_back() {
    if (!db_.in_transaction()) return;
    try {
        db_.run("ROLLBACK");
    } catch (const error& e) {
        judge(e);
        if (db_.in_transaction() && !broken_)
            broken_ = fmt::format("a transaction cannot be left: {}", e.what());
    }
}

bool group_commit::make_room() {
    try {
        return !broken_ && checkpoints_.make_room();
    } catch (const error& e) {
        judge(e);
        return false;
    }
}

// What an error means for a job that is not committed.
group_commit::verdict group_commit::judge(const error& cause) {
    if (cause.is_sync_failure() && !broken_) broken_ = cause.what();
    if (cause.is_full()) {
        full_ = true;
        return {.overruled = problem{errc::storage_full, "storage", "no space left", std::nullopt},
                .why = cause.what()};
    }
    if (cause.is_io() || cause.is_busy() || cause.is_read_only())
        return {.overruled = not_executed().error(), .why = cause.what()};
    return {.overruled = problem{}, .why = fmt::format("a job failed: {}", cause.what())};
}

// A full disk is logged when it becomes full, not for each job that finds it so.
void group_commit::answer(write_job& job, verdict final) {
    const bool full = final.overruled && final.overruled->code == errc::storage_full;
    if (!final.why.empty() && !(full && full_logged_))
        log::error({"sqlite", name_}, "{}", final.why);
    full_logged_ = full_logged_ || full;
    add_one(final.overruled ? tally_.failed_jobs : tally_.jobs);
    if (job.trace.is_recorded()) note_end(job, final);
    job.finish(std::move(final.overruled));
}

void group_commit::note_begin(write_jobs jobs) {
    recorded_ = std::ranges::any_of(jobs, [](const auto& job) { return job->trace.is_recorded(); });
    jobs_ = jobs.size();
    commit_begun_ = committed_ = {};
    if (recorded_) begun_ = std::chrono::steady_clock::now();
}

// Each request whose job it was has a span of the same commit. A job that was undone has none of
// the commit's time.
void group_commit::note_end(const write_job& job, const verdict& final) const {
    using namespace std::chrono;
    const auto us = [](steady_clock::duration d) {
        return static_cast<std::uint32_t>(
            std::clamp<std::int64_t>(duration_cast<microseconds>(d).count(), 0, UINT32_MAX));
    };
    trace_context trace = job.trace;
    auto span = telemetry::begin_span(trace, telemetry::span_kind::batch, span_name_,
                                      telemetry::span_mode::direct);
    span.begin = job.queued_at;
    span.took = steady_clock::now() - job.queued_at;
    span.jobs = static_cast<std::uint32_t>(jobs_);
    span.waited_us = us(begun_ - job.queued_at);
    if (final.keep && !final.overruled) {
        span.commit_us = us(committed_ - commit_begun_);
        span.status = 200;
    } else if (final.overruled) {
        span.status = static_cast<std::uint16_t>(http_status(final.overruled->code));
    }
    telemetry::record(span);
}

}  // namespace cleave::sqlite
