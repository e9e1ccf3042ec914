#pragma once
// A module's database: who owns it, one writer, and a reader an I/O thread.
#include <base/io_threads.hpp>
#include <sqlite/migrations.hpp>
#include <sqlite/owner_lock.hpp>
#include <sqlite/writer.hpp>

namespace cleave::sqlite {

class database {
public:
    // DIR/<module>.db; takes the owner's lock, checks, migrates, and starts the writer.
    // Throws owned_elsewhere, sqlite::error, std::runtime_error.
    database(const std::filesystem::path& directory, const migration_list& schema,
             std::size_t io_thread_count, writer::fatal_handler on_fatal, writer_limits limits = {});
    ~database();

    sqlite::writer& writer() { return *writer_; }
    std::uint64_t epoch() const { return lock_.epoch(); }
    std::string_view module() const { return module_; }

    // Runs `f(connection&)` in one read transaction on this thread's reader: one snapshot, so all
    // its statements see the same moment. It cannot be held across a co_await: f is a plain
    // function, and returning an awaitable does not compile.
    // Throws sqlite::error; is_interrupted() where the deadline passed.
    template <class F>
    auto read(steady_time deadline, F&& f);

    // The same, with a failure of the database as a problem, logged once.
    template <class F>
    auto try_read(steady_time deadline, F&& f) -> result<std::invoke_result_t<F, connection&>>;

private:
    std::string module_;
    owner_lock lock_;
    std::unique_ptr<sqlite::writer> writer_;
    std::vector<std::unique_ptr<connection>> readers_;
};

}  // namespace cleave::sqlite
