#include <algorithm>
#include <base/text.hpp>
#include <markup/front_matter.hpp>
#include <markup/head.hpp>

namespace cleave::markup {

namespace {

constexpr std::size_t head_bytes_max = 64 * 1024;

// The line at `from` without its end, and where the next one begins.
std::string_view line_at(std::string_view text, std::size_t from, std::size_t& next) {
    const auto end = std::min(text.find('\n', from), text.size());
    next = std::min(end + 1, text.size());
    return text.substr(from, end - from);
}

std::string with_plain_lines(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
    return out;
}

bool is_true(std::string_view text) {
    return text == "true" || text == "yes" || text == "True" || text == "TRUE";
}

void add_tags(document& into, const std::vector<std::string>& values, bool is_list) {
    const auto add = [&into](std::string tag) {
        if (!tag.empty() && std::ranges::find(into.tags, tag) == into.tags.end())
            into.tags.push_back(std::move(tag));
    };
    for (const auto& value : values) {
        if (is_list) {
            add(trimmed(value));
            continue;
        }
        // Jekyll separates them by blanks; people, by commas.
        const char separator = value.contains(',') ? ',' : ' ';
        std::string_view left = value;
        while (!left.empty()) {
            const auto end = std::min(left.find(separator), left.size());
            add(trimmed(left.substr(0, end)));
            left.remove_prefix(std::min(end + 1, left.size()));
        }
    }
}

}  // namespace

void take(document& into, std::string_view key, const std::vector<std::string>& values,
          bool is_list) {
    if (key == "tags" || key == "tag" || key == "categories" || key == "category") {
        add_tags(into, values, is_list);
        return;
    }
    if (is_list || values.empty() || is_blank(values.front())) return;
    const auto& value = values.front();
    if (key == "title") into.title = trimmed(value);
    if (key == "slug") into.slug = trimmed(value);
    if (key == "date") into.date = trimmed(value);
    if (key == "draft") into.is_draft = into.is_draft || is_true(value);
    if (key == "published") into.is_draft = into.is_draft || !is_true(value);
    if (key == "description" || ((key == "summary" || key == "excerpt") && !into.description))
        into.description = trimmed(value);
}

std::expected<document, std::string> read_document(std::string_view raw) {
    const auto text = with_plain_lines(raw);
    document out;
    std::size_t at = 0;
    const auto mark = trimmed(line_at(text, 0, at));
    if (mark != "---" && mark != "+++") {
        out.body = text;
        return out;
    }
    const auto begin = at;
    std::size_t end = 0;
    for (bool closed = false; !closed; end = closed ? end : at) {
        if (at >= text.size()) return std::unexpected("its head does not end");
        end = at;
        const auto line = trimmed(line_at(text, at, at));
        closed = line == mark || (mark == "---" && line == "...");
    }
    if (end - begin > head_bytes_max) return std::unexpected("its head is above 64 KiB");
    const auto head = std::string_view(text).substr(begin, end - begin);
    auto wrong = mark == "---" ? read_yaml(head, out) : read_toml(head, out);
    if (wrong) return std::unexpected(std::move(*wrong));
    out.body = text.substr(at);
    return out;
}

std::optional<std::string> first_heading(std::string_view body) {
    const auto begin = body.find_first_not_of(white_space);
    if (begin == std::string_view::npos || !body.substr(begin).starts_with("# "))
        return std::nullopt;
    std::size_t next = 0;
    auto text = trimmed(line_at(body, begin, next).substr(2));
    while (text.ends_with('#')) text.pop_back();
    text = trimmed(text);
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::string beginning(std::string_view body, std::size_t bytes_max) {
    std::string out;
    for (std::size_t at = 0; at < body.size();) {
        const auto line = trimmed(line_at(body, at, at));
        if (line.empty() && !out.empty()) break;
        // Headings, pictures, code and tables are no sentences.
        if (line.empty() || std::string_view("#!<`~|{").contains(line.front())) {
            if (!out.empty()) break;
            continue;
        }
        if (!out.empty()) out += ' ';
        for (const char c : line)
            if (!std::string_view("*_`[]>").contains(c)) out += c;
    }
    out = trimmed(out);
    if (out.size() <= bytes_max) return out;
    auto end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
    out.resize(end);
    if (const auto blank = out.rfind(' '); blank != std::string::npos && blank > bytes_max / 2)
        out.resize(blank);
    return out + "…";
}

}  // namespace cleave::markup
