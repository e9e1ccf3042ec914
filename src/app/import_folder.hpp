#pragma once
// A folder of Markdown files as articles of one author: what Jekyll and Hugo keep under _posts or
// content. Symbolic links are not followed.
#include <app/seed.hpp>
#include <app/tool_blog.hpp>
#include <filesystem>

namespace cleave::app {

struct skipped_file {
    std::string path{};  // seen from the folder
    std::string why{};
};

struct readable_article {
    std::string path{};
    posts::imported_article article{};  // without an author
};

struct folder_content {
    std::vector<readable_article> articles{};  // oldest first
    std::vector<skipped_file> skipped{};       // by path
};

// Reads the folder; `now`: what is dated later is skipped. Throws std::system_error where the
// folder itself cannot be read.
folder_content read_folder(const std::filesystem::path& folder, timestamp now);

struct import_summary {
    std::uint64_t added = 0;
    std::uint64_t known = 0;  // came before
    std::vector<skipped_file> skipped{};
};

// What came from the same path before does not come again, however it has changed since, here or
// there. Throws std::runtime_error where there is no such user, or a module refuses altogether.
async<import_summary> import_folder(tool_blog& blog, std::string author, folder_content content,
                                    progress_report report);

}  // namespace cleave::app
