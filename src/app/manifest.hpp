#pragma once
// DIR/manifest: how the data in DIR is laid out, said by whoever made it. A binary that lays it out
// otherwise must not touch it: it would make a second, empty blog beside the first.
#include <app/storage.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace cleave::app {

// Writes it where there is none, and makes the directory. Throws topology::config_error where there
// is another one.
void check_manifest(const std::filesystem::path& data, storage_layout wanted);

// As the manifest has it; separate where there is none. Throws topology::config_error for one that
// this binary does not know.
storage_layout layout_of(const std::filesystem::path& data);

// The names of all databases that may be there: "posts" of DIR/posts.db and DIR/posts.owner.
std::vector<std::string> databases_of(storage_layout layout);

}  // namespace cleave::app
