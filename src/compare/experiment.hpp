#pragma once
// One run: a fresh system is started, filled, loaded and stopped.
#include <atomic>
#include <compare/cores.hpp>
#include <compare/mode.hpp>
#include <compare/results.hpp>
#include <compare/run.hpp>
#include <functional>
#include <stdexcept>
#include <string_view>

namespace cleave::compare {

inline constexpr std::size_t open_loop_connections = 64;
inline constexpr std::size_t flat_out_connections = 32;

class interrupted : public std::runtime_error {
public:
    interrupted() : std::runtime_error("interrupted") {}
};

struct run_context {
    const options& given;
    const core_plan& cores;
    const std::atomic<bool>& stop;
    std::function<void(std::string_view phase)> tell;
};

// The same repeat sends the same requests at the same times in every mode.
// Throws start_failed, set_up_failed, std::system_error, and interrupted where `stop` became true.
run_result measure(const run_context& context, const mode& what, std::int64_t repeat);

// Fills in what is derived from samples.
latency summarize(const std::vector<std::int64_t>& sorted_ns);

}  // namespace cleave::compare
