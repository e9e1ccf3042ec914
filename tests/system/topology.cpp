#include "topology.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iterator>
#include <sstream>

namespace cleave::test {

std::vector<std::string> topology_arguments() {
    const char* named = std::getenv("CLEAVE_TOPOLOGY");
    std::istringstream words(named ? named : "");
    return {std::istream_iterator<std::string>(words), {}};
}

running_blog& shared_blog() {
    static scratch_blog blog(topology_arguments());
    // No scenario before this one has brought a process down.
    for (const auto& process : blog->processes()) {
        INFO(process.name);
        REQUIRE(process.restarts == 0);
    }
    return *blog;
}

visitor admin_of(running_blog& blog, blog_client& client) {
    const auto who = sign_up(client, "admin");
    const auto granted =
        run_cleave({"admin", "grant", who.username, "admin", "--data", blog.data()});
    INFO(granted.err);
    REQUIRE(granted.code == 0);
    const auto is_admin = [&] { return client.get("/api/admin/users", who.token).status == 200; };
    REQUIRE(eventually(is_admin, std::chrono::seconds(10)));
    return who;
}

http_answer change_account(blog_client& client, const visitor& admin, const visitor& whom,
                           const json::object& fields) {
    return client.put("/api/admin/users/" + percent_encoded(whom.username),
                      json::object{{"user", fields}}, admin.token);
}

}  // namespace cleave::test
