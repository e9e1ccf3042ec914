#include "routes.hpp"

namespace cleave::users {

namespace {

constexpr std::size_t admin_body_bytes_max = 4 * 1024;
constexpr std::int64_t listed_by_default = 20;

struct profile_body {
    public_profile profile{};
};
BOOST_DESCRIBE_STRUCT(profile_body, (), (profile))

struct users_body {
    std::vector<managed_account> users{};
    std::int64_t users_count = 0;
};
BOOST_DESCRIBE_STRUCT(users_body, (), (users, users_count))

struct managed_body {
    managed_account user{};
};
BOOST_DESCRIBE_STRUCT(managed_body, (), (user))

struct authority_fields {
    std::optional<cleave::role> role{};
    std::optional<account_status> status{};
};
BOOST_DESCRIBE_STRUCT(authority_fields, (), (role, status))
struct authority_body {
    authority_fields user{};
};
BOOST_DESCRIBE_STRUCT(authority_body, (), (user))

http::response answer(result<seen_profile> seen) {
    if (!seen) return http::problem_response(seen.error());
    auto& p = seen->profile;
    const profile_body body{
        {std::move(p.username), std::move(p.bio), std::move(p.image), seen->following}};
    return http::json_response(200, body);
}

}  // namespace

async<http::response> routes::profile(http::request& r) {
    username_request who{r.param("username")};
    co_return users::answer(co_await users_.get_profile(r.as_query(), std::move(who)));
}

async<http::response> routes::follow(http::request& r) {
    username_request who{r.param("username")};
    co_return users::answer(co_await users_.follow(r.as_command(), std::move(who)));
}

async<http::response> routes::unfollow(http::request& r) {
    username_request who{r.param("username")};
    co_return users::answer(co_await users_.unfollow(r.as_command(), std::move(who)));
}

async<http::response> routes::all_users(http::request& r) {
    accounts_request wanted{r.query_param("q"),
                            r.query_int("limit", listed_by_default, 1, accounts_listed_max),
                            r.query_int("offset", 0, 0, std::numeric_limits<std::int64_t>::max())};
    auto page = co_await users_.list_accounts(r.as_query(), std::move(wanted));
    if (!page) co_return http::problem_response(page.error());
    const users_body body{std::move(page->accounts), page->total};
    co_return http::json_response(200, body);
}

async<http::response> routes::set_authority(http::request& r) {
    const auto body = http::body_as<authority_body>(r);
    if (!body) co_return http::problem_response(body.error());
    authority_request wanted{r.param("username"), body->user.role, body->user.status};
    auto changed = co_await users_.set_authority(r.as_command(), std::move(wanted));
    if (!changed) co_return http::problem_response(changed.error());
    const managed_body answered{std::move(changed->account)};
    auto out = http::json_response(200, answered);
    if (changed->authority) out.authority = encode(*changed->authority);
    co_return out;
}

void routes::list_people(http::route_list& out) {
    using http::policy, http::verb;
    out.push_back({.method = verb::get,
                   .path = "/api/profiles/{username}",
                   .access = policy::optional_user,
                   .kind = method_kind::query,
                   .body_bytes_max = 0,
                   .handler = [this](http::request& r) { return profile(r); }});
    out.push_back({.method = verb::post,
                   .path = "/api/profiles/{username}/follow",
                   .access = policy::user,
                   .kind = method_kind::command,
                   .body_bytes_max = admin_body_bytes_max,
                   .handler = [this](http::request& r) { return follow(r); }});
    out.push_back({.method = verb::del,
                   .path = "/api/profiles/{username}/follow",
                   .access = policy::user,
                   .kind = method_kind::command,
                   .body_bytes_max = admin_body_bytes_max,
                   .handler = [this](http::request& r) { return unfollow(r); }});
    out.push_back({.method = verb::get,
                   .path = "/api/admin/users",
                   .access = policy::user,
                   .kind = method_kind::query,
                   .body_bytes_max = 0,
                   .handler = [this](http::request& r) { return all_users(r); },
                   .least = role::admin});
    out.push_back({.method = verb::put,
                   .path = "/api/admin/users/{username}",
                   .access = policy::user,
                   .kind = method_kind::command,
                   .body_bytes_max = admin_body_bytes_max,
                   .handler = [this](http::request& r) { return set_authority(r); },
                   .least = role::admin});
}

}  // namespace cleave::users
