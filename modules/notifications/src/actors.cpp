#include "actors.hpp"

#include <algorithm>
#include <contract/aside.hpp>

namespace cleave::notifications {

namespace {

void sort_once(std::vector<std::int64_t>& ids) {
    std::ranges::sort(ids);
    const auto twice = std::ranges::unique(ids);
    ids.erase(twice.begin(), twice.end());
}

void name_actors(std::vector<notification>& all, const std::vector<users::profile>& known) {
    for (const auto& p : known)
        for (auto& n : all)
            if (n.actor.id == p.id) n.actor = {p.id, p.username, p.bio, p.image, false};
}

}  // namespace

async<void> describe_actors(users::api& users, query_context context,
                            std::vector<notification>& all) {
    users::ids_request seen;
    users::profiles_request unheard;
    for (const auto& n : all) {
        seen.ids.push_back(n.actor.id);
        if (n.actor.username.empty()) unheard.ids.push_back(n.actor.id);
    }
    if (seen.ids.empty()) co_return;
    sort_once(seen.ids);
    sort_once(unheard.ids);
    const auto soon = aside(context);
    if (!unheard.ids.empty()) {
        const auto found = co_await users.get_profiles(soon, std::move(unheard));
        if (found) name_actors(all, found->profiles);
    }
    const auto followed = co_await users.followed_among(soon, std::move(seen));
    if (!followed) co_return;
    for (auto& n : all)
        n.actor.following = std::ranges::find(followed->ids, n.actor.id) != followed->ids.end();
}

}  // namespace cleave::notifications
