#pragma once
#include <base/async.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>
#include <memory>
#include <optional>
#include <sqlite/writer.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support.hpp"

namespace cleave::sqlite::test {

using number_job = std::move_only_function<result<std::int64_t>(connection&)>;

inline std::int64_t insert(connection& db, std::int64_t n) {
    db.run("INSERT INTO t(n) VALUES (?1)", n);
    return n;
}

inline number_job add(std::int64_t n) {
    return [n](connection& db) -> result<std::int64_t> { return insert(db, n); };
}

inline std::vector<std::int64_t> numbers_in(connection& db) {
    std::vector<std::int64_t> found;
    auto rows = db.query("SELECT n FROM t ORDER BY n");
    while (rows.step()) found.push_back(rows.integer(0));
    return found;
}

// A submitted job. The test's own thread is the I/O thread: it runs while it waits.
class pending {
public:
    pending(asio::io_context& io, writer& to, number_job job, const write_terms& terms) : io_(&io) {
        auto submit = [](writer& w, number_job j, write_terms until, auto into) -> async<void> {
            *into = co_await w.submit<std::int64_t>(until, std::move(j));
        };
        asio::co_spawn(io, submit(to, std::move(job), terms, answer_), asio::detached);
        io.poll();  // as far as the queue
    }

    bool answered() {
        io_->poll();
        return answer_->has_value();
    }
    result<std::int64_t> get() {
        while (!*answer_) io_->run_one();
        return **answer_;
    }

private:
    using slot = std::optional<result<std::int64_t>>;
    asio::io_context* io_;
    std::shared_ptr<slot> answer_ = std::make_shared<slot>();
};

// A writer of a database with one table, and what a test does with it.
class written {
public:
    explicit written(writer_limits limits = {}, const char* vfs = nullptr,
                     const std::string& pragmas = "")
        : limits_(limits), vfs_(vfs), pragmas_(pragmas) {
        start("CREATE TABLE t(n INTEGER PRIMARY KEY, filler BLOB);");
    }

    // Anew, on the file as it is.
    void restart() {
        writer.reset();
        start("");
    }

    pending later(number_job job, const write_terms& terms = steady_time::max()) {
        return {io_, *writer, std::move(job), terms};
    }
    result<std::int64_t> submit(number_job job, const write_terms& terms = steady_time::max()) {
        return later(std::move(job), terms).get();
    }

    const std::filesystem::path& file() const { return file_; }

    // What a connection that knows nothing of the writer finds.
    std::vector<std::int64_t> numbers() const {
        connection db(file_, open_mode::reader);
        return numbers_in(db);
    }

    // Why the writer failed; read after it has stopped.
    const std::vector<std::string>& fatal() {
        writer->stop();
        return fatal_;
    }

    // Keeps the writer's thread in a job. What is submitted until go() makes one batch.
    class gathering {
    public:
        explicit gathering(written& w)
            : w_(w), gate_(w.later([this](connection&) -> result<std::int64_t> {
                  inside_.set_value();
                  open_.get_future().wait();
                  return 0;
              })) {
            inside_.get_future().wait();
        }
        ~gathering() { go(); }
        gathering(const gathering&) = delete;

        pending submit(number_job job, const write_terms& terms = steady_time::max()) {
            return w_.later(std::move(job), terms);
        }
        void go() {
            if (std::exchange(gone_, true)) return;
            open_.set_value();
            static_cast<void>(gate_.get());
        }

    private:
        written& w_;
        std::promise<void> inside_;
        std::promise<void> open_;
        bool gone_ = false;
        pending gate_;
    };
    gathering gather() { return gathering(*this); }

private:
    void start(const std::string& sql) {
        auto db = std::make_unique<connection>(file_, open_mode::owner, vfs_);
        db->run_script(sql + pragmas_);
        writer = std::make_unique<sqlite::writer>(
            "t", [this](const std::string& why) { fatal_.push_back(why); }, limits_);
        writer->start(std::move(db));
    }

    temporary_directory directory_;
    std::filesystem::path file_ = directory_ / "t.db";
    writer_limits limits_;
    const char* vfs_;
    std::string pragmas_;
    asio::io_context io_{1};
    asio::executor_work_guard<executor> work_{io_.get_executor()};
    std::vector<std::string> fatal_;

public:
    std::unique_ptr<sqlite::writer> writer;
};

}  // namespace cleave::sqlite::test
