// An event that nobody can apply, and what an operator does about it.
#include <catch2/catch.hpp>
#include <sqlite/connection.hpp>
#include <support/divergence.hpp>

#include "topology.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

finished events(const scratch_blog& blog, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "events");
    arguments.insert(arguments.end(), {"--data", blog.data()});
    return run_cleave(arguments);
}

// The id of an event of users that no follower can read.
std::string publish_nonsense(const std::filesystem::path& data) {
    sqlite::connection db(data / "users.db", sqlite::open_mode::owner);
    db.run(
        "INSERT INTO users_outbox (kind, key, at, body) "
        "VALUES ('profile_changed', 4711, 0, '{\"nonsense\":true}')");
    return std::to_string(db.last_insert_rowid());
}

// How many of the module's events are parked; -1: it could not be asked.
std::int64_t parked_by(const scratch_blog& blog, std::string_view module) {
    const auto told = events(blog, {"list", "--json"});
    if (told.code != 0) return -1;
    for (const auto& m : json::parse(told.out).as_array())
        if (m.at("module").as_string() == module) return m.at("parked").at("total").as_int64();
    return -1;
}

}  // namespace

TEST_CASE("an event that cannot be applied is shown, retried and dropped") {
    scratch_blog blog(topology_arguments());
    CHECK(events(blog, {"list"}).out == "No event is parked.\n");
    if (is_classic(blog.data())) return;
    REQUIRE(blog->stop() == 0);
    const auto id = publish_nonsense(blog.data());
    blog.restart(topology_arguments());
    REQUIRE(eventually(
        [&] { return parked_by(blog, "posts") == 1 && parked_by(blog, "comments") == 1; }));

    const auto shown = events(blog, {"list"});
    INFO(shown.out);
    CHECK(shown.code == 0);
    CHECK(shown.out.find("users:" + id) != std::string::npos);
    CHECK(shown.out.find("profile_changed") != std::string::npos);
    CHECK(shown.out.find("4711") != std::string::npos);
    CHECK(shown.out.find("unreadable event") != std::string::npos);
    CHECK(shown.out.find("nonsense") == std::string::npos);

    // The reason is still there.
    const auto again = events(blog, {"retry", "posts", id});
    CHECK(again.code == 1);
    CHECK(again.out == "applied: 0\n");
    CHECK(events(blog, {"retry", "posts", "999999"}).code == 1);
    CHECK(events(blog, {"retry", "posts"}).code == 2);
    CHECK(events(blog, {"drop", "posts", "x"}).code == 2);
    CHECK(events(blog, {"drop", "nobody", id}).code == 2);

    const auto dropped = events(blog, {"drop", "posts", "users:" + id});
    CHECK(dropped.code == 0);
    CHECK(dropped.out.find("unreadable event") < dropped.out.find("dropped: users:" + id));
    CHECK(parked_by(blog, "posts") == 0);
    CHECK(events(blog, {"drop", "posts", id}).code == 1);

    // Nobody runs: the tool does it itself.
    REQUIRE(blog->stop() == 0);
    CHECK(parked_by(blog, "comments") == 1);
    CHECK(events(blog, {"drop", "comments", id}).code == 0);
    CHECK(parked_by(blog, "comments") == 0);
    CHECK(events(blog, {"retry", "comments", "--all"}).out == "applied: 0\n");
}
