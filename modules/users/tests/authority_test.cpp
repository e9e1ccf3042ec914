#include "store_authority.hpp"
#include "users_under_test.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::users;

namespace {

struct managed_users : users_under_test {
    account jake = *sign_up("jake");
    account anne = *sign_up("anne");

    managed_users() { CHECK(set({.username = "anne", .role = role::admin})); }

    // As a tool does it: nobody calls.
    result<authority_answer> set(authority_request what, const identity& by = {}) {
        return run_coroutine(users->set_authority(as(by), std::move(what)));
    }
    result<account> own(const identity& who) {
        return run_coroutine(users->get_own_account(as(who), nothing{}));
    }
    result<authority_changed> logout(const identity& who) {
        return run_coroutine(users->end_session(as(who), nothing{}));
    }
    result<updated_account> new_password(const identity& who) {
        update_request wanted{.password = "another password"};
        return run_coroutine(users->update_account(as(who), std::move(wanted)));
    }
    account_page list(accounts_request what) {
        return *run_coroutine(users->list_accounts({}, std::move(what)));
    }
    std::vector<authority_changed> told() {
        std::vector<authority_changed> out;
        for (const auto& e : p.published())
            if (e.kind == authority_changed::kind)
                out.push_back(*decode<authority_changed>(e.body));
        return out;
    }
    exceptions_page exceptions() {
        return *run_coroutine(users->list_exceptions({}, exceptions_request{}));
    }
};

const problem session_over{errc::unauthenticated, "token", "is invalid", std::nullopt};

}  // namespace

TEST_CASE("a session that was ended is over, and no other") {
    managed_users u;
    const auto one = caller_of(u.jake, 11), two = caller_of(u.jake, 12);
    const auto ended = u.logout(one);
    REQUIRE(ended);
    CHECK(ended->user_id == u.jake.id);
    CHECK(ended->ended_session == 11U);
    CHECK_FALSE(ended->account);
    CHECK(ended->until.unix_ms > fixed_clock::start.unix_ms + 7 * 24 * 3600 * 1000);
    CHECK(u.told().back() == *ended);
    CHECK(u.own(one).error() == session_over);
    CHECK(u.logout(one).error() == session_over);
    CHECK(u.own(two));
    CHECK(u.own({}).error().detail == "is missing");
    CHECK(u.logout({}).error().detail == "is missing");
}

TEST_CASE("a new password ends the other sessions, whenever they began") {
    managed_users u;
    const auto in_hand = caller_of(u.jake, 11), other = caller_of(u.jake, 12);
    const auto changed = u.new_password(in_hand);
    REQUIRE(changed);
    REQUIRE(changed->authority);
    CHECK(u.told().back() == *changed->authority);
    CHECK(is_over(*changed->authority->account, other));
    CHECK_FALSE(is_over(*changed->authority->account, in_hand));
    CHECK(u.own(other).error() == session_over);
    CHECK(u.new_password(other).error() == session_over);
    CHECK(u.own(in_hand));
    CHECK_FALSE(u.login("jake@jake.jake", "jakejake"));
    const auto again = u.login("jake@jake.jake", "another password");
    REQUIRE(again);
    const auto later = caller_of(*again, 13);
    CHECK(u.own(later));
    // And so does the next one: who was kept the last time is not kept for ever.
    REQUIRE(u.new_password(later));
    CHECK(u.own(in_hand).error() == session_over);
    CHECK(u.own(later));
}

TEST_CASE("who logs out very often ends all of his sessions, so that few need to be kept") {
    managed_users u;
    const auto lasting = caller_of(u.jake, 7);
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(ended_sessions_max); ++i)
        REQUIRE(u.logout(caller_of(u.jake, 100 + i)));
    CHECK(u.own(lasting));
    const auto last = u.logout(caller_of(u.jake, 99));
    REQUIRE(last);
    CHECK(last->account);
    CHECK(u.own(lasting).error() == session_over);
    CHECK(u.own(caller_of(u.jake, 99)).error() == session_over);
    CHECK(u.own(caller_of(u.jake, 100)).error() == session_over);
    CHECK(u.own(caller_of(*u.login("jake@jake.jake", "jakejake"), 8)));
    CHECK(u.exceptions().changes.size() == 2);  // anne is an admin, jake's sessions are over
}

