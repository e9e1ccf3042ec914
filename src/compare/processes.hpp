#pragma once
// What each process of a mode used: what a mode costs as a whole, divided.
#include <compare/results.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::compare {

// Over all valid repeats. A module that has a process of its own has its CPU; of modules that share
// one, only what each writes can be told apart from outside, by its writer's thread.
struct process_row {
    std::string scenario;
    std::string mode;
    std::string process;  // its name in the topology; "supervisor"; else what was started
    double cpu_ns_per_request = 0;
    double switches_per_1000 = 0;
    double pss_kib = 0;
    double threads = 0;
    struct writer {
        std::string module;  // of a long name its beginning
        double cpu_ns_per_request = 0;
    };
    std::vector<writer> writers{};
};

// Of the first scenario that has any, in the order of modes and processes, without the mode that is
// the first one again.
std::vector<process_row> processes_of(const experiment_result& of);

// CPU, context switches, memory, threads, writers ("12 us posts, 5 us users").
std::vector<std::string> cells_of(const process_row& row);

// "main" of "cleave serve --process main --config …".
std::string process_name(std::string_view command);

}  // namespace cleave::compare
