#include <pthread.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <sqlite/checkpointer.hpp>
#include <sqlite/group_commit.hpp>
#include <sqlite/writer.hpp>
#include <telemetry/log.hpp>
#include <thread>
#include <utility>
#include <vector>

namespace cleave::sqlite {

namespace {

constexpr auto drain_time_max = std::chrono::seconds(10);

}  // namespace

struct writer::impl {
    impl(std::string name, fatal_handler on_fatal, writer_limits limits)
        : name_(std::move(name)), on_fatal_(std::move(on_fatal)), limits_(limits) {}

    void start(std::unique_ptr<connection> db);
    void enqueue(std::unique_ptr<write_job> job);
    void add_listener(commit_listener listener);
    void stop();
    writer_counters counters();
    const writer_tally& tally() const { return tally_; }
    bool on_own_thread() const { return current == this; }

private:
    using batch = std::vector<std::unique_ptr<write_job>>;

    // The connection and what works on it. It lives and dies with the thread.
    struct engine {
        engine(std::unique_ptr<connection> taken, impl& self)
            : db(std::move(taken)),
              checkpoints(*db, self.name_, self.tally_,
                          {self.limits_.checkpoint_pages_idle, self.limits_.checkpoint_pages_busy}),
              commits(*db, checkpoints, self.name_, self.tally_,
                      [&self]() noexcept { self.tell_listeners(); }) {}

        std::unique_ptr<connection> db;
        checkpointer checkpoints;
        group_commit commits;
    };

    void work(engine& on);
    void serve(engine& on);
    batch next_batch(checkpointer& checkpoints);
    void fail(engine& on, const std::string& why);
    void refuse_queue();
    void tell_listeners();

    static thread_local const impl* current;

    const std::string name_;
    const fatal_handler on_fatal_;
    const writer_limits limits_;
    writer_tally tally_;

    std::mutex mutex_;  // guards what follows, up to the thread
    std::condition_variable wake_;
    std::deque<std::unique_ptr<write_job>> queue_;
    std::vector<std::shared_ptr<const commit_listener>> listeners_;
    bool open_ = false;
    steady_time drain_until_ = steady_time::max();

    std::mutex joining_;
    std::thread thread_;  // guarded by it
};

thread_local const writer::impl* writer::impl::current = nullptr;

void writer::impl::start(std::unique_ptr<connection> db) {
    const std::lock_guard only(joining_);
    assert(!thread_.joinable() && "it runs already");
    auto made = std::make_unique<engine>(std::move(db), *this);
    made->checkpoints.start();
    if (limits_.durable != durability::full) made->db->set_durability(limits_.durable);
    {
        const std::lock_guard lock(mutex_);
        open_ = true;
        drain_until_ = steady_time::max();
    }
    thread_ = std::thread([this, mine = std::move(made)] { work(*mine); });
}

void writer::impl::enqueue(std::unique_ptr<write_job> job) {
    {
        const std::lock_guard lock(mutex_);
        if (open_ && queue_.size() < limits_.queued_jobs_max) {
            queue_.push_back(std::move(job));
            wake_.notify_one();
            return;
        }
    }
    add_one(tally_.failed_jobs);
    job->finish(not_executed().error());
}

void writer::impl::add_listener(commit_listener listener) {
    auto added = std::make_shared<const commit_listener>(std::move(listener));
    const std::lock_guard lock(mutex_);
    listeners_.push_back(std::move(added));
}

void writer::impl::tell_listeners() {
    std::unique_lock lock(mutex_);
    const auto listeners = listeners_;
    lock.unlock();
    for (const auto& listener : listeners) (*listener)();
}

void writer::impl::stop() {
    {
        const std::lock_guard lock(mutex_);
        open_ = false;
        drain_until_ = std::min(drain_until_, std::chrono::steady_clock::now() + drain_time_max);
        wake_.notify_one();
    }
    if (on_own_thread()) return;
    const std::lock_guard only(joining_);
    if (thread_.joinable()) thread_.join();
}

writer_counters writer::impl::counters() {
    const std::lock_guard lock(mutex_);
    return {.jobs = tally_.jobs,
            .failed_jobs = tally_.failed_jobs,
            .commits = tally_.commits,
            .checkpoints = tally_.checkpoints,
            .queued = queue_.size()};
}

// The thread. An fsync that failed in a checkpoint arrives here as an error.
void writer::impl::work(engine& on) {
    current = this;
    ::pthread_setname_np(::pthread_self(), ("write " + name_).substr(0, 15).c_str());
    // On Linux this is of the thread alone, and may always be made larger.
    if (limits_.niceness > 0) ::setpriority(PRIO_PROCESS, 0, limits_.niceness);
    try {
        serve(on);
        if (on.commits.broken()) fail(on, *on.commits.broken());
    } catch (const error& e) {
        fail(on, e.what());
    }
}

void writer::impl::serve(engine& on) {
    for (;;) {
        const batch jobs = next_batch(on.checkpoints);
        if (jobs.empty()) break;
        on.commits.apply(jobs);
        if (on.commits.broken()) return;
        on.checkpoints.after_batch();
    }
    refuse_queue();  // Empty, unless there was no more time for it.
    on.checkpoints.finish();
}

// Empty: the end.
writer::impl::batch writer::impl::next_batch(checkpointer& checkpoints) {
    const auto called = [this] { return !queue_.empty() || !open_; };
    std::unique_lock lock(mutex_);
    while (!called()) {
        const auto idle = checkpoints.idle_time();
        if (!idle) {
            wake_.wait(lock, called);
        } else if (!wake_.wait_for(lock, *idle, called)) {
            lock.unlock();
            checkpoints.when_idle();
            lock.lock();
        }
    }
    batch taken;
    if (!open_ && std::chrono::steady_clock::now() >= drain_until_) return taken;
    const auto count = std::min(queue_.size(), limits_.batch_jobs_max);
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    taken.assign(std::move_iterator(queue_.begin()), std::move_iterator(end));
    queue_.erase(queue_.begin(), end);
    return taken;
}

// The WAL is left as it is: what is in it may not be on the disk, and copying it into the database
// on the way out could not be undone by the next process, which reads it anew.
void writer::impl::fail(engine& on, const std::string& why) {
    sqlite3_db_config(on.db->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    {
        const std::lock_guard lock(mutex_);
        open_ = false;
    }
    refuse_queue();
    if (on_fatal_) on_fatal_(why);
}

void writer::impl::refuse_queue() {
    std::unique_lock lock(mutex_);
    const auto refused = std::exchange(queue_, {});
    lock.unlock();
    for (const auto& job : refused) {
        add_one(tally_.failed_jobs);
        job->finish(not_executed().error());
    }
}

writer::writer(std::string name, fatal_handler on_fatal, writer_limits limits)
    : impl_(std::make_unique<impl>(std::move(name), std::move(on_fatal), limits)) {
}

writer::~writer() {
    stop();
}

void writer::start(std::unique_ptr<connection> db) {
    impl_->start(std::move(db));
}

void writer::on_commit(commit_listener listener) {
    impl_->add_listener(std::move(listener));
}

void writer::stop() {
    impl_->stop();
}

writer_counters writer::counters() const {
    return impl_->counters();
}

const std::atomic<std::uint64_t>& writer::commits() const {
    return impl_->tally().commits;
}

void writer::enqueue(std::unique_ptr<write_job> job) {
    impl_->enqueue(std::move(job));
}

bool writer::on_own_thread() const {
    return impl_->on_own_thread();
}

}  // namespace cleave::sqlite
