#include <catch2/catch.hpp>
#include <cmath>
#include <compare/own_workload.hpp>
#include <fstream>
#include <support/scratch_folder.hpp>

using namespace cleave::compare;
using Catch::Contains;

namespace {

own_workload from(const std::string& text) {
    const cleave::test::scratch_folder scratch;
    const auto file = scratch.path() / "workload.toml";
    std::ofstream(file) << text;
    return read_workload(file);
}

}  // namespace

TEST_CASE("what is in braces is filled in, the same for the same seed") {
    CHECK(filled_in("/a/{7..7}/b", 1, 0) == "/a/7/b");
    CHECK(filled_in("{i}", 1, 42) == "42");
    CHECK(filled_in("{size:5}", 1, 0).size() == 5);
    CHECK(filled_in("/{1..1000000}", 1, 3) == filled_in("/{1..1000000}", 1, 3));
    CHECK(filled_in("/{1..1000000}", 1, 3) != filled_in("/{1..1000000}", 1, 4));
    for (const char* other : {"{}", "{\"a\":1}", "{9..1}", "{size:x}", "{", "a{b", "}"})
        CHECK(filled_in(other, 1, 0) == other);
}

TEST_CASE("a workload's routes are asked by their weights") {
    const auto work = from(R"(rate = 50.0
[[route]]
name = "rare"
target = "/rare"
[[route]]
method = "POST"
target = "/often/{1..3}"
body = '{"x":"{size:4}"}'
weight = 9
status = 201
contains = "yes"
)");
    CHECK(work.rate_per_s == 50);
    int rare = 0;
    for (std::uint64_t i = 0; i < 5'000; ++i) rare += work.request(1, i).kind == 0 ? 1 : 0;
    CHECK(rare == Approx(500).margin(100));
    for (std::uint64_t i = 0; i < 50; ++i) {
        const auto one = work.request(1, i);
        if (one.kind == 0) continue;
        CHECK_THAT(one.bytes, Catch::StartsWith("POST /often/") && Contains(R"({"x":")"));
        CHECK(one.status == 201);
        CHECK(one.content_is_right("oh yes"));
        CHECK_FALSE(one.content_is_right("no"));
    }
}

TEST_CASE("a workload that cannot be used is refused with a sentence") {
    const auto refused = [](const std::string& text, const std::string& why) {
        CHECK_THROWS_WITH(from(text), Contains(why));
    };
    refused("", "[[route]]");
    refused("[[route]]\ntarget = 'x'\n", "route 1: target must begin with /");
    refused("[[route]]\ntarget = '/'\nwieght = 3\n", "unknown key wieght");
    refused("[[route]]\ntarget = '/'\nweight = 0\n", "weight");
    refused("[[route]]\ntarget = '/'\nstatus = 99\n", "status");
    refused("[[route]]\ntarget = 3\n", "wrong type");
    refused("[[route]]\ntarget = \"/\\r\\nHost: x\"\n", "line break");
    refused("route = 1", "[[route]]");
    refused("rat = 5\n", "unknown key rat (known: rate, users, think_ms, data, route)");
    CHECK_THROWS_AS(read_workload("/no/such/file"), std::invalid_argument);
}

namespace {

const std::string a_route = "[[route]]\ntarget = \"/\"\n";

}  // namespace

TEST_CASE("users think for some time between their requests") {
    const auto evenly = from("users = 50\nthink_ms = [200, 2000]\n" + a_route).users;
    REQUIRE(evenly);
    CHECK(evenly->count == 50);
    double sum_ms = 0;
    for (std::uint64_t i = 0; i < 2'000; ++i) {
        const auto think = evenly->think(i);
        CHECK(think >= std::chrono::milliseconds(200));
        CHECK(think <= std::chrono::milliseconds(2'000));
        CHECK(think == evenly->think(i));
        sum_ms += static_cast<double>(think.count()) / 1e6;
    }
    CHECK(sum_ms / 2'000 == Approx(1'100).epsilon(0.05));

    const auto mean = from("users = 1\nthink_ms = 800\n" + a_route).users;
    REQUIRE(mean);
    sum_ms = 0;
    int longer = 0;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        const auto ms = static_cast<double>(mean->think(i).count()) / 1e6;
        CHECK(ms >= 0);
        sum_ms += ms;
        longer += ms > 800 ? 1 : 0;
    }
    CHECK(sum_ms / 20'000 == Approx(800).epsilon(0.05));
    CHECK(longer / 20'000.0 == Approx(std::exp(-1)).epsilon(0.05));
    CHECK_FALSE(from(a_route).users);
}

TEST_CASE("users and think times that cannot be used are refused, with what to do") {
    const auto refused = [](const std::string& text, const std::string& why) {
        CHECK_THROWS_WITH(from(text + a_route), Contains(why));
    };
    refused("users = 5\n", "users want think_ms");
    refused("think_ms = 5\n", "think_ms wants users");
    refused("rate = 5\nusers = 5\nthink_ms = 5\n", "rate and users exclude each other");
    refused("users = 0\nthink_ms = 5\n", "users must be from 1 to 10000");
    refused("users = \"5\"\nthink_ms = 5\n", "users has the wrong type");
    for (const char* wrong : {"0", "-1", "\"5\"", "1.5", "[5]", "[5, 4]", "[1, 2, 3]", "[\"a\", 2]",
                              "[-1, 2]", "600001"})
        refused(std::string("users = 5\nthink_ms = ") + wrong + "\n", "think_ms is a mean");
}

TEST_CASE("how much is in the blog may be said") {
    const auto some = from(a_route + "[data]\nusers = 3\narticles = 40\n").data;
    REQUIRE(some);
    CHECK(some->users == 3);
    CHECK(some->articles == 40);
    CHECK(some->comments_per_article == workload_sizes().comments_per_article);
    CHECK_FALSE(from(a_route).data);
    const auto refused = [](const std::string& text, const std::string& why) {
        CHECK_THROWS_WITH(from(a_route + text), Contains(why));
    };
    refused("[data]\nusers = 1\n", "[data]: users must be from 2 to 1000");
    refused("[data]\narticles = 0\n", "articles must be from 1");
    refused("[data]\ncomments = 1\n", "[data]: unknown key comments");
    refused("[data]\narticles = 1000\ncomments_per_article = 101\n", "at most 100000");
    CHECK_THROWS_WITH(from("data = 5\n" + a_route), Contains("data is a table"));
}

TEST_CASE("a target is an address and a port") {
    CHECK(parse_target("http://127.0.0.1:8080").port() == 8080);
    CHECK(parse_target("http://localhost:81/").address().to_string() == "127.0.0.1");
    CHECK(parse_target("http://[::1]:82").address().is_v6());
    CHECK(parse_target("http://10.0.0.1").port() == 80);
    for (const char* bad : {"", "127.0.0.1:80", "https://127.0.0.1", "http://", "http://a.test:80",
                            "http://127.0.0.1:80/path", "http://127.0.0.1:99999"})
        CHECK_THROWS_AS(parse_target(bad), std::invalid_argument);
}
