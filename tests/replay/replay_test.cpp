// Differential replay: one log of requests, put to a blog in each topology, one after the other.
// The answers are the same, and so is what is in the databases afterwards.
//
// CLEAVE_REPLAY_TOPOLOGIES has a name and the arguments of `cleave up` for each topology, as in
// "monolith:;split:--split all"; the first is what the others are compared with. Where they differ,
// the log is kept, and CLEAVE_REPLAY_LOG replays it; CLEAVE_REPLAY_SEED and CLEAVE_REPLAY_STEPS
// make another.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <random>
#include <sstream>
#include <thread>

#include "generator.hpp"
#include "player.hpp"

using namespace cleave::test;

namespace {

std::string environment(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value && *value ? value : otherwise;
}

struct contestant {
    std::string name;
    std::vector<std::string> arguments;
    std::vector<std::string> answers{}, dump{};
    std::string failure{};
};

std::vector<contestant> contestants() {
    std::istringstream all(
        environment("CLEAVE_REPLAY_TOPOLOGIES", "monolith:;split-all:--split all"));
    std::vector<contestant> found;
    for (std::string one; std::getline(all, one, ';');) {
        const auto colon = one.find(':');
        std::istringstream words(colon == std::string::npos ? "" : one.substr(colon + 1));
        found.push_back({one.substr(0, colon), {std::istream_iterator<std::string>(words), {}}});
    }
    return found;
}

replay_log read_or_make_log() {
    const auto file = environment("CLEAVE_REPLAY_LOG", "");
    if (!file.empty()) return load_log(file);
    const auto seed = environment("CLEAVE_REPLAY_SEED", "");
    const std::uint64_t number = seed.empty() ? std::random_device()() : std::stoull(seed);
    const auto steps = std::stoul(environment("CLEAVE_REPLAY_STEPS", "3000"));
    std::cerr << steps << " steps; the same again: CLEAVE_REPLAY_SEED=" << number << "\n";
    return generator(number).make(steps);
}

void run(contestant& who, const replay_log& log) {
    try {
        scratch_blog blog(who.arguments);
        player replay(*blog);
        who.answers = replay.play(log);
        who.dump = databases(blog.data()).dump(replay.normal());
    } catch (const std::exception& e) {
        who.failure = e.what();
    }
}

std::string shown(const step& what) {
    return what.method + " " + what.target + "\n" + what.headers +
           "body in base64url: " + what.body;
}

// The first difference says most: what follows may come from it.
bool same_answers(const replay_log& log, const contestant& one, const contestant& other) {
    for (std::size_t i = 0; i < std::min(one.answers.size(), other.answers.size()); ++i) {
        if (one.answers[i] == other.answers[i]) continue;
        INFO("step " << i << ": " << shown(log[i]));
        CHECK(one.name + " answers\n" + one.answers[i] ==
              other.name + " answers\n" + other.answers[i]);
        return false;
    }
    return true;
}

bool same_dumps(const contestant& one, const contestant& other) {
    std::vector<std::string> here, there;
    std::ranges::set_difference(one.dump, other.dump, std::back_inserter(here));
    std::ranges::set_difference(other.dump, one.dump, std::back_inserter(there));
    here.resize(std::min<std::size_t>(here.size(), 10));
    there.resize(std::min<std::size_t>(there.size(), 10));
    INFO("rows that " << one.name << " or " << other.name << " has alone, the first of them");
    CHECK_THAT(here, Catch::Equals(std::vector<std::string>()));
    CHECK_THAT(there, Catch::Equals(std::vector<std::string>()));
    return here.empty() && there.empty();
}

// What makes the comparison mean something: much was done, and much refused.
void check_is_rich(const replay_log& log, const contestant& who) {
    std::map<std::string, int> by_status;
    for (const auto& answer : who.answers) ++by_status[answer.substr(9, 3)];
    for (const auto& [status, count] : by_status) std::cerr << status << " " << count << "  ";
    std::cerr << "\n" << who.dump.size() << " rows\n";
    for (const auto* status : {"200", "201", "204", "304", "401", "403", "404", "422"}) {
        INFO(status);
        CHECK(by_status[status] > 0);
    }
    for (const auto* status : {"500", "502", "503", "504"}) CHECK(by_status[status] == 0);
    CHECK(by_status["200"] + by_status["201"] > static_cast<int>(log.size() / 2));
}

}  // namespace

TEST_CASE("one log gets the same answers and leaves the same data in each topology") {
    const auto log = read_or_make_log();
    auto all = contestants();
    REQUIRE(all.size() > 1);
    {
        std::vector<std::jthread> threads;
        threads.reserve(all.size());
        for (auto& who : all) threads.emplace_back([&] { run(who, log); });
    }
    bool same = true;
    for (const auto& who : all) {
        INFO(who.name);
        CHECK(who.failure.empty());
        if (!who.failure.empty()) std::cerr << who.name << ": " << who.failure << "\n";
        same = same && who.failure.empty();
        if (&who == &all.front()) continue;
        const bool equal = same_answers(log, all.front(), who) && same_dumps(all.front(), who);
        same = same && equal;
    }
    if (same) return check_is_rich(log, all.front());
    const auto kept = std::filesystem::temp_directory_path() /
                      ("cleave-replay-" + std::to_string(::getpid()) + ".jsonl");
    save(log, kept);
    std::cerr << "replay it with CLEAVE_REPLAY_LOG=" << kept.string() << "\n";
}
