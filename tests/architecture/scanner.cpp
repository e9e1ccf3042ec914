#include "scanner.hpp"

#include <algorithm>
#include <cctype>

namespace cleave::architecture {

namespace {

class cpp_scanner {
public:
    explicit cpp_scanner(std::string_view text) : text_(text) { out_.code = text; }

    scanned run() {
        while (at_ < text_.size()) step();
        return std::move(out_);
    }

private:
    void step() {
        if (sees("//"))
            blank(at_, text_.find('\n', at_));
        else if (sees("/*"))
            blank(at_, after("*/", at_ + 2));
        else if (is_include())
            at_ = std::min(text_.find('\n', at_), text_.size());
        else if (sees("R\"") && (at_ == 0 || !is_word(text_[at_ - 1])))
            raw_literal();
        else if (sees("\""))
            plain_literal('"');
        else if (sees("'") && (at_ == 0 || !is_word(text_[at_ - 1])))  // Else: 1'000'000.
            plain_literal('\'');
        else
            pass();
    }

    bool sees(std::string_view what) const { return text_.substr(at_).starts_with(what); }

    std::size_t after(std::string_view what, std::size_t from) const {
        const auto found = text_.find(what, from);
        return found == std::string_view::npos ? text_.size() : found + what.size();
    }

    bool is_include() const {
        if (text_[at_] != '#') return false;
        const auto word = text_.find_first_not_of(" \t", at_ + 1);
        return word != std::string_view::npos && text_.substr(word).starts_with("include");
    }

    void pass() {
        if (!std::isspace(static_cast<unsigned char>(text_[at_]))) follows_literal_ = false;
        ++at_;
    }

    void blank(std::size_t from, std::size_t to) {
        to = std::min(to, text_.size());
        for (std::size_t i = from; i < to; ++i)
            if (text_[i] != '\n') out_.code[i] = ' ';
        at_ = to;
    }

    void raw_literal() {
        const auto open = text_.find('(', at_);
        if (open == std::string_view::npos) return pass();
        const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        const auto end = after(close, open);
        keep(open + 1, end - close.size());
        blank(at_ + 2, end - 1);
        ++at_;
    }

    void plain_literal(char quote) {
        auto end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n')
            end += text_[end] == '\\' ? 2 : 1;
        end = std::min(end, text_.size());
        if (quote == '"') keep(at_ + 1, end);
        blank(at_ + 1, end);
        at_ = std::min(at_ + 1, text_.size());
    }

    void keep(std::size_t from, std::size_t to) {
        const auto text = text_.substr(from, to - from);
        if (follows_literal_)
            out_.literals.back().text += text;
        else
            out_.literals.push_back({line_at(text_, from), std::string(text)});
        follows_literal_ = true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool follows_literal_ = false;
    scanned out_;
};

void blank_until(std::string& code, std::size_t from, std::size_t to) {
    for (auto i = from; i < std::min(to, code.size()); ++i)
        if (code[i] != '\n') code[i] = ' ';
}

}  // namespace

scanned scan_cpp(std::string_view text) {
    return cpp_scanner(text).run();
}

scanned scan_sql(std::string_view text) {
    scanned out{std::string(text)};
    auto& code = out.code;
    for (std::size_t at = 0; at < code.size(); ++at) {
        if (code[at] == '\'')
            at = std::min(code.find('\'', at + 1), code.size());
        else if (code.compare(at, 2, "--") == 0)
            blank_until(code, at, code.find('\n', at));
        else if (code.compare(at, 2, "/*") == 0)
            blank_until(code, at, std::min(code.find("*/", at), code.size() - 2) + 2);
    }
    return out;
}

scanned scan_script(std::string_view text) {
    scanned out{std::string(text)};
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool starts_word = at == 0 || std::isspace(static_cast<unsigned char>(text[at - 1]));
        if (text[at] == '#' && starts_word) blank_until(out.code, at, text.find('\n', at));
    }
    return out;
}

std::vector<include_line> includes_in(std::string_view code) {
    std::vector<include_line> found;
    std::size_t number = 0;
    for (std::string_view line : lines_of(code)) {
        ++number;
        const auto hash = line.find_first_not_of(" \t");
        if (hash == std::string_view::npos || line[hash] != '#') continue;
        const auto word = line.find_first_not_of(" \t", hash + 1);
        if (word == std::string_view::npos || !line.substr(word).starts_with("include")) continue;
        const auto open = line.find_first_of("<\"", word);
        if (open == std::string_view::npos) continue;
        const auto close = line.find_first_of(">\"", open + 1);
        found.push_back(
            {number, std::string(line.substr(open + 1, close - open - 1)), line[open] == '"'});
    }
    return found;
}

std::size_t line_at(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    return 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
    for (auto at = text.find(word, from); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        const bool begins = at == 0 || !is_word(text[at - 1]) || !is_word(word.front());
        const bool ends = end >= text.size() || !is_word(text[end]) || !is_word(word.back());
        if (begins && ends) return at;
    }
    return std::string_view::npos;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (is_word(c)) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

}  // namespace cleave::architecture
