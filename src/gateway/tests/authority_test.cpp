#include <catch2/catch.hpp>
#include <fstream>
#include <gateway/authority_journal.hpp>
#include <support/fixed_clock.hpp>
#include <support/scratch_folder.hpp>

namespace {

using namespace cleave;
using gateway::authority;
using gateway::authority_journal;
using gateway::feed_place;
using test::fixed_clock;

constexpr timestamp now = fixed_clock::start;
constexpr timestamp later{now.unix_ms + 1000};

authority_changed of_account(std::int64_t user, account_authority what, timestamp until = later) {
    return {user, what, std::nullopt, until};
}

authority_changed of_session(std::int64_t user, std::uint64_t session, timestamp until = later) {
    return {user, std::nullopt, session, until};
}

account_authority at_version(std::int64_t version, role r = role::author) {
    account_authority a;
    a.version = version;
    a.role = r;
    return a;
}

struct kept {
    test::scratch_folder folder;
    fixed_clock clock;
    std::filesystem::path file = folder.path() / "authority" / "gateway.jsonl";

    // What a process knows that starts now.
    std::optional<feed_place> load(authority& into) {
        return authority_journal(file, into, clock).load();
    }
};

}  // namespace

TEST_CASE("while nothing is known, nobody is judged") {
    authority known;
    CHECK(known.judge({1, 1, role::admin}).error().code == errc::not_executed);
    known.replace({}, now);
    CHECK(*known.judge({1, 1, role::admin}) == identity{1, 1, role::admin});
}

TEST_CASE("changes may come twice and in any order") {
    authority known;
    known.replace({}, now);
    CHECK(known.apply(of_account(1, at_version(2, role::admin)), now));
    CHECK_FALSE(known.apply(of_account(1, at_version(1, role::reader)), now));
    CHECK_FALSE(known.apply(of_account(1, at_version(2, role::admin)), now));
    CHECK(known.judge({1, 1, role::author, 1})->role == role::admin);
    // A token that was signed after a change that has not arrived knows better.
    CHECK(known.judge({1, 1, role::reader, 3})->role == role::reader);
    CHECK(known.apply(of_session(1, 5), now));
    const auto epoch = known.epoch();
    CHECK_FALSE(known.apply(of_session(1, 5), now));
    CHECK(known.epoch() == epoch);
    CHECK_FALSE(known.judge({1, 5}));
    // Another user's session of the same number is another session.
    CHECK(known.judge({2, 5}));
}

TEST_CASE("after a new password only its own session and later ones go on") {
    authority known;
    known.replace({}, now);
    auto changed = at_version(4);
    changed.sessions_from = 4;
    changed.kept_session = 7;
    known.apply(of_account(1, changed), now);
    CHECK(known.judge({1, 7, role::author, 0}));
    CHECK(known.judge({1, 8, role::author, 4}));
    CHECK(known.judge({1, 8, role::author, 3}).error().detail == "is invalid");
    known.apply(of_session(1, 7), now);
    CHECK_FALSE(known.judge({1, 7, role::author, 4}));
}

TEST_CASE("what no token can be about any more is forgotten") {
    authority known;
    known.replace({}, now);
    for (std::uint64_t i = 1; i <= 2000; ++i) known.apply(of_session(1, i), now);
    CHECK(known.size() == 2000);
    for (std::uint64_t i = 3000; i <= 6000; ++i)
        known.apply(of_session(1, i, {later.unix_ms + 1}), later);
    CHECK(known.size() <= 3001);
    CHECK_FALSE(known.apply(of_session(1, 1), later));
}

TEST_CASE("what was applied is known after a kill") {
    kept k;
    {
        authority known;
        authority_journal journal(k.file, known, k.clock);
        CHECK_FALSE(journal.load());
        const auto first = of_account(1, at_version(1, role::admin));
        journal.replace({&first, 1}, {3, 10});
        const auto second = of_session(2, 77);
        journal.apply({&second, 1});  // by an answer
        const auto third = of_account(3, at_version(1, role::moderator));
        journal.apply({&third, 1}, feed_place{3, 12});
        // The destructor does nothing that a kill would not.
    }
    authority again;
    CHECK(k.load(again) == feed_place{3, 12});
    CHECK(again.size() == 3);
    CHECK(again.judge({1, 1})->role == role::admin);
    CHECK_FALSE(again.judge({2, 77}));
    k.clock.advance(std::chrono::seconds(2));
    authority much_later;
    CHECK(k.load(much_later));
    CHECK(much_later.size() == 0);
}

TEST_CASE("a record that was cut short costs nothing but itself") {
    kept k;
    authority known;
    authority_journal journal(k.file, known, k.clock);
    journal.replace({}, {3, 10});
    const auto ended = of_session(2, 77);
    journal.apply({&ended, 1});
    std::ofstream(k.file, std::ios::app) << R"({"changes":[{"user_id":9,"acc)";
    for (int i = 0; i < 2; ++i) {
        authority again;
        CHECK(k.load(again) == feed_place{3, 10});
        CHECK_FALSE(again.judge({2, 77}));
    }
    std::ofstream(k.file) << "nonsense\n";
    authority nothing;
    CHECK_FALSE(k.load(nothing));
    CHECK(nothing.epoch() == 0);
}

TEST_CASE("the file does not grow with the changes, but with what they are about") {
    kept k;
    authority known;
    authority_journal journal(k.file, known, k.clock);
    journal.replace({}, {1, 0});
    for (std::int64_t i = 1; i <= 5000; ++i) {
        const auto change = of_account(1, at_version(i));
        journal.apply({&change, 1}, feed_place{1, i});
    }
    CHECK(std::filesystem::file_size(k.file) < 600'000);
    authority again;
    CHECK(k.load(again) == feed_place{1, 5000});
    CHECK(again.size() == 1);
}

TEST_CASE("without a file the changes are applied all the same") {
    fixed_clock clock;
    authority known;
    authority_journal journal({}, known, clock);
    CHECK_FALSE(journal.load());
    const auto early = of_session(1, 1);
    journal.apply({&early, 1});
    CHECK(known.epoch() == 0);
    journal.replace({}, {1, 0});
    journal.apply({&early, 1});
    CHECK_FALSE(known.judge({1, 1}));
}
