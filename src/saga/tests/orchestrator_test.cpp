#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "scratch_saga.hpp"

using namespace cleave;
using namespace cleave::saga;

namespace {

const problem refusal{errc::forbidden, "module", "says no", std::nullopt};
const problem bug{};
const problem away{errc::not_executed, "service", "unavailable", std::nullopt};

}  // namespace

TEST_CASE("all steps are done, in their order") {
    saga_world w;
    const auto id = w.begin();
    CHECK(id.size() == 32);
    CHECK(w.advance(id));
    CHECK(w.words() == all_done);
    CHECK(w.show(id).state == saga_state::completed);
    CHECK(w.advance(id));
    CHECK(w.words() == all_done);
}

TEST_CASE("a module that does not answer is waited for, without an end") {
    saga_world w;
    const auto id = w.begin();
    w.b.fails_with = away;
    for (int i = 0; i < 40; ++i) CHECK_FALSE(w.advance(id));
    const auto told = w.show(id);
    CHECK(told.state == saga_state::running);
    CHECK(told.attempts == 40);
    CHECK(told.error == "b: service unavailable");
    CHECK(told.steps[2].state == step_state::running);
    w.b.fails_with.reset();
    CHECK(w.advance(id));
    CHECK(w.words() == all_done);
    CHECK(w.show(id).error.empty());
}

TEST_CASE("a failure for good before the pivot takes everything back") {
    saga_world w;
    const auto id = w.begin();
    w.b.fails_with = refusal;
    // While b refuses, it refuses to take back too: an operator must see to that.
    CHECK(w.advance(id));
    CHECK(w.show(id).state == saga_state::stuck);
    w.b.fails_with.reset();
    CHECK(test::run_coroutine(w.sagas->retry(id)).has_value());
    CHECK(w.show(id).state == saga_state::undoing);
    CHECK(w.advance(id));
    const auto told = w.show(id);
    CHECK(told.state == saga_state::undone);
    CHECK(told.error == "b: module says no");
    CHECK(w.words() == "did undid / did undid / undid ");
    CHECK(test::run_coroutine(w.sagas->retry(id)).error().code == errc::conflict);
}

TEST_CASE("a module that knows no such action has nothing to take back") {
    saga_world w;
    w.what.steps[2] = {"b", "fly", "land"};
    const auto id = w.begin();
    CHECK(w.advance(id));
    CHECK(w.show(id).state == saga_state::undone);
    CHECK(w.words() == "did undid / did undid / ");
}

TEST_CASE("a failure for good after the pivot leaves it stuck, and a retry goes on") {
    saga_world w;
    const auto id = w.begin();
    w.what.steps[4].action = "fly";
    const auto other = w.begin();
    CHECK(w.advance(other));
    CHECK(w.show(other).state == saga_state::stuck);
    CHECK(w.show(other).steps[4].state == step_state::stuck);
    CHECK(w.show(other).error == "b: action not found");
    CHECK(test::run_coroutine(w.sagas->retry(other)).has_value());
    CHECK(w.advance(other));
    CHECK(w.show(other).state == saga_state::stuck);
    CHECK(w.advance(id));
    CHECK(w.show(id).state == saga_state::completed);
    CHECK(test::run_coroutine(w.sagas->retry("none")).error().code == errc::not_found);
}

TEST_CASE("a bug is a failure for good after twenty attempts") {
    saga_world w;
    const auto id = w.begin();
    w.b.fails_with = bug;
    for (int i = 0; i < 19; ++i) CHECK_FALSE(w.advance(id));
    CHECK(w.show(id).state == saga_state::running);
    w.b.fails_with = away;
    CHECK_FALSE(w.advance(id));
    w.b.fails_with = bug;
    CHECK_FALSE(w.advance(id));
    CHECK(w.show(id).state == saga_state::undoing);
    w.b.fails_with.reset();
    CHECK(w.advance(id));
    CHECK(w.show(id).state == saga_state::undone);
}

TEST_CASE("a lost answer is asked for again, and nothing is done twice") {
    for (const bool a : {true, false}) {
        saga_world w;
        const auto id = w.begin();
        (a ? w.a : w.b).loses_next_answer = true;
        CHECK_FALSE(w.advance(id));
        CHECK(w.advance(id));
        CHECK(w.words() == all_done);
    }
}

// kill -9 between any two things that are on disk: what was done was not noted, or not done.
TEST_CASE("it goes on from wherever it was killed, forward and back") {
    for (const bool back : {false, true}) {
        for (int killed_at = 1; killed_at < 12; ++killed_at) {
            INFO((back ? "back, " : "forward, ") << killed_at);
            saga_world w;
            if (back) w.what.steps[3].action = "fly";
            if (back) w.what.pivot = 4;
            const auto id = w.begin();
            bool killed = false;
            const auto turn = [&](bool deadly) {
                int calls = 0;
                orchestrator* running = nullptr;
                orchestrator o(*w.sagas,
                               [&](std::string_view name) {
                                   // Its answer is never noted: the orchestrator is no more by
                                   // then.
                                   if (deadly && ++calls == killed_at) {
                                       killed = true;
                                       running->stop();
                                   }
                                   return w.find(name);
                               },
                               {});
                running = &o;
                return test::run_coroutine(o.advance(id));
            };
            turn(true);
            w.restart();
            while (killed && !turn(false)) {
            }
            CHECK(w.words() == (back ? all_undone : all_done));
            CHECK(w.show(id).state == (back ? saga_state::undone : saga_state::completed));
        }
    }
}

TEST_CASE("all that is unfinished is found and driven to its end") {
    saga_world w;
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(w.begin());
    w.restart();
    ids.push_back(w.begin());
    orchestrator::limits few;
    few.driven_max = 2;
    orchestrator o(*w.sagas, [&](std::string_view name) { return w.find(name); }, few);
    const auto watch = [&]() -> async<void> {
        for (bool all = false; !all;) {
            co_await resume_after(std::chrono::milliseconds(1));
            all = std::ranges::all_of(
                ids, [&](const auto& id) { return is_over((*w.sagas->find(id))->at.state); });
        }
        o.stop();
    };
    const auto both = [&]() -> async<void> {
        asio::co_spawn(co_await asio::this_coro::executor, watch(), asio::detached);
        co_await o.run();
    };
    test::run_coroutine(both());
    CHECK(words_in(w.a.p).size() == ids.size() * std::string("did ended ").size());
}
