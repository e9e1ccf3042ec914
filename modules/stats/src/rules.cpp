#include "rules.hpp"

#include <map>

namespace cleave::stats {

namespace {

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

}  // namespace

result<void> check_reader(const identity& caller, const posts::article_ref& article) {
    if (caller && (caller.user_id == article.author_id || caller.role >= role::moderator))
        return {};
    return fail(errc::forbidden, "article", "forbidden");
}

std::int64_t day_of(timestamp at) {
    return at.unix_ms / day_ms;
}

timestamp start_of(std::int64_t day) {
    return {day * day_ms};
}

std::string date_of(std::int64_t day) {
    return to_rfc3339(start_of(day)).substr(0, 10);
}

std::vector<day_figures> fill_days(std::int64_t first, std::int64_t last,
                                   const std::vector<known_day>& known) {
    std::vector<day_figures> out;
    out.reserve(static_cast<std::size_t>(last - first + 1));
    auto next = known.begin();
    for (std::int64_t day = first; day <= last; ++day) {
        while (next != known.end() && next->day < day) ++next;
        const bool is_known = next != known.end() && next->day == day;
        out.push_back({date_of(day), is_known ? next->views : 0, is_known ? next->visitors : 0});
    }
    return out;
}

posts::views_counted without_details(const posts::views_counted& e) {
    std::map<std::int64_t, std::int64_t> sums;
    for (const auto& c : e.counts) sums[c.article_id] += c.views;
    posts::views_counted out;
    for (const auto& [article_id, views] : sums)
        out.counts.push_back({article_id, views, std::nullopt, std::nullopt});
    return out;
}

}  // namespace cleave::stats
