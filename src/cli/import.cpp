#include <app/import_folder.hpp>
#include <cli/commands.hpp>
#include <cli/layout_options.hpp>
#include <cli/progress_bar.hpp>
#include <iostream>
#include <telemetry/log.hpp>

namespace cleave::cli {

namespace {

struct import_arguments {
    std::string folder;
    std::string author;
    std::string data = "data";
    bool dry_run = false;
};

void report_skipped(const std::vector<app::skipped_file>& skipped) {
    for (const auto& s : skipped) std::cerr << "skipped " << s.path << ": " << s.why << "\n";
}

int import(const import_arguments& given) {
    log::configure("import", log::level::warning);
    auto content = app::read_folder(given.folder, system_clock().now());
    if (given.dry_run) {
        for (const auto& a : content.articles)
            std::cout << to_rfc3339(a.article.created_at) << "  " << a.path << "  "
                      << a.article.title << "\n";
        report_skipped(content.skipped);
        fmt::print("{} articles could be imported, {} files are skipped\n", content.articles.size(),
                   content.skipped.size());
        return 0;
    }
    progress_bar bar;
    app::import_summary made;
    app::tool_blog blog(given.data);
    blog.run([&](app::tool_blog& b) -> async<void> {
        const auto report = [&bar](std::string_view what, std::uint64_t done, std::uint64_t all) {
            bar.show(what, done, all);
        };
        made = co_await app::import_folder(b, given.author, std::move(content), report);
        co_await b.settle();
    });
    bar.clear();
    report_skipped(made.skipped);
    fmt::print("imported {}, there already {}, skipped {}\n", made.added, made.known,
               made.skipped.size());
    return 0;
}

}  // namespace

void add_import(CLI::App& app, action& chosen) {
    auto* command = app.add_subcommand(
        "import", "Make articles of a folder of Markdown files, as Jekyll and Hugo keep them");
    auto given = std::make_shared<import_arguments>();
    command->add_option("folder", given->folder, "The folder, as _posts or content/posts")
        ->required()
        ->check(CLI::ExistingDirectory);
    command->add_option("--author", given->author, "Username of the one whose articles they become")
        ->required();
    command->add_flag("--dry-run", given->dry_run, "Only say what would be imported");
    add_data_option(*command, given->data);
    command->footer(
        "Read from the head of a file (YAML or TOML): title, description, slug, date, tags and\n"
        "categories, draft. What is missing comes from the file's name, its first heading, its\n"
        "first paragraph, and its time. Each file that is skipped is named with the reason.\n"
        "A path that was imported once is not imported again.\n"
        "Example: cleave import ~/blog/_posts --author ann --data /srv/blog");
    command->callback([&chosen, given] { chosen = [given] { return import(*given); }; });
}

}  // namespace cleave::cli
