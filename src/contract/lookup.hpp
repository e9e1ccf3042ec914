#pragma once
// What a module shows of what another one owns, as the author of an article: three ways to come by
// it. They differ in calls and in who must be up, and are the same to whoever reads.
#include <algorithm>
#include <boost/describe.hpp>
#include <cstdint>
#include <vector>

namespace cleave {

enum class lookup {
    view,   // no call: from what the owner's events have told
    batch,  // asked at each read, all in one call
    each,   // asked at each read, a call an item, one after the other
};
BOOST_DESCRIBE_ENUM(lookup, view, batch, each)

// What is asked for, call by call. `ids`: of each item that is shown. In a batch each id is there
// once, and a call has asked_max of them at most.
inline std::vector<std::vector<std::int64_t>> calls_for(lookup how, std::vector<std::int64_t> ids,
                                                        std::size_t asked_max) {
    std::vector<std::vector<std::int64_t>> calls;
    if (how == lookup::view) return calls;
    if (how == lookup::each) {
        for (const auto id : ids) calls.push_back({id});
        return calls;
    }
    std::ranges::sort(ids);
    const auto twice = std::ranges::unique(ids);
    ids.erase(twice.begin(), twice.end());
    for (std::size_t at = 0; at < ids.size(); at += asked_max) {
        const auto size = std::min(asked_max, ids.size() - at);
        calls.emplace_back(ids.data() + at, ids.data() + at + size);
    }
    return calls;
}

}  // namespace cleave
