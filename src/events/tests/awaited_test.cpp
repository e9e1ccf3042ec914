// Commands that are answered once those who follow have applied their events.
#include <catch2/catch.hpp>
#include <future>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

using std::chrono::milliseconds;
constexpr std::chrono::hours far_off(1);
constexpr milliseconds soon(20);

// Two databases; the commands of the one wait for the other, which is "tested" like it.
struct awaiting {
    scratch_platform publisher{tested_schema};
    scratch_platform own{tested_schema};

    awaiting() { publisher.outbox.await({"tested"}); }

    result<nothing> say(const std::string& text, steady_time until, bool then_fail = false) {
        auto job = [this, text, then_fail](sqlite::connection& db) -> result<nothing> {
            if (!text.empty()) publisher.outbox.append(db, 1, publisher.clock.now(), said{text});
            if (then_fail) return fail(errc::conflict, "text", "is taken");
            return nothing{};
        };
        return run_coroutine(publisher.outbox.commit<nothing>(until, std::move(job)));
    }
    result<nothing> say(const std::string& text, milliseconds within) {
        return say(text, std::chrono::steady_clock::now() + within);
    }
    std::future<result<nothing>> begin(const std::string& text) {
        return std::async(std::launch::async, [this, text] { return say(text, far_off); });
    }
    std::size_t said_so_far() { return publisher.published().size(); }

    static events::subscription heard() {
        events::subscription all("publisher");
        all.on<said>(
            [](sqlite::connection& db, const said& e, const events::event&) { note(db, e.text); });
        return all;
    }
    void catch_up() { deliver(own.outbox, heard(), publisher.outbox); }
    // As a consumer that has applied all up to there.
    void ask(const std::string& consumer, std::int64_t after) {
        events::feed_request r;
        r.after = after;
        r.consumer = consumer;
        REQUIRE(run_coroutine(publisher.outbox.read(query_context{}, r)));
    }
};

template <class T>
bool is_over(const std::future<T>& answer) {
    return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace

TEST_CASE("an awaited command is answered when its event was applied, and not before") {
    awaiting a;
    auto answer = a.begin("a");
    REQUIRE(eventually([&] { return a.said_so_far() == 1; }));
    CHECK_FALSE(is_over(answer));
    a.catch_up();
    CHECK(answer.get());
    CHECK(notes(a.own) == "a ");
}

TEST_CASE("what is not applied by the deadline is done, of unknown outcome, and applied once") {
    awaiting a;
    const auto told = a.say("a", soon);
    REQUIRE_FALSE(told);
    CHECK(told.error() == outcome_unknown().error());
    CHECK(a.said_so_far() == 1);
    a.catch_up();
    a.catch_up();
    CHECK(notes(a.own) == "a ");
}

TEST_CASE("all who follow are waited for, also who has never asked, and nobody else") {
    awaiting a;
    a.publisher.outbox.await({"other"});
    a.ask("a stranger", 0);
    CHECK(a.say("a", soon).error().code == errc::outcome_unknown);
    a.catch_up();
    CHECK(a.say("b", soon).error().code == errc::outcome_unknown);
    a.catch_up();
    a.ask("other", 1);
    auto answer = a.begin("c");
    REQUIRE(eventually([&] { return a.said_so_far() == 3; }));
    a.ask("other", 3);
    CHECK_FALSE(is_over(answer));
    a.catch_up();
    CHECK(answer.get());
    // One that starts over is behind again.
    a.ask("other", 0);
    CHECK(a.say("d", soon).error().code == errc::outcome_unknown);
}

TEST_CASE("who appends nothing, fails or has no deadline waits for nobody") {
    awaiting a;
    CHECK(a.say("", far_off));
    CHECK(a.say("a", steady_time::max()));
    CHECK(a.say("b", std::chrono::steady_clock::now() + far_off, true).error().code ==
          errc::conflict);
    CHECK(a.said_so_far() == 1);
    // Nor is what others have appended before of any interest.
    CHECK(a.say("", far_off));
}

TEST_CASE("without anybody to wait for, commit is submit") {
    scratch_platform p(tested_schema);
    p.outbox.await({});
    auto job = [&p](sqlite::connection& db) -> result<nothing> {
        p.outbox.append(db, 1, p.clock.now(), said{"a"});
        return nothing{};
    };
    const auto until = std::chrono::steady_clock::now() + far_off;
    const auto told = run_coroutine(p.outbox.commit<nothing>(until, std::move(job)));
    CHECK(told);
}

TEST_CASE("a feed that closes ends the wait, and one that opens again is waited for again") {
    awaiting a;
    auto answer = a.begin("a");
    REQUIRE(eventually([&] { return a.said_so_far() == 1; }));
    a.publisher.outbox.close();
    CHECK(answer.get().error().code == errc::outcome_unknown);
    CHECK(a.say("b", far_off).error().code == errc::outcome_unknown);
    a.publisher.outbox.reopen();
    auto again = a.begin("c");
    REQUIRE(eventually([&] { return a.said_so_far() == 3; }));
    a.catch_up();
    CHECK(again.get());
    CHECK(notes(a.own) == "a b c ");
}

TEST_CASE("many commands at once are each answered after their own event, applied once") {
    constexpr int commands = 12;
    awaiting a;
    events::follower follower(a.own.outbox, awaiting::heard(), a.publisher.outbox, quick());
    std::jthread follows([&] { run_coroutine(follower.run()); });
    std::vector<std::future<bool>> answers;
    for (int i = 0; i < commands; ++i)
        answers.push_back(std::async(std::launch::async, [&a, i] {
            const auto text = fmt::format("<{}>", i);
            const bool fine = a.say(text, far_off).has_value();
            return fine && notes(a.own).find(text) != std::string::npos;
        }));
    for (auto& answer : answers) CHECK(answer.get());
    follower.stop();
    a.publisher.outbox.close();
    follows.join();
    const auto all = notes(a.own);
    CHECK(std::ranges::count(all, '<') == commands);
}

TEST_CASE("whoever lets go waits for those who wait, but not for long") {
    awaiting a;
    const auto let_go = [&a](milliseconds within) {
        const auto until = std::chrono::steady_clock::now() + within;
        run_coroutine(a.publisher.outbox.answer_who_waits(until));
    };
    let_go(far_off);  // nobody waits
    auto answer = a.begin("a");
    REQUIRE(eventually([&] { return a.said_so_far() == 1; }));
    let_go(soon);
    CHECK_FALSE(is_over(answer));
    auto gone = std::async(std::launch::async, [&] { let_go(far_off); });
    a.catch_up();
    CHECK(answer.get());
    gone.get();
}
