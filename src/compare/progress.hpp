#pragma once
// One line on stderr, if that is a terminal, that says what is under way and for how long yet.
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace cleave::compare {

class progress {
public:
    progress(std::size_t runs, std::chrono::seconds planned_per_run);
    ~progress() { clear(); }
    progress(const progress&) = delete;

    void begin_run(std::string name);
    void phase(std::string_view name);
    void clear();

private:
    std::chrono::seconds left() const;

    bool shown_;
    std::size_t runs_;
    std::size_t run_ = 0;  // from 1
    std::string name_{};
    std::chrono::steady_clock::duration planned_per_run_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point run_began_ = began_;
};

}  // namespace cleave::compare
