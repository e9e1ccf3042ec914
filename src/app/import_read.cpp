#include <algorithm>
#include <app/import_folder.hpp>
#include <base/text.hpp>
#include <base/unicode.hpp>
#include <fstream>
#include <iterator>
#include <markup/front_matter.hpp>
#include <regex>

namespace cleave::app {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t file_bytes_max = 2 << 20;
constexpr std::size_t files_max = 100'000;
constexpr int depth_max = 32;
constexpr std::size_t description_bytes_max = 300;

struct unreadable {
    std::string why;
};

bool is_text(std::string_view text) {
    while (!text.empty()) {
        const auto before = text.size();
        const auto c = take_code_point(text);
        if (c == 0 || (c == 0xfffd && before - text.size() == 1)) return false;
    }
    return true;
}

bool is_markdown(const fs::path& file) {
    auto ending = file.extension().string();
    for (char& c : ending)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return ending == ".md" || ending == ".markdown" || ending == ".mkd";
}

std::string contents_of(const fs::path& file) {
    std::error_code ec;
    const auto size = fs::file_size(file, ec);
    if (ec) throw unreadable{"cannot be read: " + ec.message()};
    if (size > file_bytes_max) throw unreadable{"is above 2 MiB"};
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) throw unreadable{"cannot be read"};
    if (text.size() > file_bytes_max) throw unreadable{"is above 2 MiB"};
    if (!is_text(text)) throw unreadable{"is no text in UTF-8"};
    return text;
}

// "2024-01-31-the-slug.md", as Jekyll has it; or "the-slug.md"; or "the-slug/index.md".
struct file_name {
    std::string slug{};
    std::string date{};
};
file_name parts_of(const fs::path& path) {
    auto stem = path.stem().string();
    if (stem == "index" && path.has_parent_path()) stem = path.parent_path().filename().string();
    static const std::regex dated(R"((\d{4}-\d{2}-\d{2})-(.+))");
    std::smatch parts;
    if (std::regex_match(stem, parts, dated)) return {parts[2], parts[1]};
    return {std::move(stem), {}};
}

timestamp modified_at(const fs::path& file) {
    const auto when = std::chrono::file_clock::to_sys(fs::last_write_time(file));
    return {std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count()};
}

timestamp date_of(const markup::document& d, const file_name& name, const fs::path& file) {
    if (!d.date && name.date.empty()) return modified_at(file);
    const auto& text = d.date ? *d.date : name.date;
    const auto at = markup::parse_date(text);
    if (!at) throw unreadable{"its date is none: " + text.substr(0, 40)};
    return *at;
}

posts::imported_article article_of(const fs::path& file, const std::string& path, timestamp now) {
    auto read = markup::read_document(contents_of(file));
    if (!read) throw unreadable{std::move(read.error())};
    if (read->is_draft) throw unreadable{"is a draft"};
    if (is_blank(read->body)) throw unreadable{"has no text"};
    auto name = parts_of(path);
    posts::imported_article out;
    out.source = "file:" + path;
    if (auto heading = markup::first_heading(read->body); read->title || heading)
        out.title = read->title ? std::move(*read->title) : std::move(*heading);
    else
        throw unreadable{"has no title, neither in its head nor as its first heading"};
    out.slug = read->slug ? std::move(*read->slug) : std::move(name.slug);
    out.created_at = date_of(*read, name, file);
    if (out.created_at > now) throw unreadable{"is dated in the future"};
    out.description = read->description ? std::move(*read->description)
                                        : markup::beginning(read->body, description_bytes_max);
    if (is_blank(out.description)) out.description = out.title;
    out.tag_list = std::move(read->tags);
    out.body = std::move(read->body);
    return out;
}

class walk {
public:
    walk(const fs::path& folder, timestamp now) : folder_(folder), now_(now) {}

    folder_content run() {
        fs::recursive_directory_iterator at(folder_), end;
        while (at != end) {
            look_at(at);
            std::error_code ec;
            at.increment(ec);
            if (ec) throw std::system_error(ec, folder_.string());
        }
        std::ranges::sort(out_.articles, {},
                          [](const auto& a) { return std::tuple(a.article.created_at, a.path); });
        std::ranges::sort(out_.skipped, {}, &skipped_file::path);
        return std::move(out_);
    }

private:
    void look_at(fs::recursive_directory_iterator& at) {
        const auto path = at->path().lexically_relative(folder_).generic_string();
        const auto name = at->path().filename().string();
        std::error_code ec;
        const auto status = at->symlink_status(ec);
        if (fs::is_directory(status)) {
            const bool is_draft = name == "_drafts";
            if (is_draft) skip(path, "is a folder of drafts");
            if (name.starts_with('.') || is_draft) at.disable_recursion_pending();
            if (at.depth() >= depth_max) {
                at.disable_recursion_pending();
                skip(path, "lies too deep");
            }
            enter(at);
            return;
        }
        if (!is_markdown(at->path()) || name.starts_with('.')) return;
        if (fs::is_symlink(status)) return skip(path, "is a symbolic link");
        if (!fs::is_regular_file(status)) return skip(path, "is no file");
        if (name == "_index.md") return skip(path, "is a page of a section");
        if (out_.articles.size() >= files_max) return skip(path, "is one too many");
        try {
            out_.articles.push_back({path, article_of(at->path(), path, now_)});
        } catch (const unreadable& e) {
            skip(path, e.why);
        } catch (const fs::filesystem_error& e) {
            skip(path, "cannot be read: " + e.code().message());
        }
    }

    // A folder that may not be read is one of the things that are skipped.
    void enter(fs::recursive_directory_iterator& at) {
        if (!at.recursion_pending()) return;
        std::error_code ec;
        const fs::directory_iterator probe(at->path(), ec);
        if (!ec) return;
        at.disable_recursion_pending();
        skip(at->path().lexically_relative(folder_).generic_string(),
             "cannot be read: " + ec.message());
    }

    void skip(std::string path, std::string why) {
        out_.skipped.push_back({std::move(path), std::move(why)});
    }

    const fs::path& folder_;
    timestamp now_;
    folder_content out_{};
};

}  // namespace

folder_content read_folder(const fs::path& folder, timestamp now) {
    return walk(folder, now).run();
}

}  // namespace cleave::app
