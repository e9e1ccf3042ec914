#include <app/backup.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <cli/progress_bar.hpp>

namespace cleave::cli {

namespace {

struct backup_arguments {
    std::string file;
    std::string data = "data";
    bool replace = false;
    bool check = false;
};

std::string size_text(std::uint64_t bytes) {
    constexpr double mib = 1024.0 * 1024.0;
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / mib);
}

app::backup_progress shown_on(progress_bar& bar) {
    return [&bar](std::string_view what, std::uint64_t done, std::uint64_t all) {
        bar.show(what, done, all);
    };
}

int backup(const backup_arguments& given) {
    progress_bar bar;
    const auto made = app::make_backup(given.data, given.file, shown_on(bar));
    bar.clear();
    fmt::print("{}: {} files, {}\n", given.file, made.files.size(), size_text(made.bytes));
    return 0;
}

int restore(const backup_arguments& given) {
    progress_bar bar;
    if (given.check) {
        const auto sound = app::check_backup(given.file, shown_on(bar));
        bar.clear();
        fmt::print("{} is sound: {} files, {}\n", given.file, sound.files.size(),
                   size_text(sound.bytes));
        return 0;
    }
    const auto done = app::restore_backup(given.file, given.data, given.replace, shown_on(bar));
    bar.clear();
    fmt::print("{} is as {} had it: {} files, {}\n", given.data, given.file, done.what.files.size(),
               size_text(done.what.bytes));
    if (!done.replaced.empty())
        fmt::print("What was there before is in {}; remove it when it is not missed.\n",
                   done.replaced.string());
    return 0;
}

}  // namespace

void add_backup(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand(
        "backup", "Write all databases and keys to one file, while the blog runs or not");
    auto given = std::make_shared<backup_arguments>();
    command->add_option("file", given->file, "A file that is not there yet (tar, mode 0600)")
        ->required();
    add_data_option(*command, given->data);
    command->footer(
        "Each database is copied as of one moment, and checked. The file holds the keys as well:\n"
        "keep it as secret as the data. `cleave restore` reads it.\n"
        "Example: cleave backup /var/backups/blog-monday.tar --data /srv/blog");
    command->callback([&chosen, given] { chosen = [given] { return backup(*given); }; });
}

void add_restore(CLI::App& app, action& chosen) {
    auto* command =
        app.add_subcommand("restore", "Make a data directory what a backup holds; stop first");
    auto given = std::make_shared<backup_arguments>();
    command->add_option("file", given->file, "What `cleave backup` has written")
        ->required()
        ->check(CLI::ExistingFile);
    add_data_option(*command, given->data);
    command->add_flag("--force", given->replace,
                      "Also where there is data, which is kept beside it under another name");
    command->add_flag("--check", given->check, "Only say whether the backup is sound");
    command->footer(
        "The whole backup is unpacked beside the directory and checked before it takes its place.\n"
        "Refused while anything runs on the directory.\n"
        "Example: cleave restore /var/backups/blog-monday.tar --data /srv/blog");
    command->callback([&chosen, given] { chosen = [given] { return restore(*given); }; });
}

}  // namespace cleave::cli