TEST_CASE("a role and a suspension are told when they change, and not when they do not") {
    managed_users u;
    const auto before = u.told().size();
    const auto made = u.set({.username = "JAKE", .role = role::moderator});
    REQUIRE(made);
    CHECK(made->account.username == "jake");
    CHECK(made->account.role == role::moderator);
    REQUIRE(made->authority);
    CHECK(made->authority->account->role == role::moderator);
    CHECK(u.told().size() == before + 1);
    CHECK_FALSE(u.set({.username = "jake", .role = role::moderator})->authority);
    CHECK_FALSE(u.set({.username = "jake"})->authority);
    CHECK(u.told().size() == before + 1);
    CHECK(u.login("jake@jake.jake", "jakejake")->role == role::moderator);

    REQUIRE(u.set({.username = "jake", .status = account_status::suspended}));
    const problem suspended{errc::forbidden, "account", "suspended", std::nullopt};
    CHECK(u.login("jake@jake.jake", "jakejake").error() == suspended);
    CHECK(u.login("jake@jake.jake", "wrong password").error().code == errc::unauthenticated);
    CHECK(u.own(caller_of(u.jake)).error() == suspended);
    CHECK(u.new_password(caller_of(u.jake)).error() == suspended);
    const auto back = u.set({.username = "jake", .status = account_status::active});
    CHECK(back->account.role == role::moderator);
    CHECK(back->authority->account->version > made->authority->account->version);
    CHECK(u.own(caller_of(u.jake)));
    CHECK(u.set({.username = "nobody"}).error().code == errc::not_found);
}

TEST_CASE("there is always an admin, and none suspends himself") {
    managed_users u;
    const auto anne = caller_of(*u.login("anne@jake.jake", "jakejake"));
    CHECK(u.set({.username = "anne", .role = role::author}, anne).error().subject == "role");
    CHECK(u.set({.username = "anne", .role = role::author}).error().subject == "role");
    CHECK(u.set({.username = "anne", .status = account_status::suspended}).error().subject ==
          "status");
    REQUIRE(u.set({.username = "jake", .role = role::admin}, anne));
    CHECK(u.set({.username = "anne", .status = account_status::suspended}, anne).error().code ==
          errc::invalid_argument);
    // One who is suspended is no admin to rely on.
    REQUIRE(u.set({.username = "jake", .status = account_status::suspended}, anne));
    CHECK(u.set({.username = "anne", .role = role::author}, anne).error().subject == "role");
    REQUIRE(u.set({.username = "jake", .status = account_status::active}, anne));
    CHECK(u.set({.username = "anne", .role = role::author}, anne));
}

TEST_CASE("what is for admins is for no other") {
    managed_users u;
    const problem forbidden{errc::forbidden, "role", "forbidden", std::nullopt};
    for (const auto less : {role::reader, role::author, role::moderator}) {
        const identity who{u.jake.id, 1, less};
        CHECK(u.set({.username = "jake", .role = role::admin}, who).error() == forbidden);
        CHECK(run_coroutine(u.users->list_accounts(as(who), accounts_request{})).error() ==
              forbidden);
        CHECK(run_coroutine(u.users->list_exceptions(as(who), exceptions_request{})).error() ==
              forbidden);
    }
    password_request theirs{"jake", "a password by an admin"};
    const identity admin{u.anne.id, 1, role::admin};
    const auto set = run_coroutine(u.users->set_password(as(admin), std::move(theirs)));
    CHECK(set.error() == forbidden);
}

TEST_CASE("a tool gives an account another password, which ends its sessions") {
    managed_users u;
    const auto set = [&](const std::string& name, const std::string& password) {
        password_request wanted{name, password};
        return run_coroutine(u.users->set_password({}, std::move(wanted)));
    };
    CHECK(set("jake", "short").error().subject == "password");
    CHECK(set("nobody", "long enough").error().code == errc::not_found);
    REQUIRE(set("Jake", "long enough"));
    CHECK(u.login("jake@jake.jake", "long enough"));
    CHECK_FALSE(u.login("jake@jake.jake", "jakejake"));
    CHECK(u.own(caller_of(u.jake)).error() == session_over);
}

