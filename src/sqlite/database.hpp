#pragma once
// A module's database: who owns it, one writer, a reader an I/O thread, and a few threads for reads
// that take long.
//
// Several modules may share one file (ADR 29): then each has a view of it, with its own name and
// migrations, and they have everything else in common; what they write shares commits.
//
// One process owns it and writes. Others on the same host may have it as replicas: they read what
// the owner has committed, and their writer refuses everything with not_executed.
#include <algorithm>
#include <base/worker_pool.hpp>
#include <contract/method.hpp>
#include <sqlite/migrations.hpp>
#include <sqlite/owner_lock.hpp>
#include <sqlite/readers.hpp>
#include <sqlite/writer.hpp>
#include <telemetry/log.hpp>

namespace cleave::sqlite {

// Of one database's slow reads.
struct slow_read_limits {
    std::size_t threads = 2;
    std::size_t reads_max = 32;  // running and waiting
    std::chrono::milliseconds time_max{10'000};
};

enum class ownership { owner, replica };

// How long a replica waits at its start for the owner to make or migrate the database.
inline constexpr std::chrono::milliseconds replica_patience{30'000};

class database {
public:
    // DIR/<module>.db. An owner takes the lock, checks, migrates, and starts the writer; the
    // directory is made where it is missing (0700), and so is the file (0600). A replica takes
    // nothing and blocks until the owner has brought the database up to date.
    // `schema`: its texts outlive the database.
    // Throws owned_elsewhere, sqlite::error, std::runtime_error.
    database(const std::filesystem::path& directory, const migration_list& schema,
             std::size_t io_thread_count, writer::fatal_handler on_fatal, writer_limits limits = {},
             slow_read_limits slow = {}, ownership as = ownership::owner);
    // DIR/<name>.db, which holds several modules' tables. The same otherwise.
    database(const std::filesystem::path& directory, std::string name,
             std::vector<migration_list> schemas, std::size_t io_thread_count,
             writer::fatal_handler on_fatal, writer_limits limits = {}, slow_read_limits slow = {},
             ownership as = ownership::owner);
    // One of those modules' view of it. Throws std::logic_error where it holds no such module.
    database(const database& whole, std::string_view module);
    database(const database&) = delete;
    // The last view waits for the slow reads that are under way.
    ~database();

    sqlite::writer& writer() { return file_->writer; }
    bool is_owned_here() const { return file_->owned; }
    // Of its last owner here; 0 in a replica.
    std::uint64_t epoch() const { return file_->epoch; }
    std::string_view module() const { return module_; }
    // Of the file, and of what is common to those who share it: the module's where nobody does.
    const std::string& name() const { return file_->name; }

    // The first half of a hand-over: stops the writer and lets another process own the database.
    // Reading goes on. Of a file that is shared, for all who share it.
    void release();
    // Takes it back, where the next owner did not come to be. Throws as the constructor.
    void own();

    // Runs `f(connection&)` in one read transaction on this thread's reader: one snapshot, so all
    // its statements see the same moment. It cannot be held across a co_await: f is a plain
    // function, and returning an awaitable does not compile. A thread that is no I/O thread may
    // read as well, and a read may stand inside another (with a snapshot of its own).
    // Throws sqlite::error; is_interrupted() where the deadline passed.
    template <class F>
    auto read(steady_time deadline, F&& f);

    // The same, with a failure of the database as a problem: not_executed where the deadline passed
    // or a lock could not be had, else internal and logged.
    template <class F>
    auto try_read(steady_time deadline, F&& f) -> result<std::invoke_result_t<F, connection&>>;

    // The same for what may take longer than an I/O thread can spare (a search, a listing without
    // an index): on another thread, resuming on the caller's. `f` owns what it uses.
    //
    //     auto search = [text = std::move(text)](connection& db) { …; return found; };
    //     auto found = co_await store.read_slow(context.deadline, std::move(search));
    //
    // Fails as try_read() does, and with not_executed where reads_max are running or waiting.
    template <class F>
    task<std::invoke_result_t<F&, connection&>> read_slow(steady_time deadline, F f);

    // Running and waiting now.
    std::size_t slow_reads() const { return file_->slow.jobs(); }

private:
    template <class F>
    auto read_by(readers::which whose, steady_time deadline, F&& f);
    template <class F>
    auto try_read_by(readers::which whose, steady_time deadline, F&& f)
        -> result<std::invoke_result_t<F, connection&>>;
    problem explain(const error& cause) const;

    struct shared_file {
        shared_file(const std::filesystem::path& in, std::string named,
                    std::vector<migration_list> holds, sqlite::writer::fatal_handler on_fatal,
                    writer_limits limits, slow_read_limits slow);

        const std::string name;
        const std::vector<migration_list> schemas;
        const std::filesystem::path directory, path;
        std::optional<owner_lock> lock;
        std::atomic<bool> owned = false;
        std::uint64_t epoch = 0;
        sqlite::writer writer;
        std::unique_ptr<sqlite::readers> readers;
        const slow_read_limits limits;
        worker_pool slow;
    };

    std::shared_ptr<shared_file> file_;
    std::string_view module_;
};

namespace detail {
template <class T>
inline constexpr bool is_awaitable = false;
template <class T, class Executor>
inline constexpr bool is_awaitable<asio::awaitable<T, Executor>> = true;
}  // namespace detail

template <class F>
auto database::read_by(readers::which whose, steady_time deadline, F&& f) {
    using answer = std::invoke_result_t<F, connection&>;
    static_assert(!detail::is_awaitable<answer>,
                  "a snapshot cannot be held across a co_await: read first, then await");
    static_assert(!std::is_same_v<answer, statement> && !std::is_reference_v<answer>,
                  "what refers to the snapshot ends with it");
    const read_transaction snapshot(*file_->readers, deadline, whose);
    return std::invoke(std::forward<F>(f), snapshot.db());
}

template <class F>
auto database::try_read_by(readers::which whose, steady_time deadline, F&& f)
    -> result<std::invoke_result_t<F, connection&>> {
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<F, connection&>>) {
            read_by(whose, deadline, std::forward<F>(f));
            return {};
        } else {
            return read_by(whose, deadline, std::forward<F>(f));
        }
    } catch (const error& e) {
        return std::unexpected(explain(e));
    }
}

template <class F>
auto database::read(steady_time deadline, F&& f) {
    return read_by(readers::which::own, deadline, std::forward<F>(f));
}

template <class F>
auto database::try_read(steady_time deadline, F&& f)
    -> result<std::invoke_result_t<F, connection&>> {
    return try_read_by(readers::which::own, deadline, std::forward<F>(f));
}

template <class F>
task<std::invoke_result_t<F&, connection&>> database::read_slow(steady_time deadline, F f) {
    using answer = result<std::invoke_result_t<F&, connection&>>;
    const auto until =
        std::min(deadline, std::chrono::steady_clock::now() + file_->limits.time_max);
    // This coroutine's frame stays where it is until the work is done.
    std::move_only_function<answer()> work = [this, until, &f] {
        return try_read_by(readers::which::spare, until, f);
    };
    auto done = co_await file_->slow.run<answer>(std::move(work));
    if (!done) co_return not_executed();
    co_return std::move(*done);
}

}  // namespace cleave::sqlite
