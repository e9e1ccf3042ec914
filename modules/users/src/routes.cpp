#include "routes.hpp"

namespace cleave::users {

namespace {

constexpr std::size_t login_body_bytes_max = 4 * 1024;

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

}  // namespace

http::response routes::answer(unsigned status, account a, std::uint64_t session_id) {
    const identity who{a.id, session_id, a.role};
    const user_body body{{std::move(a.email), signer_.sign(who, given_.clock.now(), lifetime_),
                          std::move(a.username), std::move(a.bio), std::move(a.image), a.role}};
    return http::json_response(status, body);
}

async<http::response> routes::sign_up(http::request& r) {
    auto body = http::body_as<sign_up_body>(r);
    if (!body) co_return http::problem_response(body.error());
    register_request wanted{body->user.username.value_or(""), body->user.email.value_or(""),
                            body->user.password.value_or("")};
    auto made = co_await users_.register_account(r.as_command(), std::move(wanted));
    if (!made) co_return http::problem_response(made.error());
    co_return answer(201, std::move(*made), given_.random.next_u64());
}

async<http::response> routes::login(http::request& r) {
    auto body = http::body_as<sign_up_body>(r);
    if (!body) co_return http::problem_response(body.error());
    login_request given{body->user.email.value_or(""), body->user.password.value_or("")};
    auto found = co_await users_.login(r.as_query(), std::move(given));
    if (!found) co_return http::problem_response(found.error());
    co_return answer(200, std::move(*found), given_.random.next_u64());
}

// With a fresh token of the same session, so that a visitor who comes back stays logged in.
async<http::response> routes::current_user(http::request& r) {
    const identity caller = r.context.caller;
    const account_request mine{caller.user_id};
    auto found = co_await users_.get_account(r.as_query(), mine);
    if (!found && found.error().code == errc::not_found)
        co_return http::problem_response(
            {errc::unauthenticated, "token", "is invalid", std::nullopt});
    if (!found) co_return http::problem_response(found.error());
    co_return answer(200, std::move(*found), caller.session_id);
}

http::route_list routes::list() {
    using http::policy, http::verb;
    return {
        {.method = verb::post,
         .path = "/api/users",
         .access = policy::anyone,
         .kind = method_kind::command,
         .body_bytes_max = login_body_bytes_max,
         .handler = [this](http::request& r) { return sign_up(r); }},
        {.method = verb::post,
         .path = "/api/users/login",
         .access = policy::anyone,
         .kind = method_kind::query,
         .body_bytes_max = login_body_bytes_max,
         .handler = [this](http::request& r) { return login(r); }},
        {.method = verb::get,
         .path = "/api/user",
         .access = policy::user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return current_user(r); }},
    };
}

}  // namespace cleave::users
