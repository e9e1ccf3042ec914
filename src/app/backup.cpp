#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <app/backup_parts.hpp>
#include <app/known_modules.hpp>
#include <app/manifest.hpp>
#include <contract/codec.hpp>
#include <sqlite/copy.hpp>
#include <sqlite/files.hpp>

namespace cleave::app {

namespace {

namespace fs = std::filesystem;

// Each before those whose events it follows.
std::vector<std::string> consumers_first() {
    const auto known = known_modules();
    std::vector<topology::known_module> left(known.begin(), known.end());
    std::vector<std::string> out;
    while (!left.empty()) {
        const auto next = std::ranges::find_if(left, [&left](const auto& candidate) {
            return std::ranges::none_of(left, [&candidate](const auto& other) {
                return std::ranges::find(other.follows, candidate.name) != other.follows.end();
            });
        });
        // There is no cycle (tests/architecture), so somebody is followed by nobody.
        out.push_back(next->name);
        left.erase(next);
    }
    return out;
}

class backup {
public:
    backup(const fs::path& data, const fs::path& file, const backup_progress& progress)
        : data_(data),
          progress_(progress),
          draft_(file.string() + ".part"),
          scratch_(file.string() + ".copy"),
          archive_(draft_) {}
    ~backup() {
        std::error_code ignored;
        if (!done_) fs::remove(draft_, ignored);
    }
    backup(const backup&) = delete;

    backup_summary make(const fs::path& file) {
        const auto layout = layout_of(data_);
        for (const auto& name :
             layout == storage_layout::shared ? databases_of(layout) : consumers_first())
            if (fs::exists(data_ / (name + ".db"))) add_database(name);
        if (list_.files.empty())
            throw std::runtime_error("there is no database in " + data_.string());
        add_keys();
        if (fs::exists(data_ / "manifest")) add("manifest", data_ / "manifest");
        list_.cleave_version = CLEAVE_VERSION;
        list_.made_at = system_clock().now();
        archive_.add_text(std::string(backup_list_name), encode(list_));
        archive_.finish();
        // link() replaces nothing.
        if (::link(draft_.c_str(), file.c_str()) != 0)
            throw std::system_error(errno, std::generic_category(), file.string());
        ::unlink(draft_.c_str());
        done_ = true;
        sqlite::sync_directory(fs::absolute(file).parent_path());
        return std::move(summary_);
    }

private:
    void add_database(const std::string& database) {
        const auto name = database + ".db";
        const auto copy = scratch_.path() / name;
        sqlite::copy_database(data_ / name, copy, [&](std::uint64_t done, std::uint64_t all) {
            progress_(database, done, all);
        });
        check_database(copy, database);
        add(name, copy);
        fs::remove(copy);
    }

    void add_keys() {
        std::error_code none;
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(data_ / "keys", none))
            if (entry.is_regular_file() && !entry.is_symlink())
                names.push_back("keys/" + entry.path().filename().string());
        std::ranges::sort(names);
        for (const auto& name : names)
            if (is_backup_name(name)) add(name, data_ / name);
    }

    void add(const std::string& name, const fs::path& from) {
        list_.files.push_back(described(name, from));
        archive_.add_file(name, from);
        summary_.files.push_back(name);
        summary_.bytes += static_cast<std::uint64_t>(list_.files.back().bytes);
    }

    const fs::path& data_;
    const backup_progress& progress_;
    fs::path draft_;
    scratch_directory scratch_;
    archive_writer archive_;
    backup_list list_{};
    backup_summary summary_{};
    bool done_ = false;
};

}  // namespace

backup_summary make_backup(const fs::path& data, const fs::path& file,
                           const backup_progress& progress) {
    if (fs::exists(file))
        throw std::runtime_error(file.string() + " is there already, and is not replaced");
    if (!fs::is_directory(data)) throw std::runtime_error("there is no directory " + data.string());
    backup work(data, file, progress);
    return work.make(file);
}

}  // namespace cleave::app
