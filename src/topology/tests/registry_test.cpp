// Who is where, as processes tell it and hear it.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <http/endpoint.hpp>
#include <map>
#include <support/run_coroutine.hpp>
#include <topology/registry_client.hpp>

#include "support.hpp"

using namespace cleave;
using namespace cleave::topology;
using namespace cleave::topology::test;
using namespace std::chrono_literals;

namespace {

member comments(const std::string& at = "127.0.0.1:7003") {
    return {.instance = "comments", .internal = at, .modules = {"comments"}, .ready = true};
}

// A process that announces itself to a registry, and notes what it hears.
struct participant {
    participant(asio::io_context& context, registry& where, std::filesystem::path cache,
                std::optional<member> who)
        : self(std::move(who)),
          proxy(where),
          client(proxy, std::move(cache),
                 {.self = [this] { return self; },
                  .on_member =
                      [this](const member& m) {
                          note(m.instance, " at " + m.internal + (m.ready ? " up" : " down"));
                      },
                  .on_gone = [this](const std::string& name) { note(name, " gone"); }}) {
        asio::co_spawn(context, client.run(), asio::detached);
    }

    void note(const std::string& instance, const std::string& what) {
        heard.push_back(instance + what);
        latest[instance] = heard.back();
    }
    bool has_heard(const std::string& what) const {
        return std::ranges::find(heard, what) != heard.end();
    }
    // The last that it has heard of that instance.
    bool knows(const std::string& what) const {
        return std::ranges::any_of(latest, [&](const auto& one) { return one.second == what; });
    }

    std::optional<member> self;
    std::vector<std::string> heard;
    std::map<std::string, std::string> latest;
    registry_proxy proxy;
    registry_client client;
};

async<bool> at_home(std::string) {
    co_return false;
}

struct running_registry {
    explicit running_registry(std::chrono::milliseconds patience = 1s,
                              registry::probe deserted = at_home)
        : all(patience, std::move(deserted)) {
        asio::co_spawn(context, all.run(), asio::detached);
    }
    bool until(const std::function<bool()>& holds) { return run_until(context, holds); }

    temporary_directory directory;
    registry all;
    asio::io_context context;  // what waits in it refers to the registry
};

}  // namespace

TEST_CASE("a start, a move and a stop are heard of") {
    running_registry r;
    participant watcher(r.context, r.all, r.directory / "watcher", std::nullopt);
    participant it(r.context, r.all, r.directory / "it", comments());
    REQUIRE(r.until([&] { return watcher.has_heard("comments at 127.0.0.1:7003 up"); }));
    it.self = comments("127.0.0.1:7009");
    REQUIRE(r.until([&] { return watcher.has_heard("comments at 127.0.0.1:7009 up"); }));
    it.client.stop();
    asio::co_spawn(r.context, it.client.leave(), asio::detached);
    // Said by who was young: the others believe it once the registry knows everybody.
    REQUIRE(r.until([&] { return r.all.known().members.empty(); }));
    watcher.client.stop();
}

// What is known last is looked at, and not whether something was ever heard: on a loaded machine an
// announcement may be late, and its process counts as down for a moment.
TEST_CASE("who is not heard of any more is not ready, until it is heard of again") {
    running_registry r;
    participant watcher(r.context, r.all, r.directory / "watcher", std::nullopt);
    participant it(r.context, r.all, r.directory / "it", comments());
    REQUIRE(r.until([&] { return watcher.knows("comments at 127.0.0.1:7003 up"); }));
    it.self.reset();  // hangs
    REQUIRE(r.until([&] { return watcher.knows("comments at 127.0.0.1:7003 down"); }));
    it.self = comments();
    REQUIRE(r.until([&] { return watcher.knows("comments at 127.0.0.1:7003 up"); }));
    it.client.stop();
    watcher.client.stop();
}

