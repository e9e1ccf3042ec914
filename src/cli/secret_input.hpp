#pragma once
// A secret that a person types, or a program writes to standard input. Never a command line's.
#include <optional>
#include <string>

namespace cleave::cli {

// On a terminal: asked for twice, and not shown. Else the first line. Nothing (and a sentence on
// stderr) where the two differ or the input is at its end.
std::optional<std::string> read_secret(const std::string& prompt);

}  // namespace cleave::cli
