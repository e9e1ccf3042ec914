#include "login_counts.hpp"

#include <algorithm>
#include <atomic>

namespace cleave::users {

namespace {

constexpr std::size_t ways = 8;  // words among which a key has its place

// 42 bits of a word are a moment, in milliseconds of Unix time: until 2109. The others are of the
// key: two in one place are taken for one, once in some 500,000.
constexpr int moment_bits = 42;
constexpr std::uint64_t moment_mask = (std::uint64_t{1} << moment_bits) - 1;

std::uint64_t word_of(std::uint64_t key, std::int64_t moment) {
    return (key & ~moment_mask) | (static_cast<std::uint64_t>(moment) & moment_mask);
}

std::int64_t moment_of(std::uint64_t word) {
    return static_cast<std::int64_t>(word & moment_mask);
}

bool is_of(std::uint64_t key, std::uint64_t word) {
    return word != 0 && (word & ~moment_mask) == (key & ~moment_mask);
}

std::atomic_ref<std::uint64_t> shared(std::uint64_t& word) {
    return std::atomic_ref<std::uint64_t>(word);
}

}  // namespace

std::size_t login_counts::words_for(std::size_t keys) {
    return (std::max(keys, ways) + ways - 1) / ways * ways;
}

login_counts::login_counts(std::span<std::uint64_t> words, std::uint32_t attempts,
                           std::chrono::milliseconds every)
    : words_(words),
      every_ms_(every.count()),
      burst_ms_(every.count() * (std::max<std::int64_t>(attempts, 1) - 1)) {
}

// The key's own word, or else the one that it would take. Two processes that look at once may take
// two for one key only if another word changes between their looks: then it has one attempt more.
login_counts::place login_counts::find(std::uint64_t key) const {
    const auto few = words_.subspan(key % (words_.size() / ways) * ways, ways);
    place least{nullptr, 0, false};
    for (auto& word : few) {
        const auto value = shared(word).load(std::memory_order_relaxed);
        if (is_of(key, value)) return {&word, value, true};
        if (!least.word || moment_of(value) < moment_of(least.value)) least = {&word, value, false};
    }
    return least;
}

// What lies further ahead than attempts can bring it is of a clock that was put back since, or of
// other settings: nobody waits longer for that than for too many attempts.
std::int64_t login_counts::whole_at(const place& p, std::int64_t now) const {
    if (!p.is_of_key) return now;
    return std::clamp(moment_of(p.value), now, now + burst_ms_ + every_ms_);
}

std::int64_t login_counts::take(std::uint64_t key, std::int64_t now_unix_ms) {
    for (;;) {
        auto p = find(key);
        const auto whole = whole_at(p, now_unix_ms);
        if (const auto wait = whole - now_unix_ms - burst_ms_; wait > 0) return wait;
        const auto next = word_of(key, whole + every_ms_);
        if (shared(*p.word).compare_exchange_strong(p.value, next)) return 0;
    }
}

void login_counts::give_back(std::uint64_t key) {
    for (;;) {
        auto p = find(key);
        if (!p.is_of_key) return;
        const auto next = word_of(key, std::max<std::int64_t>(moment_of(p.value) - every_ms_, 1));
        if (shared(*p.word).compare_exchange_strong(p.value, next)) return;
    }
}

std::int64_t login_counts::wait_ms(std::uint64_t key, std::int64_t now_unix_ms) const {
    return std::max<std::int64_t>(whole_at(find(key), now_unix_ms) - now_unix_ms - burst_ms_, 0);
}

}  // namespace cleave::users
