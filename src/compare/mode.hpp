#pragma once
// An architecture to measure, as `cleave up` is told of it.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::compare {

struct mode {
    std::string name;                    // as it was given; of a file, "grouped"
    std::vector<std::string> arguments;  // of `cleave up`
    // What a call between processes takes beside its own time; absent: no proxies.
    std::optional<std::chrono::microseconds> network{};
    std::string beside{};     // the name of the mode that it is compared with; empty: the first
    bool is_scraped = false;  // its metrics are read once a second
    bool is_tried_without_others = false;  // see absence.hpp
    bool operator==(const mode&) const = default;
};

// "classic", "monolith", "split", "split:comments,stats" or "FILE.toml".
// Throws std::invalid_argument with a sentence for the user.
mode parse_mode(std::string_view text);

}  // namespace cleave::compare
