#include "workload.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <support/eventually.hpp>

namespace cleave::test {

namespace {

const std::string the_body = "What it says: 한국어, naïve, \"quotes\", \\ and 😀";

http_question question(std::string method, std::string target, const std::string& token,
                       const json::value& body = {}) {
    http_question out;
    out.method = std::move(method);
    out.target = std::move(target);
    out.headers = authorization(token);
    if (body.is_null()) return out;
    out.headers += "Content-Type: application/json\r\n";
    out.body = json::serialize(body);
    return out;
}

std::string text_of(const json::value& from, std::string_view name) {
    return std::string(from.at(name).as_string());
}

json::value comment(const std::string& text) {
    return json::object{{"comment", json::object{{"body", text}}}};
}

json::value article(const std::string& title) {
    return json::object{
        {"article", json::object{{"title", title}, {"description", "d"}, {"body", the_body}}}};
}

}  // namespace

workload::workload(const address& at)
    : at_(at), well_(at), author_(sign_up(well_, "author")), reader_(sign_up(well_, "reader")) {
    const auto made = well_.post("/api/articles", article("The article"), author_.token);
    REQUIRE(made.status == 201);
    slug_ = body_of(made).at("article").at("slug").as_string();
}

// Once. 503 and 504 are what a client may be told of a bad network; whatever else is wrong.
workload::told workload::send(const http_question& what, int expected) {
    try {
        auto answer = http_peer(at_).ask(what);
        const auto status = answer.status;
        ++(status == expected ? done_ : not_done_);
        if (status == expected) return {outcome::done, std::move(answer)};
        if (status == 503) return {outcome::refused};
        if (status != 504)
            wrong_.insert(what.method + " " + what.target + ": " + std::to_string(status) + " " +
                          answer.body.substr(0, 200));
    } catch (const connection_lost& e) {
        wrong_.insert(what.method + " " + what.target + ": " + e.what());
    }
    return {outcome::unknown};
}

std::optional<json::value> workload::send_until_done(http_question what, const std::string& key) {
    what.headers += idempotency_key(key);
    std::optional<json::value> made;
    // Not so many times: who fails again and again is left alone for a while, and that is said at
    // once.
    const bool done = eventually([&] {
        const auto is = send(what, 201);
        if (is.what == outcome::done) made = body_of(is.answer);
        return made.has_value();
    });
    if (done) return made;
    wrong_.insert(what.method + " " + what.target + " is never done");
    return std::nullopt;
}

// An answer that comes is the right one.
void workload::read(std::string target, const std::string& token,
                    const std::function<bool(const json::value&)>& is_right) {
    const auto is = send(question("GET", target, token), 200);
    if (is.what != outcome::done) return;
    try {
        if (is_right(body_of(is.answer))) return;
    } catch (const std::exception&) {
    }
    wrong_.insert("GET " + target + " is answered " + is.answer.body);
}

void workload::read_all() {
    const auto& a = author_;
    read(article_path(slug_), reader_.token, [&](const json::value& body) {
        const auto& found = body.at("article");
        return text_of(found, "slug") == slug_ && text_of(found, "title") == "The article" &&
               text_of(found, "body") == the_body &&
               text_of(found.at("author"), "username") == a.username;
    });
    read("/api/user", a.token, [&](const json::value& body) {
        return text_of(body.at("user"), "username") == a.username &&
               text_of(body.at("user"), "email") == a.email;
    });
    read("/api/profiles/" + a.username, reader_.token, [&](const json::value& body) {
        return text_of(body.at("profile"), "username") == a.username;
    });
    read("/api/articles?limit=5", reader_.token,
         [](const json::value& body) { return !body.at("articles").as_array().empty(); });
    read("/api/notifications?limit=3", a.token,
         [](const json::value& body) { return body.at("notifications").is_array(); });
    read("/api/stats", {}, [](const json::value& body) { return body.at("stats").is_object(); });
    read(stats_path(slug_), a.token,
         [](const json::value& body) { return body.at("stats").is_object(); });
    read(comments_path(slug_), reader_.token, [&](const json::value& body) {
        std::map<std::string, std::int64_t> there;
        for (const auto& c : body.at("comments").as_array())
            there[std::string(c.at("body").as_string())] = c.at("id").as_int64();
        return std::ranges::all_of(comments_, [&](const auto& known) {
            const auto found = there.find(known.first);
            return found != there.end() && found->second == known.second;
        });
    });
}

void workload::comment_once(const std::string& text) {
    const auto is = send(question("POST", comments_path(slug_), reader_.token, comment(text)), 201);
    switch (is.what) {
        case outcome::done:
            comments_[text] = body_of(is.answer).at("comment").at("id").as_int64();
            break;
        case outcome::refused: refused_.insert(text); break;
        case outcome::unknown: unknown_.insert(text); break;
    }
}

void workload::round(const std::string& name) {
    const auto said = "with a key, " + name;
    if (const auto made = send_until_done(
            question("POST", comments_path(slug_), reader_.token, comment(said)), said))
        comments_[said] = made->at("comment").at("id").as_int64();
    comment_once("once, " + name);
    const auto title = "Article " + name;
    if (const auto made = send_until_done(
            question("POST", "/api/articles", reader_.token, article(title)), title))
        articles_.insert(title);
    send(question("POST", article_path(slug_) + "/favorite", reader_.token, json::object()), 200);
    send(question("POST", "/api/profiles/" + author_.username + "/follow", reader_.token,
                  json::object()),
         200);
    read_all();
}

void workload::check_comments() {
    const auto all = body_of(well_.get(comments_path(slug_))).at("comments").as_array();
    std::map<std::string, int> times;
    for (const auto& c : all) {
        const std::string text(c.at("body").as_string());
        INFO(text);
        CHECK(++times[text] == 1);
        if (const auto known = comments_.find(text); known != comments_.end())
            CHECK(c.at("id") == known->second);
        else
            CHECK(unknown_.contains(text));
    }
    for (const auto& [text, id] : comments_) {
        INFO(text);
        CHECK(times[text] == 1);
    }
    for (const auto& text : refused_) {
        INFO(text << " was refused");
        CHECK(times[text] == 0);
    }
}

void workload::check_articles() {
    std::map<std::string, int> times;
    const auto of_reader = "/api/articles?limit=100&author=" + reader_.username + "&offset=";
    for (std::size_t seen = 0;;) {
        const auto page =
            body_of(well_.get(of_reader + std::to_string(seen))).at("articles").as_array();
        if (page.empty()) break;
        for (const auto& a : page) ++times[std::string(a.at("title").as_string())];
        seen += page.size();
    }
    for (const auto& title : articles_) {
        INFO(title);
        CHECK(times[title] == 1);
    }
    for (const auto& [title, n] : times) {
        INFO(title);
        CHECK(n == 1);
    }
}

// Of every comment that is there, of the favourite and of the follower.
void workload::check_inbox() {
    const auto there =
        body_of(well_.get(comments_path(slug_))).at("comments").as_array().size() + 2;
    const auto told = [&] {
        return body_of(well_.get("/api/notifications?limit=1", author_.token))
            .at("notificationsCount")
            .to_number<std::size_t>();
    };
    CHECK(eventually([&] { return told() >= there; }));
    CHECK(told() == there);
}

void workload::check() {
    for (const auto& target :
         {article_path(slug_) + "/favorite", "/api/profiles/" + author_.username + "/follow"})
        CHECK(well_.post(target, json::object(), reader_.token).status == 200);
    write_comment(well_, reader_, slug_, "the last one");
    comments_["the last one"] = body_of(well_.get(comments_path(slug_)))
                                    .at("comments")
                                    .as_array()
                                    .back()
                                    .at("id")
                                    .as_int64();
    check_comments();
    check_articles();
    check_inbox();
}

std::string workload::figures() const {
    return std::to_string(done_) + " requests done, " + std::to_string(not_done_) + " not; " +
           std::to_string(comments_.size()) + " comments, " + std::to_string(refused_.size()) +
           " refused, " + std::to_string(unknown_.size()) + " unknown";
}

}  // namespace cleave::test
