#pragma once
// Many write jobs in one transaction, answered after its commit. Knows no threads: the writer calls
// it with what its queue holds.
//
// A savepoint a job would let one be undone alone, and halves what SQLite writes a second: the
// first change of each page in each savepoint copies the page. So jobs run without one, on the
// assumption that none fails after it wrote something; where one does, the batch is undone and run
// again with savepoints, as are a few batches after it.
#include <functional>
#include <optional>
#include <sqlite/checkpointer.hpp>
#include <sqlite/write_job.hpp>
#include <string>
#include <vector>

namespace cleave::sqlite {

class group_commit {
public:
    // durable: called after each commit, before its jobs are answered.
    group_commit(connection& db, checkpointer& checkpoints, std::string name, writer_tally& tally,
                 std::function<void()> durable);

    // Finishes every one of them.
    void apply(write_jobs jobs);

    // Why the database cannot be trusted any longer: a commit of unknown outcome, a failed fsync, a
    // transaction that cannot be left. Nothing is applied from then on.
    const std::optional<std::string>& broken() const { return broken_; }

private:
    // What became of one run of a job.
    struct verdict {
        bool keep = false;
        std::optional<problem> overruled{};
        std::string why{};  // to be logged, once the verdict is final
    };
    enum class ending { committed, undone, unknown };
    enum class filling {
        complete,
        gone,   // the transaction is, or must go
        spoilt  // by a job that wrote something and failed, without a savepoint
    };

    bool together(write_jobs jobs);
    filling fill_batch(write_jobs jobs);
    void alone(write_job& job);
    verdict attempt_alone(write_job& job);
    verdict run(write_job& job);

    std::optional<verdict> begin();
    ending commit(verdict& found);
    void roll_back();
    bool make_room();
    verdict judge(const error& cause);
    void answer(write_job& job, verdict final);
    void note_begin(write_jobs jobs);
    void note_end(const write_job& job, const verdict& final) const;

    connection& db_;
    checkpointer& checkpoints_;
    const std::string name_;
    writer_tally& tally_;
    const std::function<void()> durable_;
    std::vector<verdict> verdicts_;
    int careful_batches_ = 0;  // so many have savepoints
    // What the spans of a batch say, where one of its jobs belongs to a request that is recorded.
    const std::uint32_t span_name_;
    bool recorded_ = false;
    std::size_t jobs_ = 0;
    steady_time begun_{}, commit_begun_{}, committed_{};
    std::optional<std::string> broken_;
    bool full_ = false;         // the disk was, since the last BEGIN
    bool full_logged_ = false;  // and nothing was committed since
};

}  // namespace cleave::sqlite
