#pragma once
// A module's part in a saga, as its orchestrator would ask for it.
#include <catch2/catch.hpp>
#include <saga/participant.hpp>
#include <support/run_coroutine.hpp>
#include <support/scratch_platform.hpp>
#include <support/whole_database.hpp>

namespace cleave::test {

// Does the action as often as there is something to do, in a write job each.
inline result<nothing> act(scratch_platform& p, const saga::action_list& actions,
                           std::string_view name, std::int64_t subject) {
    const auto found = actions.find(name);
    REQUIRE(found != actions.end());
    for (;;) {
        const auto done = p.store.writer().submit_blocking<bool>(
            [&](sqlite::connection& db) -> result<bool> { return found->second(db, subject); });
        if (!done) return fail(done.error());
        if (*done) return nothing{};
    }
}

// Twice is as good as once.
inline void act_twice(scratch_platform& p, const saga::action_list& actions, std::string_view name,
                      std::int64_t subject) {
    REQUIRE(act(p, actions, name, subject).has_value());
    const auto once = whole_database(p.store);
    REQUIRE(act(p, actions, name, subject).has_value());
    CHECK(whole_database(p.store) == once);
}

}  // namespace cleave::test
