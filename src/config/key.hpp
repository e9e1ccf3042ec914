#pragma once
// The types of settings. A setting is declared once, as a member of a described struct:
//
//     struct http_settings {
//         number<"How long a connection may be idle.", 1, 3'600'000> idle_timeout_ms = 75'000;
//     };
//     BOOST_DESCRIBE_STRUCT(http_settings, (), (idle_timeout_ms))
//
// Its name in a file, its environment variable, its check, its help and its line of `cleave config`
// are derived from that: see table.hpp.
#include <algorithm>
#include <base/text.hpp>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cleave::config {

// A sentence as a template argument.
template <std::size_t N>
struct words {
    char text[N]{};
    consteval words(const char (&from)[N]) { std::ranges::copy(from, text); }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

// As a TOML file holds it.
using raw = std::variant<std::int64_t, bool, std::string, std::vector<std::string>>;

std::string toml_list(const std::vector<std::string>& texts);
std::string range_text(std::int64_t least, std::int64_t most);
std::vector<std::string> split_list(std::string_view text);  // "a, b"
bool is_address(std::string_view text);

// Each has: help; secret, whether it is masked; expects(), what a value must be; take() and
// take_text(), false where it is not that; toml(), as a file would say it.
template <words Help>
struct described_key {
    static constexpr std::string_view help = Help.view();
    static constexpr bool secret = false;
};

template <words Help, std::int64_t Least, std::int64_t Most>
struct number : described_key<Help> {
    std::int64_t value;
    constexpr number(std::int64_t v = Least) : value(v) {}
    constexpr operator std::int64_t() const { return value; }

    static std::string expects() { return range_text(Least, Most); }
    bool take(const raw& given) {
        const auto* n = std::get_if<std::int64_t>(&given);
        if (!n || *n < Least || *n > Most) return false;
        value = *n;
        return true;
    }
    bool take_text(std::string_view text) {
        std::int64_t n = 0;
        return read_number(text, n) && take(n);
    }
    std::string toml() const { return std::to_string(value); }
};

template <words Help>
struct flag : described_key<Help> {
    bool value;
    constexpr flag(bool v = false) : value(v) {}
    constexpr operator bool() const { return value; }

    static std::string expects() { return "true or false"; }
    bool take(const raw& given) {
        const auto* b = std::get_if<bool>(&given);
        if (b) value = *b;
        return b != nullptr;
    }
    bool take_text(std::string_view text) {
        return (text == "true" || text == "false") && take(text == "true");
    }
    std::string toml() const { return value ? "true" : "false"; }
};

// Any text; empty: none.
template <words Help>
struct text : described_key<Help> {
    std::string value;
    text(std::string v = {}) : value(std::move(v)) {}
    operator const std::string&() const { return value; }

    static std::string expects() { return "a text in quotes"; }
    bool take(const raw& given) {
        const auto* t = std::get_if<std::string>(&given);
        if (t) value = *t;
        return t != nullptr;
    }
    bool take_text(std::string_view given) { return take(std::string(given)); }
    std::string toml() const { return toml_text(value); }
};

// A text that is shown to nobody.
template <words Help>
struct secret_text : text<Help> {
    using text<Help>::text;
    static constexpr bool secret = true;
};

// "127.0.0.1:8080"
template <words Help>
struct address : text<Help> {
    using text<Help>::text;
    static std::string expects() { return "an address with a port, like \"127.0.0.1:8080\""; }
    bool take(const raw& given) {
        const auto* t = std::get_if<std::string>(&given);
        return t && is_address(*t) && text<Help>::take(given);
    }
    bool take_text(std::string_view given) { return take(std::string(given)); }
};

// Texts; in a variable or on the command line with commas between them.
template <words Help>
struct list : described_key<Help> {
    std::vector<std::string> value;
    list(std::vector<std::string> v = {}) : value(std::move(v)) {}
    operator const std::vector<std::string>&() const { return value; }

    static std::string expects() { return "a list of texts, like [\"a\", \"b\"]"; }
    bool take(const raw& given) {
        const auto* l = std::get_if<std::vector<std::string>>(&given);
        if (l) value = *l;
        return l != nullptr;
    }
    bool take_text(std::string_view given) { return take(split_list(given)); }
    std::string toml() const { return toml_list(value); }
};

// An enumerator that would be a word of C++ has an underscore behind it: inline_ is "inline".
constexpr std::string_view spelled(std::string_view enumerator) {
    return enumerator.substr(0, enumerator.size() - enumerator.ends_with('_'));
}

// One of a described enum's names.
template <class Enum, words Help>
struct choice : described_key<Help> {
    Enum value;
    constexpr choice(Enum v = {}) : value(v) {}
    constexpr operator Enum() const { return value; }

    static std::string expects() {
        std::string out;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
            [&](auto e) { out += (out.empty() ? "one of " : ", ") + toml_text(spelled(e.name)); });
        return out;
    }
    bool take(const raw& given) {
        const auto* t = std::get_if<std::string>(&given);
        bool found = false;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto e) {
            if (!t || *t != spelled(e.name)) return;
            value = e.value;
            found = true;
        });
        return found;
    }
    bool take_text(std::string_view given) { return take(std::string(given)); }
    std::string toml() const {
        return toml_text(spelled(boost::describe::enum_to_string(value, "")));
    }
};

}  // namespace cleave::config
