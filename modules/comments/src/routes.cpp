#include "routes.hpp"

#include <users/api.hpp>

#include "rules.hpp"

namespace cleave::comments {

namespace {

// Room for the escapes of a body at its limit: six bytes each, at worst.
constexpr std::size_t comment_body_bytes_max = 6 * body_bytes_max + 4 * 1024;
// Nothing is said in it, but front ends send {}.
constexpr std::size_t idle_body_bytes_max = 4 * 1024;

struct public_comment {
    std::int64_t id = 0;
    timestamp created_at{};
    timestamp updated_at{};
    std::string body{};
    users::public_profile author{};
};
BOOST_DESCRIBE_STRUCT(public_comment, (), (id, created_at, updated_at, body, author))

struct comment_body {
    public_comment comment{};
};
BOOST_DESCRIBE_STRUCT(comment_body, (), (comment))

struct list_body {
    std::vector<public_comment> comments{};
};
BOOST_DESCRIBE_STRUCT(list_body, (), (comments))

// A missing field is a blank one, so that both get the same answer.
struct new_comment_fields {
    std::optional<std::string> body{};
};
BOOST_DESCRIBE_STRUCT(new_comment_fields, (), (body))
struct new_comment_body {
    new_comment_fields comment{};
};
BOOST_DESCRIBE_STRUCT(new_comment_body, (), (comment))

public_comment to_public(comment c) {
    auto& who = c.author;
    return {c.id,
            c.created_at,
            c.updated_at,
            std::move(c.body),
            {std::move(who.username), std::move(who.bio), std::move(who.image), who.following}};
}

}  // namespace

async<http::response> routes::write(http::request& r) {
    auto body = http::body_as<new_comment_body>(r);
    if (!body) co_return http::problem_response(body.error());
    create_request wanted{r.param("slug"), std::move(body->comment.body).value_or("")};
    auto made = co_await comments_.create(r.as_command(), std::move(wanted));
    if (!made) co_return http::problem_response(made.error());
    const comment_body out{to_public(std::move(*made))};
    co_return http::json_response(201, out);
}

async<http::response> routes::change(http::request& r) {
    auto body = http::body_as<new_comment_body>(r);
    if (!body) co_return http::problem_response(body.error());
    change_request wanted{r.param("slug"), r.param_int("id"),
                          std::move(body->comment.body).value_or("")};
    auto changed = co_await comments_.change(r.as_command(), std::move(wanted));
    if (!changed) co_return http::problem_response(changed.error());
    const comment_body out{to_public(std::move(*changed))};
    co_return http::json_response(200, out);
}

async<http::response> routes::remove(http::request& r) {
    remove_request wanted{r.param("slug"), r.param_int("id")};
    const auto gone = co_await comments_.remove(r.as_command(), std::move(wanted));
    if (!gone) co_return http::problem_response(gone.error());
    co_return http::response{.status = 204, .content_type = {}};
}

async<http::response> routes::read_all(http::request& r) {
    list_request wanted{r.param("slug"), std::nullopt};
    constexpr std::int64_t unlimited = 0;
    const auto limit = r.query_int("limit", unlimited, 1, INT64_MAX);
    if (limit != unlimited) wanted.limit = limit;
    auto found = co_await comments_.list(r.as_query(), std::move(wanted));
    if (!found) co_return http::problem_response(found.error());
    list_body out;
    out.comments.reserve(found->comments.size());
    for (auto& c : found->comments) out.comments.push_back(to_public(std::move(c)));
    co_return http::json_response(200, out);
}

http::route_list routes::list() {
    using http::policy, http::verb;
    return {
        {.method = verb::get,
         .path = "/api/articles/{slug}/comments",
         .access = policy::optional_user,
         .kind = method_kind::query,
         .body_bytes_max = 0,
         .handler = [this](http::request& r) { return read_all(r); }},
        {.method = verb::post,
         .path = "/api/articles/{slug}/comments",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = comment_body_bytes_max,
         .handler = [this](http::request& r) { return write(r); }},
        {.method = verb::put,
         .path = "/api/articles/{slug}/comments/{id:int}",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = comment_body_bytes_max,
         .handler = [this](http::request& r) { return change(r); }},
        {.method = verb::del,
         .path = "/api/articles/{slug}/comments/{id:int}",
         .access = policy::user,
         .kind = method_kind::command,
         .body_bytes_max = idle_body_bytes_max,
         .handler = [this](http::request& r) { return remove(r); }},
    };
}

}  // namespace cleave::comments
