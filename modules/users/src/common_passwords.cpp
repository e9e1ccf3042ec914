#include "common_passwords.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string>

#include "common_words.hpp"

namespace cleave::users {

namespace {

// Public test suites and front ends sign up with it.
constexpr std::string_view allowed = "password123";
constexpr std::size_t listed_characters_min = 8;  // What is shorter is refused anyway.
constexpr std::size_t listed_characters_max = 16;
constexpr int first_year = 1960, last_year = 2030;

// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), over small letters.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t h = 0xcbf2'9ce4'8422'2325;
    for (const char c : text) {
        const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        h = (h ^ static_cast<unsigned char>(small)) * 0x0000'0100'0000'01b3;
    }
    return h;
}

template <class F>
void for_each_word(std::string_view words, F&& use) {
    while (!words.empty()) {
        const auto end = std::min(words.find(' '), words.size());
        if (end > 0) use(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
}

// Every part of a row that is long enough, forwards and backwards.
template <class F>
void for_each_part(std::string row, F&& use) {
    for (int turn = 0; turn < 2; ++turn) {
        for (std::size_t from = 0; from < row.size(); ++from)
            for (std::size_t n = listed_characters_min; from + n <= row.size(); ++n)
                use(row.substr(from, n));
        std::ranges::reverse(row);
    }
}

}  // namespace

common_passwords::common_passwords() {
    for_each_word(common_words, [this](std::string_view word) {
        add(word);
        add(fmt::format("{0}{0}", word));
        for_each_word(common_tails,
                      [&](std::string_view tail) { add(fmt::format("{}{}", word, tail)); });
        for (int year = first_year; year <= last_year; ++year) add(fmt::format("{}{}", word, year));
    });
    for_each_word(common_walks, [this](std::string_view walk) { add(walk); });
    for_each_word(common_rows, [this](std::string_view row) {
        for_each_part(std::string(row), [this](const std::string& part) { add(part); });
    });
    // One, two or four characters over and over.
    for (std::size_t n = listed_characters_min; n <= listed_characters_max; ++n)
        for (const char c : std::string_view("0123456789abcdefghijklmnopqrstuvwxyz"))
            add(std::string(n, c));
    for (int pair = 0; pair < 100; ++pair)
        for (const char* form : {"{0:02}{0:02}{0:02}{0:02}", "{0:02}{0:02}{0:02}{0:02}{0:02}"})
            add(fmt::format(fmt::runtime(form), pair));
    for (int four = 0; four < 10'000; ++four) add(fmt::format("{0:04}{0:04}", four));
    seal();
}

common_passwords::common_passwords(const std::filesystem::path& file) {
    std::error_code ec;
    const auto size = std::filesystem::file_size(file, ec);
    std::ifstream in(file);
    if (ec || !in)
        throw std::runtime_error("the list of common passwords " + file.string() +
                                 " cannot be read");
    if (size > common_passwords_file_bytes_max)
        throw std::runtime_error("the list of common passwords " + file.string() +
                                 " is larger than 64 MiB");
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty()) hashes_.push_back(hash_of(line));
    }
    seal();
}

bool common_passwords::contains(std::string_view password) const {
    return std::ranges::binary_search(hashes_, hash_of(password));
}

void common_passwords::add(std::string_view password) {
    if (password.size() >= listed_characters_min && password != allowed)
        hashes_.push_back(hash_of(password));
}

void common_passwords::seal() {
    std::ranges::sort(hashes_);
    const auto rest = std::ranges::unique(hashes_);
    hashes_.erase(rest.begin(), rest.end());
    hashes_.shrink_to_fit();
}

}  // namespace cleave::users
