#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <app/backup_parts.hpp>
#include <app/known_modules.hpp>
#include <app/storage.hpp>
#include <base/random.hpp>
#include <cerrno>
#include <sqlite/copy.hpp>
#include <sqlite/files.hpp>
#include <system_error>

namespace cleave::app {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view database_ending = ".db";
constexpr std::string_view keys_folder = "keys/";

bool is_plain(std::string_view name) {
    return !name.empty() && name.front() != '.' && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_';
    });
}

}  // namespace

backup_file described(const std::string& name, const fs::path& file) {
    secure_random();  // Initialises libsodium.
    const unique_fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) throw std::system_error(errno, std::generic_category(), file.string());
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, crypto_generichash_BYTES);
    std::vector<unsigned char> buffer(256 * 1024);
    backup_file out{name, 0, {}};
    for (;;) {
        const auto n = ::read(fd.get(), buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw std::system_error(errno, std::generic_category(), file.string());
        if (n == 0) break;
        crypto_generichash_update(&state, buffer.data(), static_cast<std::size_t>(n));
        out.bytes += n;
    }
    bytes digest(crypto_generichash_BYTES);
    crypto_generichash_final(&state, digest.data(), digest.size());
    out.blake2b = to_hex(digest);
    return out;
}

std::string_view name_of_database(std::string_view name) {
    if (!name.ends_with(database_ending)) return {};
    name.remove_suffix(database_ending.size());
    const auto known = known_modules();
    const bool is_one =
        name == shared_database ||
        std::ranges::any_of(known, [name](const auto& m) { return m.name == name; });
    return is_one ? name : std::string_view();
}

bool is_backup_name(std::string_view name) {
    if (name == "manifest" || !name_of_database(name).empty()) return true;
    return name.starts_with(keys_folder) && is_plain(name.substr(keys_folder.size()));
}

void check_database(const fs::path& file, std::string_view database) {
    const auto problems = sqlite::integrity_problems(file);
    if (!problems.empty())
        throw std::runtime_error(
            fmt::format("the database of {} is damaged: {}", database, fmt::join(problems, "; ")));
}

scratch_directory::scratch_directory(fs::path path) : path_(std::move(path)) {
    if (fs::exists(path_)) throw std::runtime_error(path_.string() + " is in the way; remove it");
    sqlite::make_private_directory(path_);
}

scratch_directory::~scratch_directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace cleave::app
