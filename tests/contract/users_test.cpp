// What users promises about people and what they may do, in every calling mode.
#include "acts.hpp"

namespace {

using namespace cleave;
using test::world;

using test::once_by;

query_context query_by(const identity& who) {
    return once_by(who);
}

const identity nobody;

async<identity> join(world& w, std::string name, std::uint64_t session = 1) {
    const auto made = co_await test::sign_up(w, std::move(name));
    co_return identity{made.id, session, made.role, made.authority_version};
}

}  // namespace

TEST_CASE("who follows whom is the same for every question") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await join(w, "앤");
        const auto bo = co_await join(w, "bo");
        const users::username_request to_ann{"앤"};
        const users::username_request to_nobody{"nobody"};
        const auto followed = co_await w.users().follow(once_by(bo), to_ann);
        REQUIRE(followed.has_value());
        CHECK(followed->following);
        CHECK(followed->profile.id == ann.user_id);
        const auto seen = co_await w.users().get_profile(query_by(bo), to_ann);
        CHECK(seen->following);
        const auto by_herself = co_await w.users().get_profile(query_by(ann), to_ann);
        CHECK_FALSE(by_herself->following);
        const nothing all;
        const users::ids_request both{{ann.user_id, bo.user_id}};
        const auto of_bo = co_await w.users().followed(query_by(bo), all);
        CHECK(of_bo->ids == std::vector{ann.user_id});
        const auto among = co_await w.users().followed_among(query_by(bo), both);
        CHECK(among->ids == std::vector{ann.user_id});
        const auto left = co_await w.users().unfollow(once_by(bo), to_ann);
        CHECK_FALSE(left->following);
        const auto none = co_await w.users().followed(query_by(bo), all);
        CHECK(none->ids.empty());

        const auto missing = co_await w.users().follow(once_by(bo), to_nobody);
        CHECK(encode(missing.error()) ==
              R"({"code":"not_found","subject":"profile","detail":"not found","pointer":null})");
        const auto herself = co_await w.users().follow(once_by(ann), to_ann);
        CHECK(herself.error().code == errc::invalid_argument);
        const users::usernames_request names{{"앤", "BO", "nobody"}};
        const auto found = co_await w.users().find_profiles(query_by(nobody), names);
        CHECK(found->profiles.size() == 2);
    });
}

TEST_CASE("an account changes, and its other sessions end with its password") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto in_hand = co_await join(w, "ann", 1);
        identity other = in_hand;
        other.session_id = 0xffff'ffff'ffff'fff2;  // more than a signed number holds
        const users::update_request change{.password = "battery staple", .bio = "b"};
        const auto changed = co_await w.users().update_account(once_by(in_hand), change);
        REQUIRE(changed.has_value());
        CHECK(changed->account.bio == "b");
        REQUIRE(changed->authority.has_value());
        CHECK(is_over(*changed->authority->account, other));
        const nothing own;
        const auto still = co_await w.users().get_own_account(query_by(in_hand), own);
        REQUIRE(still.has_value());
        CHECK(encode(*still) == encode(changed->account));
        const auto over = co_await w.users().get_own_account(query_by(other), own);
        CHECK(over.error().detail == "is invalid");

        other.authority_version = changed->account.authority_version;
        const auto again = co_await w.users().get_own_account(query_by(other), own);
        CHECK(again.has_value());
        const auto ended = co_await w.users().end_session(once_by(other), own);
        REQUIRE(ended.has_value());
        CHECK(ended->ended_session == other.session_id);
        const auto ended_now = co_await w.users().get_own_account(query_by(other), own);
        CHECK(ended_now.error().code == errc::unauthenticated);
    });
}

TEST_CASE("roles and suspensions are told to those who check tokens") {
    test::in_every_mode([](world& w) -> async<void> {
        const auto ann = co_await join(w, "ann");
        const users::authority_request to_admin{"ann", role::admin, std::nullopt};
        const auto made = co_await w.users().set_authority(once_by(nobody), to_admin);
        REQUIRE(made.has_value());
        CHECK(made->account.role == role::admin);
        REQUIRE(made->authority.has_value());
        const users::exceptions_request first;
        const auto page = co_await w.users().list_exceptions(query_by(nobody), first);
        REQUIRE(page.has_value());
        REQUIRE(page->changes.size() == 1);
        CHECK(page->changes.front() == *made->authority);

        identity admin = ann;
        admin.role = role::admin;
        const users::authority_request herself{"ann", std::nullopt, account_status::suspended};
        const auto refused = co_await w.users().set_authority(once_by(admin), herself);
        CHECK(refused.error().subject == "status");
        const auto forbidden = co_await w.users().set_authority(once_by(ann), to_admin);
        CHECK(encode(forbidden.error()) ==
              R"({"code":"forbidden","subject":"role","detail":"forbidden","pointer":null})");
        const users::accounts_request all{"AN", 10, 0};
        const auto listed = co_await w.users().list_accounts(query_by(admin), all);
        REQUIRE(listed.has_value());
        CHECK(listed->total == 1);
        CHECK(listed->accounts.front().role == role::admin);
        const users::password_request secret{"ann", "by an operator"};
        const auto set = co_await w.users().set_password(once_by(nobody), secret);
        REQUIRE(set.has_value());
        CHECK(is_over(*set->account, ann));
    });
}
