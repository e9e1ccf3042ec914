#include "player.hpp"

#include <base/encoding.hpp>
#include <support/divergence.hpp>
#include <support/eventually.hpp>

namespace cleave::test {

namespace {

bool is_command(const std::string& method) {
    return method == "POST" || method == "PUT" || method == "DELETE";
}

// The first number or text behind this key of the body, wherever it stands.
std::string first_of(const std::string& body, std::string_view key) {
    const auto mark = "\"" + std::string(key) + "\":";
    auto at = body.find(mark);
    if (at == std::string::npos) return {};
    at += mark.size();
    const bool quoted = body[at] == '"';
    const auto end = body.find_first_of(quoted ? "\"" : ",}]", at + (quoted ? 1 : 0));
    return quoted ? body.substr(at + 1, end - at - 1) : body.substr(at, end - at);
}

}  // namespace

// What was never told becomes something that there never is.
std::string player::resolved(const std::string& text) const {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = text.find("{{", at);
        const auto end = begin == std::string::npos ? begin : text.find("}}", begin);
        if (end == std::string::npos) return out + text.substr(at);
        out += text.substr(at, begin - at);
        const auto name = text.substr(begin + 2, end - begin - 2);
        const auto found = captured_.find(name);
        const bool number = name.starts_with("comment") || name.starts_with("notification");
        out += found != captured_.end() ? found->second : number ? "999999" : "none";
        at = end + 2;
    }
    return out;
}

void player::capture(std::size_t number, const http_answer& answer) {
    const auto keep = [&](const char* kind, const std::string& value) {
        if (!value.empty()) captured_[std::string(kind) + ":" + std::to_string(number)] = value;
    };
    keep("etag", answer.field("etag"));
    if (answer.status != 200 && answer.status != 201) return;
    if (!answer.field("content-encoding").empty()) return;
    keep("token", first_of(answer.body, "token"));
    keep("slug", percent_encoded(first_of(answer.body, "slug")));
    keep("comment", first_of(answer.body, "id"));
    keep("notification", first_of(answer.body, "id"));
}

// As posts does: an article that was found, for whoever is no crawler, and a HEAD is a GET.
void player::count_view(const http_question& asked, const http_answer& answer) {
    constexpr std::string_view articles = "/api/articles/";
    if (asked.method != "GET" && asked.method != "HEAD") return;
    if (answer.status != 200 && answer.status != 304) return;
    const auto path = asked.target.substr(0, asked.target.find('?'));
    if (!path.starts_with(articles) || path == "/api/articles/feed") return;
    if (path.find('/', articles.size()) == std::string::npos) ++views_;
}

http_answer player::grant(const http_question& asked) {
    const auto done =
        run_cleave({"admin", "grant", asked.body, asked.target, "--data", blog_.data()});
    http_answer answer;
    answer.status = done.code == 0 ? 200 : 500;
    answer.head = done.code == 0 ? "HTTP/1.1 200 Granted" : "HTTP/1.1 500 " + done.err;
    return answer;
}

void player::settle(bool views) {
    const auto wanted = views ? std::optional(views_) : std::nullopt;
    if (!eventually([&] { return databases_.have_settled(wanted); }))
        throw std::runtime_error("events do not come to whom they are for");
}

std::string player::play(std::size_t number, const step& what) {
    if (what.settle_views) settle(true);
    http_question asked;
    asked.method = what.method;
    asked.target = resolved(what.target);
    asked.headers = resolved(what.headers);
    const auto body = from_base64url(what.body);
    if (!body) throw std::runtime_error("a body in the log is not base64url");
    asked.body.assign(body->begin(), body->end());
    const auto answer = asked.method == "GRANT" ? grant(asked) : client_.ask(asked);
    capture(number, answer);
    count_view(asked, answer);
    if (asked.method == "GRANT") {
        // The edge learns of it by the feed, and the log knows an admin's token as step 0's.
        const auto token = captured_.at("token:0");
        if (!eventually([&] { return client_.get("/api/admin/users", token).status == 200; }))
            throw std::runtime_error("an admin is none");
    }
    if (is_command(asked.method) && answer.status < 300) settle(false);
    return may_differ(asked) ? std::string() : normal_(asked.target, answer);
}

std::vector<std::string> player::play(const replay_log& log) {
    std::vector<std::string> answers;
    answers.reserve(log.size());
    try {
        for (const auto& what : log) answers.push_back(play(answers.size(), what));
        settle(true);
    } catch (const std::exception& e) {
        throw std::runtime_error("step " + std::to_string(answers.size()) + ": " + e.what());
    }
    return answers;
}

}  // namespace cleave::test
