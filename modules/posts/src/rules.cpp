#include "rules.hpp"

#include <algorithm>
#include <base/text.hpp>
#include <base/unicode.hpp>

namespace cleave::posts {

namespace {

constexpr std::size_t slug_bytes_max = 120;

result<void> invalid(std::string_view field, std::string_view why) {
    problem p{errc::invalid_argument, std::string(field), std::string(why),
              "/article/" + std::string(field)};
    return fail(std::move(p));
}

result<void> check_text(std::string_view field, std::string_view text, std::size_t bytes_max) {
    if (is_blank(text)) return invalid(field, "can't be blank");
    if (text.size() > bytes_max)
        return invalid(field, "is too long (at most " + std::to_string(bytes_max) + " bytes)");
    return {};
}

result<void> check_tags(const std::vector<std::string>& tags) {
    if (tags.size() > tags_max) return invalid("tagList", "is too long (at most 64 tags)");
    for (const auto& tag : tags)
        if (tag.size() > tag_bytes_max)
            return invalid("tagList", "has a tag that is too long (at most 128 bytes)");
    return {};
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

}  // namespace

result<void> check_article(const create_request& r) {
    if (auto fine = check_text("title", r.title, title_bytes_max); !fine) return fine;
    if (auto fine = check_text("description", r.description, description_bytes_max); !fine)
        return fine;
    if (auto fine = check_text("body", r.body, body_bytes_max); !fine) return fine;
    return check_tags(r.tag_list);
}

result<void> check_change(const change_request& r) {
    const auto check = [](std::string_view field, const std::optional<std::string>& text,
                          std::size_t bytes_max) -> result<void> {
        return text ? check_text(field, *text, bytes_max) : result<void>();
    };
    if (auto fine = check("title", r.title, title_bytes_max); !fine) return fine;
    if (auto fine = check("description", r.description, description_bytes_max); !fine) return fine;
    if (auto fine = check("body", r.body, body_bytes_max); !fine) return fine;
    return r.tag_list ? check_tags(*r.tag_list) : result<void>();
}

std::vector<std::string> tidy_tags(std::vector<std::string> tags) {
    for (auto& tag : tags) {
        std::ranges::replace(tag, '\n', ' ');
        tag = trimmed(tag);
    }
    std::erase(tags, "");
    std::ranges::sort(tags);
    const auto twice = std::ranges::unique(tags);
    tags.erase(twice.begin(), twice.end());
    return tags;
}

namespace {

// What is invisible or changes the direction of a text could make two slugs look alike. Marks are
// needed to write Hindi or Vietnamese.
bool belongs_in_slug(char32_t c, char_class of) {
    return of != char_class::separator && !is_invisible(c);
}

}  // namespace

std::string make_slug(std::string_view title) {
    std::string out;
    while (!title.empty()) {
        const char32_t c = take_code_point(title);
        const char_class of = class_of(c);
        if (of == char_class::separator) {
            if (!out.empty() && out.back() != '-') out += '-';
        } else if (belongs_in_slug(c, of)) {
            append_utf8(out, c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c);
        }
    }
    if (out.size() > slug_bytes_max) {
        std::size_t end = slug_bytes_max;
        while (end > 0 && is_continuation(out[end])) --end;
        out.resize(end);
    }
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out.empty() ? "article" : out;
}

bool is_reserved_slug(std::string_view slug) {
    return slug == "feed";
}

std::string join_tags(const std::vector<std::string>& tags) {
    std::string out;
    for (const auto& tag : tags) {
        if (!out.empty()) out += '\n';
        out += tag;
    }
    return out;
}

std::vector<std::string> split_tags(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace cleave::posts