TEST_CASE("who is late, and not where it was, is gone") {
    bool deserted = false;
    const auto look = [&deserted](std::string address) -> async<bool> {
        CHECK(address == "127.0.0.1:7003");
        co_return deserted;
    };
    // Silence alone would never do.
    running_registry r(std::chrono::hours(1), look);
    participant watcher(r.context, r.all, r.directory / "watcher", std::nullopt);
    participant it(r.context, r.all, r.directory / "it", comments());
    REQUIRE(r.until([&] { return watcher.knows("comments at 127.0.0.1:7003 up"); }));
    deserted = true;
    it.self.reset();  // killed
    REQUIRE(r.until([&] { return watcher.knows("comments at 127.0.0.1:7003 down"); }));
    deserted = false;
    it.self = comments();
    REQUIRE(r.until([&] { return watcher.knows("comments at 127.0.0.1:7003 up"); }));
    it.client.stop();
    watcher.client.stop();
}

TEST_CASE("an address is deserted when its process is gone, and not when that is only busy") {
    auto listener = http::listen_on(http::parse_endpoint("127.0.0.1:0"), 1);
    const auto at = http::to_string(http::local_endpoint(listener.get()));
    using cleave::test::run_coroutine;
    // Nobody accepts what it is asked, and then its queue is full.
    for (int i = 0; i < 4; ++i) CHECK_FALSE(run_coroutine(is_deserted(at)));
    listener.reset();
    CHECK(run_coroutine(is_deserted(at)));

    const temporary_directory folder;
    const auto path = "unix:" + (folder / "s").string();
    CHECK(run_coroutine(is_deserted(path)));
    auto local = http::listen_on(http::parse_endpoint(path));
    CHECK_FALSE(run_coroutine(is_deserted(path)));
    local.reset();
    CHECK(run_coroutine(is_deserted(path)));
    CHECK_FALSE(run_coroutine(is_deserted("nowhere")));
}

TEST_CASE("who is vouched for needs no word of its own, and cannot be spoken for") {
    running_registry r(20ms);  // less than it takes to speak again
    r.all.put(comments());
    participant other(r.context, r.all, r.directory / "other", comments("127.0.0.1:666"));
    REQUIRE(r.until([&] { return other.has_heard("comments at 127.0.0.1:7003 up"); }));
    r.all.withdraw("comments");
    REQUIRE(r.until([&] { return other.has_heard("comments at 127.0.0.1:666 up"); }));
    other.client.stop();
}

TEST_CASE("a new registry's silence says nothing, and what was known outlives a restart") {
    running_registry first;
    const auto cache = first.directory / "watcher";
    {
        participant watcher(first.context, first.all, cache, std::nullopt);
        first.all.put(comments());
        REQUIRE(first.until([&] { return watcher.heard.size() == 1; }));
        watcher.client.stop();
        first.all.withdraw("comments");
        first.context.poll();
    }
    running_registry second;
    participant again(second.context, second.all, cache, std::nullopt);
    REQUIRE(second.until([&] { return again.has_heard("comments at 127.0.0.1:7003 up"); }));
    second.all.put({.instance = "users", .internal = "127.0.0.1:7001", .ready = true});
    REQUIRE(second.until([&] { return again.has_heard("users at 127.0.0.1:7001 up"); }));
    CHECK_FALSE(again.has_heard("comments gone"));
    again.client.stop();
}

TEST_CASE("what is no member is refused") {
    registry r;
    const auto refused = [&](member who) {
        announcement what;
        what.self = std::move(who);
        const auto answer = cleave::test::run_coroutine(r.announce({}, what));
        return !answer && answer.error().code == errc::invalid_argument;
    };
    CHECK(refused({}));
    CHECK(refused({.instance = "../etc", .internal = "127.0.0.1:1"}));
    CHECK(refused({.instance = "a", .internal = "nowhere"}));
    CHECK(refused({.instance = "a", .internal = "127.0.0.1:1", .version = std::string(300, 'x')}));
    CHECK_FALSE(refused({.instance = "a", .internal = "127.0.0.1:1"}));
}
