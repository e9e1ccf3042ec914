// Another configuration while `up` runs, and how it runs and stops without a gateway.
#include <catch2/catch.hpp>
#include <set>

#include "fake_children.hpp"

using namespace cleave;
using namespace cleave::topology;
using namespace cleave::topology::test;

namespace {

// What a file would say; each test changes it.
struct changing_file {
    reread_layout now;
    bool broken = false;

    std::function<reread_layout()> reader() {
        return [this] {
            if (broken) throw config_error("it is broken");
            return now;
        };
    }
};

std::string topology_file(const place& here) {
    return cleave::topology::test::read_file(here.directory / "data/run/topology.toml");
}

supervisor_options without_gateway(const place& here) {
    auto options = here.options({"all"});
    options.layout.gateway = gateway_use::off;
    return options;
}

}  // namespace

TEST_CASE("another configuration reaches those that run, and starts none of them again") {
    const place here(obedient);
    auto options = here.options();
    changing_file file{{options.layout, "\n[log]\nlevel = \"debug\"\n"}};
    options.reread = file.reader();
    running now(std::move(options));
    REQUIRE(now.until([&] { return now.all_ready(); }));
    REQUIRE_THAT(topology_file(here), !Catch::Matchers::Contains("[log]"));

    file.now.layout.balance = http::balancing::hash;
    file.now.layout.settings["comments"].replicas = 2;
    now.up.reload();
    CHECK(now.up.effective().balance == http::balancing::hash);
    CHECK_THAT(topology_file(here), Catch::Matchers::Contains("[log]\nlevel = \"debug\""));
    // News of others and orders come in any order.
    REQUIRE(now.until([&] {
        return here.has_heard("main", "peer comments.2 up") && here.has_heard("main", "reload") &&
               here.has_heard("comments", "reload") && now.all_ready();
    }));
    for (const std::string name : {"main", "comments"}) {
        CHECK(std::ranges::count(here.heard(name), "reload") == 1);
        CHECK(here.pids(name).size() == 1);
    }

    file.now.layout.settings["comments"].replicas = 1;
    now.up.reload();
    REQUIRE(now.until([&] { return here.has_heard("main", "peer comments.2 gone"); }));
}

TEST_CASE("a configuration that cannot be used changes nothing") {
    const place here(obedient);
    auto options = here.options();
    changing_file file{{options.layout, "\n[log]\nlevel = \"debug\"\n"}, true};
    options.reread = file.reader();
    running now(std::move(options));
    REQUIRE(now.until([&] { return now.all_ready(); }));
    const auto before = topology_file(here);
    now.up.reload();
    CHECK(topology_file(here) == before);
    // Another one that can be is read all the same.
    file.broken = false;
    now.up.reload();
    REQUIRE(now.until([&] { return here.has_heard("comments", "reload"); }));
}

TEST_CASE("without a gateway each has a public listener, and they stop before those they call") {
    const place here(notes_start + "echo $LISTEN_FDNAMES > $me.names\n" + notes_end + says_ready +
                     listens);
    running now(without_gateway(here));
    REQUIRE(now.until([&] { return now.all_ready(); }));
    std::set<std::string> addresses;
    for (const auto& p : now.up.status().processes) {
        CHECK(lines_of(here.directory / (p.name + ".names")) == names{"internal:ops:public"});
        REQUIRE(p.public_address);
        CHECK_FALSE(p.public_address->ends_with(":0"));
        addresses.insert(*p.public_address);
    }
    CHECK(addresses.size() == 4);
    const auto table = status_table(now.up.status());
    for (const auto& at : addresses) CHECK_THAT(table, Catch::Matchers::Contains(at));
    CHECK(load(here.directory / "data/run/topology.toml", blog()) == now.up.effective());

    now.up.stop();
    REQUIRE(now.until([&] { return now.stopped; }));
    const auto ended = lines_of(here.directory / "ended");
    REQUIRE(ended.size() == 4);
    const auto turn = [&](const std::string& name) { return std::ranges::find(ended, name); };
    CHECK(turn("comments") < turn("posts"));
    CHECK(turn("posts") < turn("users"));
}
