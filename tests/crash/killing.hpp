#pragma once
// Who is killed when.
#include <signal.h>

#include <functional>
#include <random>
#include <support/running_blog.hpp>

#include "workload.hpp"

namespace cleave::test {

struct plan {
    std::vector<std::string> topology;  // arguments of `cleave up`
    // "up", "any" (some of the processes, other ones each time), or what the process runs: a module
    // or the gateway.
    std::string victim;
    int signal = SIGKILL;
    int kills = 6;
    std::uint64_t seed = 0;
};

// From the environment: CLEAVE_TOPOLOGY, CLEAVE_CRASH_VICTIM, CLEAVE_CRASH_SIGNAL (KILL or TERM),
// CLEAVE_CRASH_KILLS and CLEAVE_CRASH_SEED.
plan read_plan();

class killer {
public:
    // `answers` asks once, of a module or the gateway, whether it gives answers.
    using probe = std::function<bool(const std::string& victim)>;
    killer(const plan& what, scratch_blog& blog, whereabouts& where, probe answers)
        : plan_(what),
          blog_(blog),
          where_(where),
          answers_(std::move(answers)),
          random_(what.seed) {}

    // All of them, each after some more writes, or before the victim is even back; then waits until
    // everything is ready again.
    void run(const workload& work);
    // From each kill to the first answer of who was killed, in order of their length.
    std::vector<double> away_ms() const;

private:
    using clock = std::chrono::steady_clock;
    void await_answer(const std::string& victim, clock::time_point since);

    void kill_up();
    void kill_processes(const std::vector<std::string>& names);
    std::vector<std::string> some_victims();

    const plan& plan_;
    scratch_blog& blog_;
    whereabouts& where_;
    const probe answers_;
    std::vector<double> away_ms_;
    std::mt19937_64 random_;
};

}  // namespace cleave::test
