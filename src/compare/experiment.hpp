#pragma once
// A question, and how it is put to each architecture. What all have in common is in run.cpp: the
// order (ABBA), repeats, intervals, reports.
#include <atomic>
#include <compare/cores.hpp>
#include <compare/mode.hpp>
#include <compare/results.hpp>
#include <compare/run.hpp>
#include <functional>
#include <stdexcept>
#include <string_view>

namespace cleave::compare {

class interrupted : public std::runtime_error {
public:
    interrupted() : std::runtime_error("interrupted") {}
};

struct run_context {
    const options& given;
    const core_plan& cores;
    const std::atomic<bool>& stop;
    std::function<void(std::string_view phase)> tell;
    std::function<void(std::string reason)> leave_out;  // said once each
};

struct experiment {
    std::string_view name;
    std::string_view question;
    std::string_view question_ko;
    std::vector<metric_facts> metrics;
    std::vector<mode> (*modes)(const options&);
    std::chrono::milliseconds (*takes)(const options&);  // one measure(), about
    // One mode, once. The same repeat sends the same requests at the same times in every mode.
    // Throws start_failed, set_up_failed, std::system_error, and interrupted where `stop` became
    // true.
    std::vector<record> (*measure)(const run_context&, const mode&, std::int64_t repeat);
    bool measures_noise = false;  // the first mode is measured twice
};

// In the order in which they are made.
const std::vector<experiment>& experiments();

// One of them, or "workload", the one that is made of somebody's own routes; null: there is none.
const experiment* find_experiment(std::string_view name);

// What was asked for: options.modes.
std::vector<mode> given_modes(const options& given);

}  // namespace cleave::compare
