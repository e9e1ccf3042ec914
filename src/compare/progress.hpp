#pragma once
// What is under way and for how long yet, on stderr: a line that changes on a terminal; elsewhere,
// such as in CI, a line when a step begins.
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::compare {

class progress {
public:
    // So many runs of a kind, each about so long.
    struct step {
        std::size_t runs = 0;
        std::chrono::milliseconds each{0};
    };
    explicit progress(std::vector<step> steps);
    ~progress() { clear(); }
    progress(const progress&) = delete;

    void begin_run(std::string name);
    void end_step();
    void phase(std::string_view name);
    void clear();

private:
    std::chrono::seconds left() const;

    bool shown_;
    std::vector<step> steps_;
    std::size_t step_ = 0;
    std::size_t run_ = 0;  // of this step, from 1
    std::string name_{};
    std::chrono::steady_clock::time_point step_began_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point run_began_ = step_began_;
};

}  // namespace cleave::compare
