#include "await.hpp"

#include <algorithm>

#include "scanner.hpp"

namespace cleave::architecture {

namespace {

constexpr auto nowhere = std::string_view::npos;

// The bracket that closes the one at `open`; the end of the code if none does.
std::size_t closing(std::string_view code, std::size_t open) {
    std::size_t depth = 0;
    for (auto at = open; at < code.size(); ++at) {
        if (std::string_view("([{").contains(code[at])) ++depth;
        if (std::string_view(")]}").contains(code[at]) && --depth == 0) return at;
    }
    return code.size();
}

// A '[' after a name or a closed bracket is a subscript.
bool begins_lambda(std::string_view code, std::size_t at) {
    const auto before = at == 0 ? nowhere : code.find_last_not_of(" \t\n", at - 1);
    if (before == nowhere) return true;
    return !is_word(code[before]) && code[before] != ')' && code[before] != ']';
}

// [], [this], [&], [&name, this]: whatever holds nothing of its own.
bool owns(std::string_view captures) {
    for (std::size_t at = 0; at < captures.size();) {
        const auto comma = std::min(captures.find(',', at), captures.size());
        auto one = captures.substr(at, comma - at);
        one.remove_prefix(std::min(one.find_first_not_of(" \t\n"), one.size()));
        const auto name = one.substr(0, one.find_last_not_of(" \t\n") + 1);
        if (!name.empty() && name.front() != '&' && name != "this") return true;
        at = comma + 1;
    }
    return false;
}

// From the '[' of a lambda to the '}' of its body.
std::size_t end_of_lambda(std::string_view code, std::size_t open) {
    auto at = closing(code, open) + 1;
    while (at < code.size() && code[at] != '{')
        at = code[at] == '(' ? closing(code, at) + 1 : at + 1;
    return closing(code, at);
}

// Walks over one expression, from behind its co_await to what ends it.
void scan_one(std::string_view code, std::size_t at, await_findings& found) {
    for (std::size_t depth = 0; at < code.size(); ++at) {
        const char c = code[at];
        if (c == ';' || (depth == 0 && (c == ')' || c == '}' || c == ']'))) return;
        if (c == '[' && begins_lambda(code, at)) {
            const auto close = closing(code, at);
            if (close >= code.size()) return;
            if (owns(code.substr(at + 1, close - at - 1))) found.owning_lambdas.push_back(at);
            at = end_of_lambda(code, at);
        } else if (c == '{') {
            found.braces.push_back(at);
            at = closing(code, at);
        } else if (c == '(' || c == '[') {
            ++depth;
        } else if (c == ')' || c == ']') {
            --depth;
        }
    }
}

}  // namespace

await_findings await_scan(std::string_view code) {
    await_findings found;
    constexpr std::string_view word = "co_await";
    for (auto at = find_word(code, word); at != nowhere; at = find_word(code, word, at + 1))
        scan_one(code, at + word.size(), found);
    // Two awaits of one expression find the same.
    for (auto* offsets : {&found.braces, &found.owning_lambdas}) {
        std::ranges::sort(*offsets);
        const auto twice = std::ranges::unique(*offsets);
        offsets->erase(twice.begin(), twice.end());
    }
    return found;
}

}  // namespace cleave::architecture
