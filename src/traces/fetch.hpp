#pragma once
// Spans of all processes that run on a data directory, put together.
#include <contract/problem.hpp>
#include <filesystem>
#include <traces/span_service.hpp>

namespace cleave::traces {

// The answers of all processes, the earliest span first; a span that two tell is there once. Blocks
// for at most a few seconds. Fails with not_executed where nothing runs. A process that does not
// answer (an older release answers 404) is named in `silent` and left out.
struct fetched {
    std::vector<span_record> spans{};
    std::vector<std::string> silent{};
};
result<fetched> fetch_spans(const std::filesystem::path& data, const question& asked);

// The `count` latest or slowest of the roots that all processes know.
std::vector<span_record> choose_roots(std::vector<span_record> roots, const question& asked);

}  // namespace cleave::traces
