// Bad networks between processes: on every edge, with seeds that replay. Whoever asks is told that
// it was not done (503) or that nobody knows (504), and never anything wrong; what was acknowledged
// is there, once.
//
// CLEAVE_FAULTS_SEED repeats a run, CLEAVE_FAULTS_ROUNDS (1 without it) makes it longer.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>

#include "proxied_blog.hpp"
#include "workload.hpp"

using namespace cleave::test;

namespace {

std::uint64_t number(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    return value && *value ? std::stoull(value) : otherwise;
}

const std::vector<fault> all_faults{
    fault::delay,       fault::drop_request,    fault::drop_answer,    fault::reset_before,
    fault::reset_after, fault::corrupt_request, fault::corrupt_answer, fault::cut_answer,
    fault::slow,        fault::duplicate};

// Some rounds with faults, and what came of them.
void run(const std::vector<fault>& kinds) {
    const auto seed = number("CLEAVE_FAULTS_SEED", std::random_device()());
    const auto rounds = number("CLEAVE_FAULTS_ROUNDS", 1);
    std::cerr << "the same again: CLEAVE_FAULTS_SEED=" << seed << "\n";
    proxied_blog blog(seed, std::chrono::milliseconds(400));
    workload work(blog.at());
    // Each edge by itself, with everything that may happen there.
    for (std::uint64_t i = 0; i < 3 * rounds; ++i)
        for (auto& e : blog.edges()) {
            e.proxy->set(kinds, 2);
            work.round(e.name() + " " + std::to_string(i));
            e.proxy->heal();
        }
    // And all of them at once.
    for (std::uint64_t i = 0; i < 20 * rounds; ++i) {
        for (auto& e : blog.edges()) e.proxy->set(kinds, 10);
        work.round("everywhere " + std::to_string(i));
        blog.heal();
    }
    std::map<fault, int> done;
    for (const auto& e : blog.edges())
        for (const auto& [what, times] : e.proxy->done()) done[what] += times;
    for (const auto& [what, times] : done) std::cerr << name_of(what) << " " << times << ", ";
    std::cerr << work.figures() << "\n";
    CHECK(blog.ended().empty());
    work.check();
    for (const auto& what : work.wrong()) FAIL_CHECK(what);
    for (const auto what : kinds) {
        INFO(name_of(what));
        CHECK(done[what] > 0);
    }
}

}  // namespace

TEST_CASE("whatever happens between processes, nothing is lost, doubled or wrong") {
    run(all_faults);
}
