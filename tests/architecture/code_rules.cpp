// What code must not do, whoever it belongs to.
#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "await.hpp"
#include "rules.hpp"

namespace cleave::architecture {

namespace {

using findings = std::vector<finding>;

bool is_cpp(const tree&, const source_file& file) {
    return file.is_cpp();
}
bool is_test(const tree&, const source_file& file) {
    return file.is_test() && !file.path.ends_with(".md") && !file.path.ends_with(".txt");
}
bool is_inside_module(const tree&, const source_file& file) {
    return file.is_cpp() && !file.module().empty() && !file.is_test();
}

findings at(const source_file& file, const std::vector<std::size_t>& offsets, const char* what) {
    findings found;
    for (const auto offset : offsets)
        found.push_back({file.path, line_at(file.text, offset), what});
    return found;
}

findings builds_in_await(const tree&, const source_file& file) {
    return at(file, await_scan(file.content.code).braces, "braces inside a co_await expression");
}

findings owns_in_await(const tree&, const source_file& file) {
    return at(file, await_scan(file.content.code).owning_lambdas,
              "a lambda that owns its captures inside a co_await expression");
}

findings each_match(const source_file& file, const std::regex& pattern, std::string_view verb) {
    findings found;
    std::size_t number = 0;
    for (const auto line : lines_of(file.content.code)) {
        ++number;
        std::cmatch match;
        if (std::regex_search(line.data(), line.data() + line.size(), match, pattern))
            found.push_back({file.path, number, fmt::format("{} {}", verb, match.str(1))});
    }
    return found;
}

findings sleeps(const tree&, const source_file& file) {
    static const std::regex in_code(
        R"(\b(sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep|sleep(?=\s*\()))");
    static const std::regex in_script(R"(\b(sleep)\b)");
    return each_match(file, file.is_cpp() ? in_code : in_script, "waits with");
}

findings takes_time_or_chance(const tree&, const source_file& file) {
    static const std::regex reached(
        R"(\b(random_device|mt19937\w*|default_random_engine|randombytes_\w+|arc4random\w*)"
        R"(|getrandom|gettimeofday|clock_gettime|secure_random\s*\(|system_clock\s*\()"
        R"(|(?:system|steady|high_resolution|utc)_clock::now|std::(?:time|rand|srand)\s*\())");
    return each_match(file, reached, "reaches for");
}

}  // namespace

std::vector<rule> code_rules() {
    return {
        {"no-braces-in-await",
         "some compilers (g++ 12) destroy such a temporary twice, and nothing shows it",
         "build it in a variable of its own first", is_cpp, builds_in_await},
        {"no-owner-in-await",
         "some compilers (g++ 12) destroy such a temporary twice, and nothing shows it",
         "give the lambda a name first and std::move it in", is_cpp, owns_in_await},
        {"tests-do-not-sleep", "a test that sleeps is slow on a fast day and wrong on a slow one",
         "wait for the condition, with a deadline", is_test, sleeps},
        {"time-is-handed-in", "a run must be repeatable: tests decide what time it is",
         "the clock and the random_source that the module was made with", is_inside_module,
         takes_time_or_chance},
    };
}

}  // namespace cleave::architecture
