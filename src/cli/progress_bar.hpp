#pragma once
// One line on stderr, if that is a terminal, that says how far it is and how long it will take.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace cleave::cli {

class progress_bar {
public:
    progress_bar();
    ~progress_bar() { clear(); }
    progress_bar(const progress_bar&) = delete;

    // Cheap: drawn ten times a second at most. `all` of 0: it is not known.
    void show(std::string_view what, std::uint64_t done, std::uint64_t all);
    void clear();

private:
    bool shown_;
    std::string what_{};
    std::chrono::steady_clock::time_point began_{}, drawn_{};
};

// "articles  [#####.....]  1,000 of 2,000  3 s left", at most 79 columns.
std::string progress_line(std::string_view what, std::uint64_t done, std::uint64_t all,
                          std::chrono::steady_clock::duration spent);

}  // namespace cleave::cli
