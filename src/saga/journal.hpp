#pragma once
// The sagas that a module orchestrates, on disk in its own database: where each of them is. A saga
// begins in the transaction of its first effect, and where all modules have their tables in that
// database it can end there as well.
#include <base/random.hpp>
#include <events/outbox.hpp>
#include <saga/participant.hpp>
#include <saga/plan.hpp>

namespace cleave::saga {

struct record {
    std::string id{};
    saga::plan plan{};
    std::int64_t subject = 0;
    progress at{};
    std::int64_t attempts = 0;  // of the step it is at, that failed
    std::int64_t bugs = 0;      // of those: the module failed with `internal`
    std::string error{};        // of the last of them
    timestamp begun_at{}, changed_at{};
};

inline constexpr std::int64_t sagas_listed_max = 1'000;

class journal {
public:
    // Makes its table where it is missing: before the first write job; not in a replica.
    explicit journal(events::outbox& own, const wall_clock& clock = system_clock());

    // Only the owner of the database brings them on.
    bool is_owned_here() const { return store_.is_owned_here(); }

    // Inside a write job: does a step of a module that shares the database.
    using step_within = std::function<result<nothing>(sqlite::connection&, std::string_view module,
                                                      const step_request&)>;
    // From now on begin() does all of a saga. Before the first command.
    void run_within(step_within step) { within_ = std::move(step); }

    // Inside a write job, with the effect of the plan's first step. `id` is new. Tells how it is:
    // at its end with run_within(), or else that the job must fail, and nothing was done.
    result<record> begin(sqlite::connection& db, const std::string& id, const plan& what,
                         std::int64_t subject) const;

    result<std::optional<record>> find(std::string id) const;
    result<std::vector<std::string>> unfinished(std::int64_t limit) const;
    // Newest first.
    result<std::vector<record>> list() const;

    // From where it was to where it is now; nothing where it is elsewhere by then.
    task<nothing> move(record from, progress to) const;
    // It stays where it is, since an attempt failed.
    task<nothing> note_failure(std::string id, std::string error, bool is_bug) const;
    // One that is stuck goes on. Fails with not_found or conflict (it is over).
    task<nothing> retry(std::string id) const;

    // Raised when there may be something to do.
    events::signal& changed() const { return changed_; }

private:
    result<void> run_all(sqlite::connection& db, const std::string& id, const plan& what,
                         std::int64_t subject) const;

    sqlite::database& store_;
    const wall_clock& clock_;
    step_within within_;
    std::string insert_, find_, unfinished_, list_, move_, fail_, forget_;
    mutable events::signal changed_;
    mutable std::atomic<bool> changing_ = false;
};

// 128 random bits in hex: who knows it may see how the saga fares.
std::string new_id(random_source& random);

}  // namespace cleave::saga
