#pragma once
// Keys live in files of mode 0600 and reach no command line, log or error.
#include <base/encoding.hpp>
#include <base/random.hpp>
#include <filesystem>

namespace cleave {

// The file's bytes; where there is none, `size` random ones, stored first. Several processes may
// call this at once: all get the bytes of the one that came first. The folder is made (0700).
// Throws std::runtime_error where the file has another size or cannot be read or written.
bytes load_or_create_secret(const std::filesystem::path& file, std::size_t size,
                            random_source& random);

// Makes the file appear whole or not at all, durable and with the mode; replaces nothing: false
// where it is there already. Throws std::system_error.
bool create_file_once(const std::filesystem::path& file, bytes_view content, unsigned mode);

// Nothing where there is no such file. Throws std::system_error.
std::optional<bytes> read_file(const std::filesystem::path& file);

}  // namespace cleave
