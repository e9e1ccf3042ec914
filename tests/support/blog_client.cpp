#include <atomic>
#include <catch2/catch.hpp>
#include <support/blog_client.hpp>

namespace cleave::test {

// A server may close a connection that it keeps for nothing; then there is a fresh one. What was
// under way on a kept one is never sent twice.
http_answer blog_client::ask(const http_question& question) {
    // It looks before it sends, as clients do (RFC 9112, 9.5).
    if (kept_ && kept_->has_ended()) kept_.reset();
    if (!kept_) kept_.emplace(to_);
    try {
        auto answer = kept_->ask(question);
        if (answer.closes()) kept_.reset();
        return answer;
    } catch (const connection_lost&) {
        kept_.reset();
        throw;
    }
}

http_answer blog_client::get(std::string target, const std::string& token) {
    http_question question;
    question.target = std::move(target);
    question.headers = authorization(token);
    return ask(question);
}

http_answer blog_client::post(std::string target, const json::value& body, const std::string& token,
                              const std::string& headers) {
    return send("POST", std::move(target), body, authorization(token) + headers);
}

http_answer blog_client::put(std::string target, const json::value& body,
                             const std::string& token) {
    return send("PUT", std::move(target), body, authorization(token));
}

http_answer blog_client::del(std::string target, const std::string& token) {
    http_question question;
    question.method = "DELETE";
    question.target = std::move(target);
    question.headers = authorization(token);
    return ask(question);
}

http_answer blog_client::send(std::string method, std::string target, const json::value& body,
                              const std::string& headers) {
    http_question question;
    question.method = std::move(method);
    question.target = std::move(target);
    question.headers = "Content-Type: application/json\r\n" + headers;
    question.body = json::serialize(body);
    return ask(question);
}

std::string authorization(const std::string& token) {
    return token.empty() ? std::string() : "Authorization: Token " + token + "\r\n";
}

std::string idempotency_key(const std::string& key) {
    return "Idempotency-Key: " + key + "\r\n";
}

std::string error_body(std::string_view key, std::string_view message) {
    return json::serialize(json::object{{"errors", {{key, json::array{message}}}}});
}

void check_error(const http_answer& answer, int status, std::string_view key,
                 std::string_view message) {
    CHECK(answer.status == status);
    CHECK(answer.body == error_body(key, message));
}

json::value body_of(const http_answer& answer) {
    return json::parse(answer.body);
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

std::string unique_name(std::string_view start) {
    static std::atomic<int> last = 0;
    return std::string(start) + std::to_string(++last);
}

visitor sign_up(blog_client& client, std::string_view name) {
    visitor who;
    who.username = unique_name(name);
    who.email = who.username + "@example.com";
    const json::object user{
        {"username", who.username}, {"email", who.email}, {"password", password}};
    const auto answer = client.post("/api/users", {{"user", user}});
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    who.token = body_of(answer).at("user").at("token").as_string();
    return who;
}

std::string publish(blog_client& client, const visitor& author, std::string_view title) {
    const json::object article{
        {"title", title}, {"description", "What it is about"}, {"body", "What it says"}};
    const auto answer = client.post("/api/articles", {{"article", article}}, author.token);
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    return std::string(body_of(answer).at("article").at("slug").as_string());
}

std::int64_t write_comment(blog_client& client, const visitor& author, const std::string& slug,
                           std::string_view body) {
    const auto answer =
        client.post(comments_path(slug), {{"comment", {{"body", body}}}}, author.token);
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    return body_of(answer).at("comment").at("id").as_int64();
}

std::string article_path(const std::string& slug) {
    return "/api/articles/" + percent_encoded(slug);
}

std::string comments_path(const std::string& slug) {
    return article_path(slug) + "/comments";
}

std::string stats_path(const std::string& slug) {
    return "/api/stats/articles/" + percent_encoded(slug);
}

}  // namespace cleave::test
