#include "routes.hpp"

namespace cleave::users {

namespace {

constexpr std::size_t deletion_body_bytes_max = 4 * 1024;  // as a login

// A missing field is a blank one, so that both get the same answer.
struct deletion_fields {
    std::optional<std::string> password{};
};
BOOST_DESCRIBE_STRUCT(deletion_fields, (), (password))
struct wanted_deletion {
    deletion_fields user{};
};
BOOST_DESCRIBE_STRUCT(wanted_deletion, (), (user))

struct deletion_body {
    users::deletion deletion{};
};
BOOST_DESCRIBE_STRUCT(deletion_body, (), (deletion))

}  // namespace

async<http::response> routes::delete_user(http::request& r) {
    auto body = http::body_as<wanted_deletion>(r);
    if (!body) co_return http::problem_response(body.error());
    deletion_request wanted{body->user.password.value_or(""), r.client.address};
    auto begun = co_await deletions_.begin(r.as_command(), std::move(wanted));
    if (!begun) co_return http::problem_response(begun.error());
    const deletion_body told{std::move(begun->deletion)};
    auto out = http::json_response(202, told);
    out.headers =
        fmt::format("Location: /api/deletions/{}\r\nCache-Control: no-store\r\n", told.deletion.id);
    out.authority = encode(begun->authority);
    co_return out;
}

// Whoever knows the id may see it: there is no account any more that could prove anything.
async<http::response> routes::deletion_of(http::request& r) {
    deletion_query which{r.param("id")};
    auto found = co_await deletions_.find(r.as_query(), std::move(which));
    if (!found) co_return http::problem_response(found.error());
    const deletion_body told{std::move(*found)};
    auto out = http::json_response(200, told);
    out.headers = "Cache-Control: no-store\r\n";
    co_return out;
}

void routes::list_deletions(http::route_list& out) {
    using http::policy, http::verb;
    out.push_back({.method = verb::del,
                   .path = "/api/user",
                   .access = policy::user,
                   .kind = method_kind::command,
                   .body_bytes_max = deletion_body_bytes_max,
                   .handler = [this](http::request& r) { return delete_user(r); }});
    out.push_back({.method = verb::get,
                   .path = "/api/deletions/{id}",
                   .access = policy::anyone,
                   .kind = method_kind::query,
                   .body_bytes_max = 0,
                   .handler = [this](http::request& r) { return deletion_of(r); }});
}

}  // namespace cleave::users
