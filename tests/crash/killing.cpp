#include "killing.hpp"

#include <signal.h>

#include <cstdlib>
#include <sstream>

namespace cleave::test {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

plan read_plan() {
    plan p;
    std::istringstream words(environment("CLEAVE_TOPOLOGY"));
    p.topology = {std::istream_iterator<std::string>(words), {}};
    p.victim = environment("CLEAVE_CRASH_VICTIM");
    if (p.victim.empty()) p.victim = gateway;
    if (const auto kills = environment("CLEAVE_CRASH_KILLS"); !kills.empty())
        p.kills = std::stoi(kills);
    const auto seed = environment("CLEAVE_CRASH_SEED");
    p.seed = seed.empty() ? std::random_device()() : std::stoull(seed);
    return p;
}

void killer::run(const workload& work) {
    for (int i = 0; i < plan_.kills; ++i) {
        // One in four dies while it recovers from the last time.
        const bool early = i > 0 && random_() % 4 == 0;
        const auto enough = work.acknowledged() + 1 + static_cast<std::int64_t>(random_() % 60);
        if (!early && !eventually([&] { return work.acknowledged() >= enough; }))
            throw std::runtime_error("writes make no progress");
        if (plan_.victim == "up")
            kill_up();
        else
            kill_process();
    }
    if (!eventually([this] { return blog_->is_ready(); }))
        throw std::runtime_error("it does not become ready again");
}

// With everything that it started.
void killer::kill_up() {
    blog_->kill();
    if (!eventually([this] { return processes_that_mention(blog_.data()).empty(); }))
        throw std::runtime_error("processes outlive `cleave up`");
    blog_.restart(plan_.topology);
    where_.set(blog_->at());
}

void killer::kill_process() {
    process_info victim;
    if (!eventually([&] { return (victim = blog_->process_with(plan_.victim)).pid != 0; }))
        throw std::runtime_error(plan_.victim + " is not started again");
    ::kill(victim.pid, SIGKILL);
    // By its new number one knows that it was started again.
    if (!eventually([&] {
            const auto now = blog_->process_with(plan_.victim);
            return now.pid != 0 && now.pid != victim.pid;
        }))
        throw std::runtime_error(plan_.victim + " is not started again");
}

}  // namespace cleave::test
