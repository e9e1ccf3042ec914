#include "killing.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
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
    if (environment("CLEAVE_CRASH_SIGNAL") == "TERM") p.signal = SIGTERM;
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
        const auto enough = work.writes() + 1 + static_cast<std::int64_t>(random_() % 250);
        if (!early && !eventually([&] { return work.writes() >= enough; }))
            throw std::runtime_error("writes make no progress");
        if (plan_.victim == "up")
            kill_up();
        else
            kill_processes(some_victims());
    }
    if (!eventually([this] { return blog_->is_ready(); }))
        throw std::runtime_error("it does not become ready again");
}

std::vector<double> killer::away_ms() const {
    auto sorted = away_ms_;
    std::ranges::sort(sorted);
    return sorted;
}

void killer::await_answer(const std::string& victim, clock::time_point since) {
    if (!eventually([&] { return answers_(victim); }))
        throw std::runtime_error(victim + " gives no answer again");
    away_ms_.push_back(std::chrono::duration<double, std::milli>(clock::now() - since).count());
}

// With everything that it started.
void killer::kill_up() {
    const auto begin = clock::now();
    blog_->kill();
    if (!eventually([this] { return processes_that_mention(blog_.data()).empty(); }))
        throw std::runtime_error("processes outlive `cleave up`");
    blog_.restart(plan_.topology);
    where_.set(blog_->at());
    await_answer(std::string(gateway), begin);
}

// What one of them runs tells which it is.
std::vector<std::string> killer::some_victims() {
    if (plan_.victim != "any") return {plan_.victim};
    std::vector<std::string> names;
    for (const auto& process : blog_->processes()) names.push_back(process.modules.front());
    std::ranges::shuffle(names, random_);
    names.resize(1 + random_() % names.size());
    return names;
}

void killer::kill_processes(const std::vector<std::string>& names) {
    const auto pid_of = [&](const std::string& name) { return blog_->process_with(name).pid; };
    std::map<std::string, pid_t> killed;
    for (const auto& name : names)
        if (!eventually([&] { return (killed[name] = pid_of(name)) != 0; }))
            throw std::runtime_error(name + " is not started again");
    const auto begin = clock::now();
    for (const auto& [name, pid] : killed) ::kill(pid, plan_.signal);
    // By its new number one knows that it was started again.
    for (const auto& [name, pid] : killed)
        if (!eventually([&] {
                const pid_t now = pid_of(name);
                return now != 0 && now != pid;
            }))
            throw std::runtime_error(name + " is not started again");
    for (const auto& [name, pid] : killed) await_answer(name, begin);
}

}  // namespace cleave::test