TEST_CASE("accounts are listed by any part of their names, as it is written") {
    managed_users u;
    REQUIRE(u.sign_up("100%_제이크"));
    const auto all = u.list({});
    CHECK(all.total == 3);
    REQUIRE(all.accounts.size() == 3);
    CHECK(all.accounts[0].username == "100%_제이크");
    CHECK(all.accounts[1].role == role::admin);
    CHECK(all.accounts[2].created_at == fixed_clock::start);
    const auto found = [&](const std::string& q) { return u.list({.q = q}).total; };
    CHECK(found("AK") == 3);  // all their e-mail addresses have it
    CHECK(found("anne@") == 1);
    CHECK(found("제이") == 1);
    for (const char* pattern : {"%", "_", "0%_", "%_"}) CHECK(found(pattern) == 1);
    for (const char* hostile : {"\\", "%%%", "' OR 1=1 --", "\\%", "[a-z]"})
        CHECK(found(hostile) == 0);
    CHECK(found(std::string(100'000, '%')) == 0);
    const auto second = u.list({.limit = 1, .offset = 1});
    CHECK(second.total == 3);
    REQUIRE(second.accounts.size() == 1);
    CHECK(second.accounts[0].username == "anne");
    CHECK(u.list({.limit = 1'000'000, .offset = 3}).accounts.empty());
    CHECK(u.list({.limit = -1, .offset = -1}).accounts.empty());
}

TEST_CASE("what is not as tokens say is listed until they have expired") {
    managed_users u;
    REQUIRE(u.logout(caller_of(u.jake, 11)));
    const auto page = u.exceptions();
    REQUIRE(page.changes.size() == 2);
    CHECK(page.changes[0].account->role == role::admin);
    CHECK(page.changes[1].ended_session == 11U);
    CHECK_FALSE(page.more);
    CHECK(page.feed_position == u.p.published().back().id);
    CHECK(run_coroutine(u.users->list_exceptions({}, exceptions_request{page.last}))
              ->changes.empty());
    // A later change of the same account takes the place of the one before, after the others.
    REQUIRE(u.set({.username = "jake", .role = role::admin}));
    REQUIRE(u.set({.username = "anne", .role = role::author}));
    const auto later = u.exceptions();
    REQUIRE(later.changes.size() == 3);
    CHECK(later.changes.back().user_id == u.anne.id);
    CHECK(later.changes.back().account->role == role::author);
    u.p.clock.advance(std::chrono::hours(24 * 8));
    REQUIRE(u.set({.username = "anne", .role = role::admin}));
    CHECK(u.exceptions().changes.size() == 1);
}

TEST_CASE("the routes carry to the edge what they have changed") {
    managed_users u;
    const auto routes = u.users->routes();
    public_request logout{.method = http::verb::post, .path = "/api/users/logout"};
    logout.caller = u.jake.id;
    const auto ended = answer_to(routes, logout);
    CHECK(ended.status == 204);
    CHECK(ended.body.empty());
    CHECK(decode<authority_changed>(ended.authority)->ended_session == 1U);

    public_request set{.method = http::verb::put, .path = "/api/admin/users/{username}"};
    set.caller = u.anne.id;
    set.role = role::admin;
    set.params = {{"username", "jake"}};
    set.body = R"({"user":{"role":"moderator","status":"suspended"}})";
    const auto made = answer_to(routes, set);
    CHECK(made.status == 200);
    CHECK(made.body == R"({"user":{"username":"jake","email":"jake@jake.jake","role":"moderator",)"
                       R"("status":"suspended","createdAt":"2026-08-13T10:00:00.123Z"}})");
    CHECK(decode<authority_changed>(made.authority)->account->status == account_status::suspended);
    CHECK(answer_to(routes, set).authority.empty());
    for (const char* nonsense : {R"({"user":{"role":"king"}})", R"({"user":{"status":7}})"}) {
        set.body = nonsense;
        CHECK(answer_to(routes, set).status == 422);
    }

    public_request list{.path = "/api/admin/users", .query = "q=anne&limit=x&offset=-1"};
    list.caller = u.anne.id;
    list.role = role::admin;
    CHECK(answer_to(routes, list).body ==
          R"({"users":[{"username":"anne","email":"anne@jake.jake","role":"admin",)"
          R"("status":"active","createdAt":"2026-08-13T10:00:00.123Z"}],"usersCount":1})");
}
