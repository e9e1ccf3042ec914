#pragma once
// The public API as a front end uses it: on one connection that is kept, with tokens.
#include <boost/json.hpp>
#include <support/http_peer.hpp>

namespace cleave::test {

namespace json = boost::json;

class blog_client {
public:
    explicit blog_client(address to) : to_(std::move(to)) {}

    http_answer ask(const http_question& question);
    http_answer get(std::string target, const std::string& token = {});
    // `headers`: further whole lines.
    http_answer post(std::string target, const json::value& body, const std::string& token = {},
                     const std::string& headers = {});
    http_answer put(std::string target, const json::value& body, const std::string& token = {});
    http_answer del(std::string target, const std::string& token = {});

private:
    http_answer send(std::string method, std::string target, const json::value& body,
                     const std::string& headers);

    address to_;
    std::optional<http_peer> kept_;
};

std::string authorization(const std::string& token);  // a whole line, or nothing without a token
std::string idempotency_key(const std::string& key);  // a whole line

// {"errors":{"<key>":["<message>"]}}
std::string error_body(std::string_view key, std::string_view message);
void check_error(const http_answer& answer, int status, std::string_view key,
                 std::string_view message);
json::value body_of(const http_answer& answer);  // throws where it is not JSON
// Every byte but unreserved ones as %XX.
std::string percent_encoded(std::string_view text);

// A name that nobody else in this test program has.
std::string unique_name(std::string_view start);

struct visitor {
    std::string username, email, token;
};
inline constexpr std::string_view password = "password123";

// Each REQUIREs that it works.
visitor sign_up(blog_client& client, std::string_view name = "visitor");
std::string publish(blog_client& client, const visitor& author, std::string_view title);  // slug
std::int64_t write_comment(blog_client& client, const visitor& author, const std::string& slug,
                           std::string_view body);  // id

std::string article_path(const std::string& slug);
std::string comments_path(const std::string& slug);
std::string stats_path(const std::string& slug);

}  // namespace cleave::test
