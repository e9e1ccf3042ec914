#include "store.hpp"

#include <base/io_threads.hpp>
#include <catch2/catch.hpp>
#include <support/scratch_platform.hpp>
#include <users/module.hpp>

using namespace cleave;
using namespace cleave::test;
using namespace cleave::users;

namespace {

new_account account_named(const std::string& name, const std::string& email) {
    return {name, email, "a hash", fixed_clock::start};
}

}  // namespace

TEST_CASE("of many who want one name at the same moment, one gets it") {
    constexpr int contenders = 20;
    io_threads threads(2);  // They outlive the writer, which resumes on them.
    scratch_platform p(migrations, 2);
    const authority_store authority(p.given(), std::chrono::hours(1));
    store accounts(p.given(), authority);
    std::vector<std::future<result<account>>> all;
    for (int i = 0; i < contenders; ++i) {
        auto wanted = account_named("jake", fmt::format("{}@jake.jake", i));
        all.push_back(asio::co_spawn(threads.context(static_cast<std::size_t>(i % 2)),
                                     accounts.add({}, std::move(wanted)), asio::use_future));
    }
    threads.start();
    int made = 0;
    for (auto& one : all) {
        const auto outcome = one.get();
        if (outcome)
            ++made;
        else
            CHECK(outcome.error() ==
                  problem{errc::conflict, "username", "has already been taken", std::nullopt});
    }
    CHECK(made == 1);
    CHECK(p.published().size() == 1);
}

TEST_CASE("what is taken is told beforehand as it would be told then") {
    scratch_platform p(migrations);
    const authority_store authority(p.given(), std::chrono::hours(1));
    store accounts(p.given(), authority);
    CHECK(accounts.find_conflict({}, "jake", "jake@jake.jake"));
    REQUIRE(run_coroutine(accounts.add({}, account_named("jake", "jake@jake.jake"))));
    CHECK(accounts.find_conflict({}, "Jake", "x@y").error().subject == "username");
    CHECK(accounts.find_conflict({}, "x", "JAKE@jake.jake").error().subject == "email");
    CHECK(accounts.find_conflict({}, "x", "x@y"));
}

TEST_CASE("credentials are found by their e-mail alone") {
    scratch_platform p(migrations);
    const authority_store authority(p.given(), std::chrono::hours(1));
    store accounts(p.given(), authority);
    REQUIRE(run_coroutine(accounts.add({}, account_named("jake", "jake@jake.jake"))));
    const auto found = accounts.find_credentials({}, "Jake@jake.jake");
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->password_hash == "a hash");
    CHECK((*found)->account.role == role::author);
    const auto missing = accounts.find_credentials({}, "jake");
    REQUIRE(missing);
    CHECK_FALSE(*missing);
}
