#pragma once
// Reading the JSON lines that log.cpp writes, of this release or another one.
#include <optional>
#include <telemetry/log_ring.hpp>

namespace cleave::log {

struct read_line {
    kept_line what;
    std::string_view fields;  // of the text: all but time and level, as they stand there

    new_line line() const;
};

// Nothing where the text is no such line. Fields that are not known are passed over.
std::optional<read_line> read_json_line(std::string_view text);

}  // namespace cleave::log
