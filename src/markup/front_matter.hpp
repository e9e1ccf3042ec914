#pragma once
// A Markdown file as Jekyll and Hugo write it: a head between two lines of "---" (YAML) or "+++"
// (TOML), then the text. What blogs do not need of it is passed over.
//
// Input is hostile: a head has at most 64 KiB, is nested at most 8 deep and has at most 4,096
// values; YAML's aliases, which can stand for more than fits into memory, are refused.
#include <base/clock.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::markup {

struct document {
    std::optional<std::string> title{};
    std::optional<std::string> description{};  // or summary, or excerpt
    std::optional<std::string> slug{};
    std::optional<std::string> date{};  // as it stands there
    std::vector<std::string> tags{};    // and categories; each once
    bool is_draft = false;              // draft: true, or published: false
    std::string body{};                 // lines end in \n
};

// A file without a head is all body. Fails with a sentence that says why it cannot be read.
std::expected<document, std::string> read_document(std::string_view raw);

// "2024-01-31", with a time behind a blank or a T, with seconds and fractions or without, and with
// Z, +09:00, +0900 or nothing, which is UTC.
std::optional<timestamp> parse_date(std::string_view text);

// The text of the first heading of the first level, if the body begins with one.
std::optional<std::string> first_heading(std::string_view body);
// The beginning of the first paragraph without its marks, cut between characters and words.
std::string beginning(std::string_view body, std::size_t bytes_max);

}  // namespace cleave::markup
