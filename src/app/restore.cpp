#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>

#include <algorithm>
#include <app/backup_parts.hpp>
#include <app/known_modules.hpp>
#include <app/manifest.hpp>
#include <cerrno>
#include <contract/codec.hpp>
#include <events/restored.hpp>
#include <map>
#include <sqlite/files.hpp>
#include <sqlite/owner_lock.hpp>
#include <topology/status.hpp>

namespace cleave::app {

namespace {

namespace fs = std::filesystem;

using topology::config_error;

[[noreturn]] void refuse_damaged(const fs::path& file, std::string_view what) {
    throw std::runtime_error(fmt::format("{} is no sound backup: {}", file.string(), what));
}

// Everything of the backup, laid out and checked.
backup_summary unpack(const fs::path& file, const fs::path& into, const backup_progress& progress) {
    archive_reader archive(file);
    std::map<std::string, backup_file> found;
    std::optional<backup_list> list;
    while (auto next = archive.next()) {
        if (list) refuse_damaged(file, "something follows its end");
        if (next->name == backup_list_name) {
            auto read = decode<backup_list>(archive.text(backup_list_bytes_max));
            if (!read) refuse_damaged(file, "its list cannot be read");
            list = std::move(*read);
            continue;
        }
        if (!is_backup_name(next->name)) refuse_damaged(file, "it holds " + next->name);
        const auto to = into / next->name;
        sqlite::make_private_directory(to.parent_path());
        if (fs::exists(to)) refuse_damaged(file, next->name + " is in it twice");
        archive.extract(to, [&](std::uint64_t done) { progress(next->name, done, next->size); });
        found[next->name] = described(next->name, to);
    }
    if (!list) refuse_damaged(file, "it was cut off");
    if (list->format > backup_format)
        throw std::runtime_error(fmt::format("{} was made by cleave {}, which is newer than this",
                                             file.string(), list->cleave_version));
    if (list->files.size() != found.size()) refuse_damaged(file, "a file is missing");
    backup_summary out;
    for (const auto& f : list->files) {
        const auto at = found.find(f.name);
        if (at == found.end() || at->second.bytes != f.bytes || at->second.blake2b != f.blake2b)
            refuse_damaged(file, f.name + " is not what was backed up");
        if (const auto database = name_of_database(f.name); !database.empty()) {
            progress("checking", out.files.size(), list->files.size());
            check_database(into / f.name, database);
        }
        out.files.push_back(f.name);
        out.bytes += static_cast<std::uint64_t>(f.bytes);
    }
    return out;
}

// Ids after those of the backup were of other events, which somebody may have seen who was not
// restored with it.
void begin_new_epochs(const fs::path& data) {
    const bool shared = layout_of(data) == storage_layout::shared;
    std::vector<events::kept_module> modules;
    for (const auto& m : known_modules()) {
        auto file = data / ((shared ? std::string(shared_database) : m.name) + ".db");
        if (fs::exists(file)) modules.push_back({m.name, std::move(file)});
    }
    events::renew_epochs(modules);
}

void refuse_running(const fs::path& data) {
    const auto refuse = [&data](std::string_view who, std::int64_t pid) {
        throw config_error(fmt::format("{} runs on {} (pid {}): stop it first", who, data.string(),
                                       pid > 0 ? std::to_string(pid) : "unknown"));
    };
    if (!fs::exists(data)) return;
    if (const auto status = topology::fetch_status(data); status && !status->processes.empty())
        refuse("process " + status->processes[0].name, status->processes[0].pid);
    for (const auto& name : databases_of(layout_of(data)))
        if (const auto pid = sqlite::owner_lock::holder(data, name))
            refuse("the owner of " + name, *pid);
}

bool holds_data(const fs::path& data) {
    std::error_code none;
    return std::ranges::any_of(fs::directory_iterator(data, none), [](const auto& entry) {
        return entry.path().extension() == ".db" || entry.path().filename() == "keys";
    });
}

// The one for the other at once where the file system can do that.
void exchange(const fs::path& fresh, const fs::path& data) {
    if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, data.c_str(), RENAME_EXCHANGE) == 0) return;
    if (errno != EINVAL && errno != ENOSYS)
        throw std::system_error(errno, std::generic_category(), "cannot replace " + data.string());
    const auto aside = data.string() + ".aside";
    fs::rename(data, aside);
    fs::rename(fresh, data);
    fs::rename(aside, fresh);
}

std::string stamp() {
    auto text = to_rfc3339(system_clock().now());
    std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == '.'; });
    return text;
}

fs::path without_slash(const fs::path& path) {
    const auto full = fs::absolute(path).lexically_normal();
    return full.has_filename() ? full : full.parent_path();
}

}  // namespace

backup_summary check_backup(const fs::path& file, const backup_progress& progress) {
    const scratch_directory scratch(fs::absolute(file).string() + ".check");
    return unpack(file, scratch.path(), progress);
}

restored restore_backup(const fs::path& file, const fs::path& given, bool replace,
                        const backup_progress& progress) {
    const auto data = without_slash(given);
    refuse_running(data);
    const bool is_there = fs::exists(data), has_data = holds_data(data);
    if (has_data && !replace)
        throw config_error(
            fmt::format("there is data in {}: choose another directory with --data, "
                        "or replace it with --force (it is kept beside it)",
                        data.string()));
    const auto parent = data.parent_path();
    fs::create_directories(parent);
    const scratch_directory scratch(data.string() + ".restoring");
    restored out;
    out.what = unpack(file, scratch.path(), progress);
    begin_new_epochs(scratch.path());
    if (!is_there) {
        fs::rename(scratch.path(), data);
    } else {
        // Whoever starts now on what is to go finds it owned.
        std::vector<sqlite::owner_lock> held;
        for (const auto& name : databases_of(layout_of(data))) held.emplace_back(data, name);
        exchange(scratch.path(), data);
        if (has_data) {
            out.replaced = data.string() + ".replaced-" + stamp();
            fs::rename(scratch.path(), out.replaced);
        }
    }
    sqlite::sync_directory(parent);
    return out;
}

}  // namespace cleave::app
