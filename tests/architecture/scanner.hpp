#pragma once
// What a file says, apart from its comments and the contents of its string literals.
#include <string>
#include <string_view>
#include <vector>

namespace cleave::architecture {

struct literal {
    std::size_t line = 0;
    std::string text{};  // Adjacent literals are one, as for the compiler.
};

struct scanned {
    // As long as the text, line for line; comments and the contents of literals are blanks.
    // The header of an #include stays.
    std::string code{};
    std::vector<literal> literals{};
};

scanned scan_cpp(std::string_view text);

// `--` and /* */ comments become blanks; literals stay in the code.
scanned scan_sql(std::string_view text);

// From '#' to the end of the line: shell, Python and CMake.
scanned scan_script(std::string_view text);

struct include_line {
    std::size_t line = 0;
    std::string header{};
    bool quoted = false;  // "beside.hpp", not <folder/header.hpp>
};

std::vector<include_line> includes_in(std::string_view code);

// 1 for the first.
std::size_t line_at(std::string_view text, std::size_t offset);

bool is_word(char c);

// Where `word` stands alone in the text at or after `from`; npos if nowhere.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);

std::vector<std::string_view> lines_of(std::string_view text);

// Runs of letters, digits and underscores.
std::vector<std::string> words_of(std::string_view text);

}  // namespace cleave::architecture
