// How soon everybody acts on what an admin has changed: at the very next request, of whichever
// module and on whichever connection, and within a second where a stream is open.
#include <catch2/catch.hpp>
#include <functional>

#include "topology.hpp"

using namespace cleave::test;

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds soon{1};

// A request that shows what its module makes of who asks.
struct question_of {
    std::string module;
    http_question question;
};

http_question ask_as(const visitor& who, std::string method, std::string target,
                     std::string body = {}) {
    return {.method = std::move(method),
            .target = std::move(target),
            .headers = authorization(who.token),
            .body = std::move(body)};
}

// There is one of every module, so a new one shows that it is missing.
void check_all_modules(const std::vector<question_of>& questions,
                       const std::vector<std::string>& left_out = {}) {
    auto asked = left_out;
    for (const auto& q : questions) asked.push_back(q.module);
    std::ranges::sort(asked);
    asked.erase(std::ranges::unique(asked).begin(), asked.end());
    CHECK_THAT(known_modules(), Catch::UnorderedEquals(asked));
}

// As many connections as it takes to meet every thread of the edge.
class crowd {
public:
    explicit crowd(const address& at) {
        for (int i = 0; i < 8; ++i) clients_.emplace_back(at);
    }

    void check(const std::vector<question_of>& questions,
               const std::function<void(const http_answer&)>& check_answer) {
        for (auto& client : clients_)
            for (const auto& [module, question] : questions) {
                const auto answer = client.ask(question);
                INFO(module << ": " << question.method << " " << question.target << ": "
                            << answer.body);
                check_answer(answer);
            }
    }

private:
    std::vector<blog_client> clients_;
};

void check_done(const http_answer& answer) {
    CHECK(answer.status / 100 == 2);
}

void check_suspended(const http_answer& answer) {
    check_error(answer, 403, "account", "suspended");
}

void check_forbidden(const http_answer& answer) {
    CHECK(answer.status == 403);
}

http_peer open_stream(const address& at, const visitor& who) {
    // Less than the time between two heartbeats, so that one which goes on is not read for ever.
    http_peer peer(at, std::chrono::seconds(10));
    REQUIRE(peer.send(ask_as(who, "GET", "/api/notifications/stream").text()));
    const auto head = peer.receive(true);
    REQUIRE(head);
    REQUIRE(head->status == 200);
    peer.read_until("retry: 3000\nid: 0\n\n");
    return peer;
}

}  // namespace

TEST_CASE("a suspension is in force in every module at once, and ends the streams",
          "[one-instance]") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto admin = admin_of(blog, client), who = sign_up(client);
    const auto slug = publish(client, who, "Suspended soon, " + who.username);
    const auto comment = write_comment(client, who, slug, "Suspended soon");
    const std::vector<question_of> questions{
        {"users", ask_as(who, "GET", "/api/user")},
        {"users", ask_as(who, "PUT", "/api/user", R"({"user":{"bio":"still here"}})")},
        {"posts", ask_as(who, "GET", article_path(slug))},
        {"posts", ask_as(who, "PUT", article_path(slug), R"({"article":{"body":"still here"}})")},
        {"comments", ask_as(who, "GET", comments_path(slug))},
        {"comments", ask_as(who, "PUT", comments_path(slug) + "/" + std::to_string(comment),
                            R"({"comment":{"body":"still here"}})")},
        {"notifications", ask_as(who, "GET", "/api/notifications")},
        {"notifications", ask_as(who, "POST", "/api/notifications/read")},
        {"stats", ask_as(who, "GET", stats_path(slug))},
    };
    check_all_modules(questions);
    crowd everybody(blog.at());
    everybody.check(questions, check_done);
    std::vector<http_peer> streams;
    for (int i = 0; i < 4; ++i) streams.push_back(open_stream(blog.at(), who));

    const auto suspended = change_account(client, admin, who, {{"status", "suspended"}});
    const auto since = steady_clock::now();
    REQUIRE(suspended.status == 200);
    everybody.check(questions, check_suspended);
    CHECK(steady_clock::now() - since < soon);
    for (auto& stream : streams) CHECK_NOTHROW(stream.read_until("\r\n0\r\n\r\n"));
    CHECK(steady_clock::now() - since < soon);

    REQUIRE(change_account(client, admin, who, {{"status", "active"}}).status == 200);
    everybody.check(questions, check_done);
    CHECK_NOTHROW(open_stream(blog.at(), who));
}

TEST_CASE("a role is in force in every module at once, when it is given and when it is taken",
          "[one-instance]") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto admin = admin_of(blog, client), who = sign_up(client), other = sign_up(client);
    const auto slug = publish(client, other, "Not yours, " + other.username);
    const auto comment = write_comment(client, other, slug, "Nor this");
    // What only an admin may, or a moderator.
    const std::vector<question_of> questions{
        {"users", ask_as(who, "GET", "/api/admin/users?limit=1")},
        {"posts", ask_as(who, "PUT", article_path(slug), R"({"article":{"body":"moderated"}})")},
        {"comments", ask_as(who, "PUT", comments_path(slug) + "/" + std::to_string(comment),
                            R"({"comment":{"body":"moderated"}})")},
        {"stats", ask_as(who, "GET", stats_path(slug))},
    };
    // Notifications are everybody's own, whatever the role.
    check_all_modules(questions, {"notifications"});
    crowd everybody(blog.at());
    everybody.check(questions, check_forbidden);
    for (int i = 0; i < 3; ++i) {
        const auto given = change_account(client, admin, who, {{"role", "admin"}});
        auto since = steady_clock::now();
        REQUIRE(given.status == 200);
        everybody.check(questions, check_done);
        CHECK(steady_clock::now() - since < soon);

        const auto taken = change_account(client, admin, who, {{"role", "author"}});
        since = steady_clock::now();
        REQUIRE(taken.status == 200);
        everybody.check(questions, check_forbidden);
        CHECK(steady_clock::now() - since < soon);
    }
    // What an author may and a reader may not.
    const std::vector<question_of> publishing{
        {"posts", ask_as(who, "POST", "/api/articles",
                         R"({"article":{"title":"Mine","description":"d","body":"b"}})")}};
    everybody.check(publishing, check_done);
    REQUIRE(change_account(client, admin, who, {{"role", "reader"}}).status == 200);
    everybody.check(publishing, check_forbidden);
}
