// Every public route by every actor: who may, who is told to log in, who is forbidden. One table,
// in every topology, and no route is missing from it.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

struct expected {
    int anonymous, reader, other, owner, moderator, admin, suspended;
};

// {slug} is an article of the owner's, made anew for each request; {id} a comment by the owner on
// it, or else a notification of the owner's; {username} is somebody who is none of the actors.
struct row {
    std::string method;
    std::string path;  // as /api/openapi.json has it
    std::string body;
    expected status;
};

// Readable rows: who is let in.
constexpr expected everybody{200, 200, 200, 200, 200, 200, 403};
constexpr expected account_200{401, 200, 200, 200, 200, 200, 403};
constexpr expected account_201{401, 201, 201, 201, 201, 201, 403};
constexpr expected account_204{401, 204, 204, 204, 204, 204, 403};
constexpr expected publisher{401, 403, 201, 201, 201, 201, 403};
constexpr expected owner_200{401, 403, 403, 200, 200, 200, 403};
constexpr expected owner_204{401, 403, 403, 204, 204, 204, 403};
constexpr expected admin_200{401, 403, 403, 403, 403, 200, 403};
constexpr expected notified_204{401, 404, 404, 204, 404, 404, 403};
// Who may is told that a password is missing.
constexpr expected blank_422{401, 422, 422, 422, 422, 422, 403};
// A token is neither needed nor looked at.
constexpr expected unknown{404, 404, 404, 404, 404, 404, 404};
constexpr expected anyone{200, 200, 200, 200, 200, 200, 200};
constexpr expected invalid{422, 422, 422, 422, 422, 422, 422};

const std::string stream_path = "/api/notifications/stream";
const std::string webhook_path = "/api/notifications/webhook";

