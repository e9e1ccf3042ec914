#include "routes.hpp"

namespace cleave::users {

namespace {

constexpr std::size_t login_body_bytes_max = 4 * 1024;
constexpr std::size_t user_body_bytes_max = 64 * 1024;  // a biography, however it is escaped

struct public_user {
    std::string email{};
    std::string token{};
    std::string username{};
    std::optional<std::string> bio{};
    std::optional<std::string> image{};
    cleave::role role{};
};
BOOST_DESCRIBE_STRUCT(public_user, (), (email, token, username, bio, image, role))

struct user_body {
    public_user user{};
};
BOOST_DESCRIBE_STRUCT(user_body, (), (user))

// A missing field is a blank one, so that both get the same answer.
struct sign_up_fields {
    std::optional<std::string> username{};
    std::optional<std::string> email{};
    std::optional<std::string> password{};
};
BOOST_DESCRIBE_STRUCT(sign_up_fields, (), (username, email, password))
struct sign_up_body {
    sign_up_fields user{};
};
BOOST_DESCRIBE_STRUCT(sign_up_body, (), (user))

// Left out: unchanged. Null: none, where there may be none.
struct change_fields {
    std::optional<std::optional<std::string>> username{};
    std::optional<std::optional<std::string>> email{};
    std::optional<std::optional<std::string>> password{};
    std::optional<std::optional<std::string>> bio{};
    std::optional<std::optional<std::string>> image{};
};
BOOST_DESCRIBE_STRUCT(change_fields, (), (username, email, password, bio, image))
struct change_body {
    change_fields user{};
};
BOOST_DESCRIBE_STRUCT(change_body, (), (user))

// Null and empty are the same: none of it, or blank.
std::optional<std::string> wanted(std::optional<std::optional<std::string>>& field) {
    if (!field) return std::nullopt;
    return std::move(*field).value_or("");
}

std::uint64_t new_session(random_source& random) {
    for (;;)
        if (const auto id = random.next_u64(); id != 0) return id;
}

}  // namespace

http::response routes::answer(unsigned status, account a, std::uint64_t session_id) {
    const identity who{a.id, session_id, a.role, a.authority_version};
    const user_body body{{std::move(a.email), signer_.sign(who, given_.clock.now(), lifetime_),
                          std::move(a.username), std::move(a.bio), std::move(a.image), a.role}};
    auto out = http::json_response(status, body);
    // It holds a token: not for a cache, and not to be compressed beside what others choose.
    out.headers = "Cache-Control: no-store\r\n";
    return out;
}

async<http::response> routes::sign_up(http::request& r) {
    auto body = http::body_as<sign_up_body>(r);
    if (!body) co_return http::problem_response(body.error());
    register_request wanted{body->user.username.value_or(""), body->user.email.value_or(""),
                            body->user.password.value_or("")};
    auto made = co_await users_.register_account(r.as_command(), std::move(wanted));
    if (!made) co_return http::problem_response(made.error());
    co_return answer(201, std::move(*made), new_session(given_.random));
}

async<http::response> routes::login(http::request& r) {
    auto body = http::body_as<sign_up_body>(r);
    if (!body) co_return http::problem_response(body.error());
    login_request given{body->user.email.value_or(""), body->user.password.value_or(""),
                        r.client.address};
    const std::string email = given.email;
    auto found = co_await users_.login(r.as_query(), std::move(given));
    if (!found) {
        auto refused = http::problem_response(found.error());
        const auto wait = logins_.wait(email, r.client.address);
        if (found.error().code == errc::rate_limited && wait)
            refused.headers = fmt::format("Retry-After: {}\r\n", wait->count());
        co_return refused;
    }
    co_return answer(200, std::move(*found), new_session(given_.random));
}

// With a fresh token of the same session, so that a visitor who comes back stays logged in.
async<http::response> routes::current_user(http::request& r) {
    auto found = co_await users_.get_own_account(r.as_query(), nothing());
    if (!found) co_return http::problem_response(found.error());
    co_return answer(200, std::move(*found), r.context.caller.session_id);
}

async<http::response> routes::change_user(http::request& r) {
    auto body = http::body_as<change_body>(r);
    if (!body) co_return http::problem_response(body.error());
    auto& user = body->user;
    update_request change{wanted(user.username), wanted(user.email), wanted(user.password),
                          wanted(user.bio), wanted(user.image)};
    auto changed = co_await users_.update_account(r.as_command(), std::move(change));
    if (!changed) co_return http::problem_response(changed.error());
    auto out = answer(200, std::move(changed->account), r.context.caller.session_id);
    if (changed->authority) out.authority = encode(*changed->authority);
    co_return out;
}

async<http::response> routes::logout(http::request& r) {
    const auto ended = co_await users_.end_session(r.as_command(), nothing());
    if (!ended) co_return http::problem_response(ended.error());
    http::response out;
    out.status = 204;
    out.authority = encode(*ended);
    co_return out;
}

void routes::list_accounts(http::route_list& out) {
    using http::policy, http::verb;
    out.push_back({.method = verb::post,
                   .path = "/api/users",
                   .access = policy::anyone,
                   .kind = method_kind::command,
                   .body_bytes_max = login_body_bytes_max,
                   .handler = [this](http::request& r) { return sign_up(r); }});
    out.push_back({.method = verb::post,
                   .path = "/api/users/login",
                   .access = policy::anyone,
                   .kind = method_kind::query,
                   .body_bytes_max = login_body_bytes_max,
                   .handler = [this](http::request& r) { return login(r); }});
    out.push_back({.method = verb::post,
                   .path = "/api/users/logout",
                   .access = policy::user,
                   .kind = method_kind::command,
                   .body_bytes_max = login_body_bytes_max,
                   .handler = [this](http::request& r) { return logout(r); }});
    out.push_back({.method = verb::get,
                   .path = "/api/user",
                   .access = policy::user,
                   .kind = method_kind::query,
                   .body_bytes_max = 0,
                   .handler = [this](http::request& r) { return current_user(r); }});
    out.push_back({.method = verb::put,
                   .path = "/api/user",
                   .access = policy::user,
                   .kind = method_kind::command,
                   .body_bytes_max = user_body_bytes_max,
                   .handler = [this](http::request& r) { return change_user(r); }});
}

http::route_list routes::list() {
    http::route_list out;
    list_accounts(out);
    list_people(out);
    list_deletions(out);
    return out;
}

}  // namespace cleave::users
