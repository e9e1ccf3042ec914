#pragma once
// DIR/manifest: how the data in DIR is laid out, said by whoever made it. A binary that lays it out
// otherwise must not touch it: it would make a second, empty blog beside the first.
#include <filesystem>

namespace cleave::app {

// Writes it where there is none, and makes the directory. Throws topology::config_error where there
// is another one.
void check_manifest(const std::filesystem::path& data);

}  // namespace cleave::app