const std::vector<row>& rows() {
    static const std::vector<row> all{
        {"POST", "/api/users", R"({"user":{}})", invalid},
        {"POST", "/api/users/login", R"({"user":{}})", invalid},
        {"GET", "/api/user", "", account_200},
        {"PUT", "/api/user", R"({"user":{"bio":"changed"}})", account_200},
        {"DELETE", "/api/user", R"({"user":{}})", blank_422},
        {"GET", "/api/deletions/{id}", "", unknown},
        {"GET", "/api/profiles/{username}", "", everybody},
        {"POST", "/api/profiles/{username}/follow", "", account_200},
        {"DELETE", "/api/profiles/{username}/follow", "", account_200},
        {"GET", "/api/admin/users", "", admin_200},
        {"PUT", "/api/admin/users/{username}", R"({"user":{"role":"reader"}})", admin_200},
        {"GET", "/api/articles", "", everybody},
        {"GET", "/api/articles/feed", "", account_200},
        {"GET", "/api/articles/{slug}", "", everybody},
        {"GET", "/api/tags", "", anyone},
        {"POST", "/api/articles",
         R"({"article":{"title":"By an actor","description":"d","body":"b"}})", publisher},
        {"PUT", "/api/articles/{slug}", R"({"article":{"body":"changed"}})", owner_200},
        {"DELETE", "/api/articles/{slug}", "", owner_204},
        {"POST", "/api/articles/{slug}/favorite", "", account_200},
        {"DELETE", "/api/articles/{slug}/favorite", "", account_200},
        {"GET", "/api/articles/{slug}/comments", "", everybody},
        {"POST", "/api/articles/{slug}/comments", R"({"comment":{"body":"by an actor"}})",
         account_201},
        {"PUT", "/api/articles/{slug}/comments/{id}", R"({"comment":{"body":"changed"}})",
         owner_200},
        {"DELETE", "/api/articles/{slug}/comments/{id}", "", owner_204},
        {"GET", "/api/notifications", "", account_200},
        {"POST", "/api/notifications/read", "", account_204},
        {"POST", "/api/notifications/{id}/read", "", notified_204},
        {"GET", stream_path, "", account_200},
        {"GET", "/api/notifications/preferences", "", account_200},
        {"PUT", "/api/notifications/preferences", R"({"preferences":{"favorite":true}})",
         account_200},
        // In this order: each actor reads, and then removes, what the same actor has set.
        {"PUT", webhook_path, R"({"webhook":{"url":"http://127.0.0.1:9/"}})", account_200},
        {"GET", webhook_path, "", account_200},
        {"DELETE", webhook_path, "", account_204},
        {"GET", "/api/stats", "", anyone},
        {"GET", "/api/stats/top", "", anyone},
        {"GET", "/api/stats/articles/{slug}", "", owner_200},
        {"POST", "/api/users/logout", "", account_204},
    };
    return all;
}

// What the edge answers by itself: no module's routes, and so not in the document, which lists
// those and is one of these.
const std::vector<row>& rows_of_the_edge() {
    static const std::vector<row> all{
        {"GET", "/", "", anyone},
        {"GET", "/api/openapi.json", "", anyone},
        {"GET", "/healthz", "", anyone},
        {"GET", "/readyz", "", anyone},
    };
    return all;
}

// "PUT /api/user"
std::vector<std::string> documented_routes(blog_client& client) {
    std::vector<std::string> found;
    const auto document = body_of(client.get("/api/openapi.json"));
    for (const auto& [path, operations] : document.at("paths").as_object())
        for (const auto& [method, operation] : operations.as_object()) {
            std::string name = method;
            for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
            found.push_back(name.append(" ").append(path));
        }
    return found;
}

// The actors log in again before a request that ends their session.
class cast {
public:
    explicit cast(running_blog& blog) : at_(blog.at()), client_(at_) {
        for (auto* who :
             {&reader_, &other_, &owner_, &moderator_, &admin_, &suspended_, &somebody_})
            *who = sign_up(client_, "actor");
        const auto granted = run_cleave(
            {"admin", "grant", admin_.username, "admin", "--data", blog.data().string()});
        INFO(granted.err);
        REQUIRE(granted.code == 0);
        log_in(admin_);
        change(reader_, {{"role", "reader"}});
        change(moderator_, {{"role", "moderator"}});
        log_in(reader_);
        log_in(moderator_);
        change(suspended_, {{"status", "suspended"}});
        // It holds for the very next request where it was asked; elsewhere within a second.
        REQUIRE(
            eventually([&] { return client_.get("/api/user", suspended_.token).status == 403; }));
        notify_owner();
    }

    void check(const row& what) {
        const expected& to = what.status;
        check_one(what, nullptr, to.anonymous, "anonymous");
        check_one(what, &reader_, to.reader, "reader");
        check_one(what, &other_, to.other, "another author");
        check_one(what, &owner_, to.owner, "owner");
        check_one(what, &moderator_, to.moderator, "moderator");
        check_one(what, &admin_, to.admin, "admin");
        check_one(what, &suspended_, to.suspended, "suspended");
    }

private:
    void log_in(visitor& who) {
        const auto answer = client_.post(
            "/api/users/login",
            json::object{{"user", json::object{{"email", who.email}, {"password", password}}}});
        INFO(answer.body);
        REQUIRE(answer.status == 200);
        who.token = body_of(answer).at("user").at("token").as_string();
    }

    void change(const visitor& who, const json::object& fields) {
        http_question question;
        question.method = "PUT";
        question.target = "/api/admin/users/" + who.username;
        question.headers = authorization(admin_.token);
        question.body = json::serialize(json::object{{"user", fields}});
        const auto answer = client_.ask(question);
        INFO(answer.body);
        REQUIRE(answer.status == 200);
    }

    void notify_owner() {
        write_comment(client_, somebody_, publish(client_, owner_, unique_name("told of")), "told");
        REQUIRE(eventually([&] {
            const auto inbox = body_of(client_.get("/api/notifications", owner_.token));
            const auto& told = inbox.at("notifications").as_array();
            if (told.empty()) return false;
            notification_ = std::to_string(told[0].at("id").as_int64());
            return true;
        }));
    }

    static void put_in(std::string& text, std::string_view name, const std::string& value) {
        if (const auto at = text.find(name); at != std::string::npos)
            text.replace(at, name.size(), value);
    }

    void check_one(const row& what, visitor* who, int status, std::string_view actor) {
        http_question question;
        question.method = what.method;
        question.target = what.path;
        if (has(what.path, "{slug}")) {
            const auto slug = publish(client_, owner_, unique_name("acted on"));
            if (has(what.path, "{id}"))
                put_in(question.target, "{id}",
                       std::to_string(write_comment(client_, owner_, slug, "acted on")));
            put_in(question.target, "{slug}", slug);
        }
        put_in(question.target, "{id}", notification_);
        put_in(question.target, "{username}", somebody_.username);
        if (who) question.headers = authorization(who->token);
        question.body = what.body;
        const bool endless = what.path == stream_path && status == 200;
        const auto answer = endless ? head_of_answer(question) : client_.ask(question);
        INFO(what.method << " " << question.target << " by " << actor << ": " << answer.body);
        CHECK(answer.status == status);
        if (answer.status >= 400) CHECK(body_of(answer).at("errors").is_object());
        if (who && what.path == "/api/users/logout" && answer.status == 204) log_in(*who);
    }

    // On a connection that ends with it, and the stream too.
    http_answer head_of_answer(const http_question& question) const {
        http_peer peer(at_);
        REQUIRE(peer.send(question.text()));
        auto head = peer.receive(true);
        REQUIRE(head);
        return std::move(*head);
    }

    address at_;
    blog_client client_;
    visitor reader_, other_, owner_, moderator_, admin_, suspended_, somebody_;
    std::string notification_;
};

}  // namespace

TEST_CASE("every route by every actor") {
    cast actors(shared_blog());
    for (const auto& what : rows()) actors.check(what);
    for (const auto& what : rows_of_the_edge()) actors.check(what);
}

TEST_CASE("the table of actors has every route, and none that there is not") {
    blog_client client(shared_blog().at());
    std::vector<std::string> listed;
    for (const auto& what : rows()) listed.push_back(what.method + " " + what.path);
    CHECK_THAT(listed, Catch::UnorderedEquals(documented_routes(client)));
}
