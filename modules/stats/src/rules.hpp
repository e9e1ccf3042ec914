#pragma once
// Decisions of the stats module that need no I/O.
#include <posts/api.hpp>
#include <stats/api.hpp>

namespace cleave::stats {

inline constexpr std::int64_t daily_days = 30;
inline constexpr std::int64_t days_kept = 90;  // of single days; what is older is in the sums alone
inline constexpr std::int64_t days_unfolded = 2;  // today and yesterday, whose visitors are known
inline constexpr std::int64_t top_max = 100;
inline constexpr std::int64_t referrers_told_max = 20;
inline constexpr std::int64_t referrers_kept_max = 20;        // an article and folded day
inline constexpr std::int64_t referrers_seen_max = 1'000;     // an article and day before that
inline constexpr std::int64_t visitors_seen_max = 1'000'000;  // a day, over all articles

// Whether the caller may see an article's figures: its author and moderators may. Else forbidden.
result<void> check_reader(const identity& caller, const posts::article_ref& article);

// Days since 1970 (UTC), and the day as "2026-08-13".
std::int64_t day_of(timestamp at);
timestamp start_of(std::int64_t day);
std::string date_of(std::int64_t day);

// The days from `first` to `last`, each once; zero where `known` (in order) has none.
struct known_day {
    std::int64_t day = 0, views = 0, visitors = 0;
};
std::vector<day_figures> fill_days(std::int64_t first, std::int64_t last,
                                   const std::vector<known_day>& known);

// The same without telling visitors and referrers apart.
posts::views_counted without_details(const posts::views_counted& e);

}  // namespace cleave::stats
