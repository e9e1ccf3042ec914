#include "views.hpp"

#include <algorithm>
#include <base/encoding.hpp>
#include <base/io_threads.hpp>

namespace cleave::posts {

namespace {

std::int64_t day_of(timestamp at) {
    return at.unix_ms / (24LL * 3600 * 1000);
}

std::optional<std::int64_t> known(std::int64_t visitor) {
    return visitor == 0 ? std::nullopt : std::optional(visitor);
}

}  // namespace

std::size_t view_counter::detail_hash::operator()(const detail& d) const {
    // A visitor's number is as good as random already.
    const auto who = static_cast<std::uint64_t>(d.visitor);
    const auto what = static_cast<std::uint64_t>(d.article_id) * 0x9e37'79b9'7f4a'7c15U;
    return (who ^ what) + std::hash<std::string>()(d.referrer_host);
}

view_counter::view_counter(std::size_t io_threads, const wall_clock& clock, random_source& random)
    : clock_(clock), random_(random), places_(io_threads) {
    random_.fill(salt_);
    begin_day(day_of(clock_.now()), salt_);
}

// The salt of the day before is overwritten, so nothing leads from its numbers to addresses.
void view_counter::begin_day(std::int64_t day, const visitor_salt& salt) {
    day_ = day;
    salt_ = salt;
    for (auto& p : places_) {
        const std::scoped_lock lock(p.mutex);
        p.visitors.begin_day(salt_);
    }
}

visitor_key view_counter::key() const {
    return {day_, to_hex(salt_)};
}

void view_counter::adopt(const visitor_key& other) {
    visitor_salt salt{};
    if (!read_hex(other.salt, salt)) return;
    if (other.day == day_of(clock_.now()) && salt != salt_) begin_day(other.day, salt);
    forget(salt);
}

void view_counter::add(place& to, detail what, std::int64_t views) {
    if (const auto found = to.views.find(what); found != to.views.end()) {
        found->second += views;
        return;
    }
    const bool is_detailed = what.visitor != 0 || !what.referrer_host.empty();
    if (is_detailed && to.views.size() >= details_max) {
        add(to, {.article_id = what.article_id}, views);
        return;
    }
    if (to.views.size() < 2 * details_max) to.views.emplace(std::move(what), views);
}

void view_counter::count(std::int64_t article_id, const http::client_info& reader) {
    place& mine = places_[this_io_thread()];
    const std::scoped_lock lock(mine.mutex);
    const auto who = mine.visitors.number_of(reader.address, reader.user_agent);
    if (who.is_crawler) return;
    add(mine, {article_id, who.number, reader.referrer_host}, 1);
}

std::vector<article_views> view_counter::take() {
    sums all;
    for (auto& p : places_) {
        sums taken;
        {
            const std::scoped_lock lock(p.mutex);
            taken.swap(p.views);
        }
        for (const auto& [what, views] : taken) all[what] += views;
    }
    if (const auto today = day_of(clock_.now()); today != day_) {
        random_.fill(salt_);
        begin_day(today, salt_);
    }
    std::vector<article_views> out;
    out.reserve(all.size());
    for (const auto& [what, views] : all) {
        article_views one{what.article_id, views, known(what.visitor), std::nullopt};
        if (!what.referrer_host.empty()) one.referrer_host = what.referrer_host;
        out.push_back(std::move(one));
    }
    return out;
}

void view_counter::give_back(const std::vector<article_views>& counts) {
    place& first = places_.front();
    const std::scoped_lock lock(first.mutex);
    for (const auto& c : counts)
        add(first, {c.article_id, c.visitor.value_or(0), c.referrer_host.value_or("")}, c.views);
}

}  // namespace cleave::posts
