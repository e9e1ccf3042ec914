#include <fmt/ranges.h>

#include <algorithm>
#include <topology/nearest.hpp>
#include <vector>

namespace cleave::topology {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // One row of the table at a time: row[j] is the distance of a's first i bytes to b's first j.
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

std::optional<std::string> nearest(std::string_view name, std::span<const std::string> known) {
    std::optional<std::string> best;
    // Of a short name few letters may differ, or everything would be near everything.
    std::size_t edits_max = 1 + name.size() / 4;
    for (const auto& candidate : known) {
        const auto edits = edit_distance(name, candidate);
        if (edits > edits_max || (best && edits == edits_max)) continue;
        best = candidate;
        edits_max = edits;
    }
    return best;
}

std::string hint(std::string_view name, std::span<const std::string> known) {
    if (const auto meant = nearest(name, known))
        return fmt::format(" (did you mean {:?}?)", *meant);
    return fmt::format(" (known: {})", fmt::join(known, ", "));
}

}  // namespace cleave::topology
