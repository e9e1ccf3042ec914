// Who is where, as processes tell it and hear it.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
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
          client(
              proxy, std::move(cache),
              {.self = [this] { return self; },
               .on_member =
                   [this](const member& m) {
                       heard.push_back(m.instance + " at " + m.internal +
                                       (m.ready ? " up" : " down"));
                   },
               .on_gone = [this](const std::string& name) { heard.push_back(name + " gone"); }}) {
        asio::co_spawn(context, client.run(), asio::detached);
    }

    bool has_heard(const std::string& what) const {
        return std::ranges::find(heard, what) != heard.end();
    }

    std::optional<member> self;
    std::vector<std::string> heard;
    registry_proxy proxy;
    registry_client client;
};

struct running_registry {
    explicit running_registry(std::chrono::milliseconds patience = 1s) : all(patience) {
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

TEST_CASE("who is not heard of any more is not ready, until it is heard of again") {
    running_registry r(20ms);
    participant watcher(r.context, r.all, r.directory / "watcher", std::nullopt);
    auto it = std::make_unique<participant>(r.context, r.all, r.directory / "it", comments());
    REQUIRE(r.until([&] { return watcher.has_heard("comments at 127.0.0.1:7003 up"); }));
    it->self.reset();  // killed
    REQUIRE(r.until([&] { return watcher.has_heard("comments at 127.0.0.1:7003 down"); }));
    watcher.heard.clear();
    it->self = comments();
    REQUIRE(r.until([&] { return watcher.has_heard("comments at 127.0.0.1:7003 up"); }));
    it->client.stop();
    watcher.client.stop();
}

TEST_CASE("who is vouched for needs no word of its own, and cannot be spoken for") {
    running_registry r(20ms);
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
