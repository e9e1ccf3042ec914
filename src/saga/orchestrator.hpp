#pragma once
// Brings the sagas of a journal to their ends, those too that were under way when a process was
// killed. What it knows is on disk; a step that was done and not noted is asked for again, and its
// module remembers.
//
// A module that does not answer is no failure: it is asked again, at most every two seconds,
// without an end. What fails for good is turned back before the pivot, and stuck after it. A bug
// (`internal`) counts as that after 20 attempts.
#include <base/timer.hpp>
#include <saga/journal.hpp>
#include <set>

namespace cleave::saga {

class orchestrator {
public:
    struct limits {
        std::int64_t driven_max = 64;  // sagas at once; the others wait
        std::int64_t bugs_max = 20;
        std::chrono::milliseconds backoff_first{20};
        std::chrono::milliseconds backoff_max{2'000};
        std::chrono::milliseconds call_timeout{10'000};
    };
    // By the name of a module; null for one that cannot be reached now.
    using directory = std::function<participant*(std::string_view module)>;

    orchestrator(const journal& sagas, directory participants, limits l)
        : sagas_(sagas), participants_(std::move(participants)), limits_(l) {}

    // On one I/O thread, until stop().
    async<void> run();
    void stop();

    // One saga as far as it goes without waiting for long. True: there is nothing left to do for
    // it, or only for an operator.
    async<bool> advance(std::string id);

private:
    async<void> drive(std::string id);
    task<step_outcome> perform(const record& now);
    async<bool> fail_step(record now, problem why);
    async<bool> settle(record now, progress to);

    const journal& sagas_;
    const directory participants_;
    const limits limits_;
    bool stopped_ = false;
    std::set<std::string> driven_;
};

}  // namespace cleave::saga
