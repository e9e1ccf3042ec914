#include "views.hpp"

#include <base/io_threads.hpp>

namespace cleave::posts {

void view_counter::count(std::int64_t article_id) {
    place& mine = places_[this_io_thread()];
    const std::scoped_lock lock(mine.mutex);
    ++mine.views[article_id];
}

std::vector<article_views> view_counter::take() {
    std::unordered_map<std::int64_t, std::int64_t> all;
    for (auto& p : places_) {
        const std::scoped_lock lock(p.mutex);
        for (const auto& [id, views] : p.views) all[id] += views;
        p.views.clear();
    }
    std::vector<article_views> out;
    out.reserve(all.size());
    for (const auto& [id, views] : all) out.push_back({id, views});
    return out;
}

void view_counter::give_back(const std::vector<article_views>& counts) {
    place& first = places_.front();
    const std::scoped_lock lock(first.mutex);
    for (const auto& [id, views] : counts) first.views[id] += views;
}

}  // namespace cleave::posts
