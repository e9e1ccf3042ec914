#include <array>
#include <compare/texts.hpp>
#include <span>
#include <string_view>

namespace cleave::compare {

namespace {

constexpr std::array<std::string_view, 32> english{
    "the",     "service", "of",     "a",      "module", "answers",  "when",  "another",
    "process", "asks",    "and",    "every",  "commit", "waits",    "until", "disk",
    "has",     "it",      "small",  "teams",  "deploy", "together", "or",    "apart",
    "which",   "costs",   "little", "before", "one",    "measures", "what",  "changes"};
constexpr std::array<std::string_view, 24> korean{
    "서비스를", "나누면", "모듈이",   "서로",   "부르고",   "댓글은", "알림으로",    "이어진다",
    "하나의",   "파일에", "저장되고", "배포는", "독립적인", "팀이",   "맡는다",      "그러나",
    "비용도",   "함께",   "늘어나며", "측정",   "없이는",   "알 수",  "없는 것이다", "다시"};

std::string_view any(seeded& random, std::span<const std::string_view> words) {
    return words[random.below(words.size())];
}

std::string words(seeded& random, std::size_t bytes) {
    const bool in_korean = random.below(3) == 0;
    std::string out;
    while (out.size() < bytes) {
        if (!out.empty()) out += ' ';
        out += in_korean ? any(random, korean) : any(random, english);
    }
    return out;
}

}  // namespace

std::string sentences(seeded& random, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) {
        if (!out.empty()) out += ' ';
        out += words(random, 40 + random.below(80)) + '.';
    }
    return out;
}

std::string headline(seeded& random) {
    return words(random, 16 + random.below(24));
}

}  // namespace cleave::compare
