// Without a gateway: each process answers for its own modules, and who asks knows which is where.
#include <catch2/catch.hpp>
#include <map>
#include <support/eventually.hpp>

#include "outages.hpp"

using namespace cleave::test;

namespace {

// Asks each process what it answers (its OpenAPI document), and then whoever answers.
class direct_client {
public:
    explicit direct_client(running_blog& blog) {
        for (const auto& p : blog.processes()) {
            if (p.public_address.empty()) continue;
            clients_.emplace(p.name, p.public_address);
            const auto document = body_of(at(p.name).get("/api/openapi.json"));
            for (const auto& [path, operations] : document.at("paths").as_object())
                for (const auto& [method, operation] : operations.as_object())
                    process_of_[std::string(operation.at("tags").at(0).as_string())] = p.name;
        }
    }

    // The one that runs a module, and who is met by its other name.
    blog_client& of(const std::string& module) { return at(process_of_.at(module)); }
    blog_client& at(const std::string& process) { return clients_.at(process); }
    std::map<std::string, blog_client>& all() { return clients_; }

private:
    std::map<std::string, blog_client> clients_;
    std::map<std::string, std::string> process_of_;
};

bool eventually_says(blog_client& client, const std::string& target, const std::string& token,
                     int status, std::chrono::milliseconds within = patience) {
    return eventually([&] { return client.get(target, token).status == status; }, within);
}

std::size_t notifications_of(direct_client& client, const visitor& who) {
    const auto answer = client.of("notifications").get("/api/notifications", who.token);
    return answer.status == 200 ? body_of(answer).at("notifications").as_array().size() : 0;
}

}  // namespace

TEST_CASE("without a gateway: people sign up, write, comment and are told", "[.][gateway-off]") {
    scratch_blog blog(topology_arguments());
    direct_client client(*blog);
    CHECK(client.all().size() == blog->processes().size());
    const auto author = sign_up(client.of("users"), "author");
    const auto reader = sign_up(client.of("users"), "reader");
    REQUIRE(eventually_says(client.of("posts"), "/api/articles/feed", author.token, 200));
    const auto slug = publish(client.of("posts"), author, "Straight to it");
    const auto read = client.of("posts").get(article_path(slug), reader.token);
    CHECK(read.status == 200);
    CHECK_FALSE(read.field("etag").empty());
    CHECK(read.field("access-control-allow-origin") == "*");
    // Nothing was passed on for it.
    CHECK(read.field("server-timing").find("module;dur=") == std::string::npos);
    REQUIRE(write_comment(client.of("comments"), reader, slug, "No hop!") > 0);
    CHECK(eventually([&] { return notifications_of(client, author) == 1; }));
    CHECK(client.of("stats").get(stats_path(slug), author.token).status == 200);
    CHECK(client.of("users").get("/api/user", author.token).status == 200);
    CHECK(client.of("posts").del(article_path(slug), author.token).status == 204);
    CHECK(client.of("posts").get(article_path(slug)).status == 404);
}

TEST_CASE("without a gateway: what a module elsewhere answers is 421, and says whose it is",
          "[.][gateway-off]") {
    scratch_blog blog(topology_arguments());
    direct_client client(*blog);
    for (const auto& p : blog->processes()) {
        INFO(p.name);
        auto& here = client.at(p.name);
        CHECK(here.get("/api/none").status == 404);
        const auto answers = [&](const std::string& target, const std::string& module) {
            if (p.runs(module)) return here.get(target).status == 200;
            return eventually([&] {
                const auto answer = here.get(target);
                return answer.status == 421 &&
                       answer.body == error_body("path", "is answered by " + module +
                                                             ", which runs in another process");
            });
        };
        CHECK(answers("/api/tags", "posts"));
        CHECK(answers("/api/articles", "posts"));
    }
}

TEST_CASE("without a gateway: a logout and a suspension hold everywhere", "[.][gateway-off]") {
    scratch_blog blog(topology_arguments());
    direct_client client(*blog);
    const auto author = sign_up(client.of("users"), "author");
    const auto other = sign_up(client.of("users"), "other");
    const auto stays = sign_up(client.of("users"), "stays");
    const std::map<std::string, std::string> private_pages{{"users", "/api/user"},
                                                           {"posts", "/api/articles/feed"},
                                                           {"notifications", "/api/notifications"}};
    for (const auto& [module, page] : private_pages)
        for (const auto* who : {&author, &other, &stays})
            REQUIRE(eventually_says(client.of(module), page, who->token, 200));

    REQUIRE(client.of("users").post("/api/users/logout", json::object(), author.token).status ==
            204);
    // At once where it was said; elsewhere as soon as the feed brings it.
    CHECK(client.of("users").get("/api/user", author.token).status == 401);
    for (const auto& [module, page] : private_pages)
        CHECK(eventually_says(client.of(module), page, author.token, 401));

    const auto admin = admin_of(*blog, client.of("users"));
    REQUIRE(change_account(client.of("users"), admin, other, {{"status", "suspended"}}).status ==
            200);
    for (const auto& [module, page] : private_pages) {
        CHECK(eventually_says(client.of(module), page, other.token, 403));
        CHECK(client.of(module).get(page, stays.token).status == 200);
    }
}

TEST_CASE("without a gateway: users is away, and the others know who is who", "[.][gateway-off]") {
    scratch_blog blog(topology_arguments());
    direct_client client(*blog);
    const auto author = sign_up(client.of("users"), "author");
    REQUIRE(eventually_says(client.of("posts"), "/api/articles/feed", author.token, 200));
    const auto slug = publish(client.of("posts"), author, "Alone");
    const outage down(*blog, "users");
    CHECK(client.of("posts").get(article_path(slug), author.token).status == 200);
    REQUIRE(write_comment(client.of("comments"), author, slug, "Still here") >= 0);
}

TEST_CASE("without a gateway: it is seen who is where, and a process is replaced",
          "[.][gateway-off]") {
    scratch_blog blog(topology_arguments());
    const auto shown = run_cleave({"status", "--data", blog->data()});
    auto show = topology_arguments();
    show.insert(show.begin(), {"topology", "show"});
    const auto wanted = run_cleave(show);
    CHECK(has(wanted.out, "gateway   off"));
    for (const auto& p : blog->processes()) {
        INFO(p.name);
        REQUIRE_FALSE(p.public_address.empty());
        CHECK(has(shown.out, p.public_address));
        CHECK(has(wanted.out, p.name));
    }
    direct_client client(*blog);
    const auto author = sign_up(client.of("users"), "author");
    REQUIRE(eventually_says(client.of("posts"), "/api/articles/feed", author.token, 200));
    const auto before = blog->process_with("posts");
    const auto deployed = run_cleave({"deploy", before.name, "--data", blog->data()});
    INFO(deployed.err);
    CHECK(deployed.code == 0);
    direct_client again(*blog);
    CHECK(blog->process_with("posts").public_address == before.public_address);
    CHECK(blog->process_with("posts").pid != before.pid);
    CHECK_FALSE(publish(again.of("posts"), author, "Replaced").empty());
    CHECK(blog->stop() == 0);
    CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
}
