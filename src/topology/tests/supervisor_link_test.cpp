// What `up` and its children say to each other.
#include <sys/socket.h>
#include <catch2/catch.hpp>
#include <topology/supervisor_link.hpp>

#include "support.hpp"

using namespace cleave;
using namespace cleave::topology;
using namespace cleave::topology::test;

namespace {

const char* text_of(peer_news news) {
    return boost::describe::enum_to_string(news, "?");
}

struct both_ends {
    both_ends() {
        auto [ours, theirs] = make_link();
        parent.emplace(context.get_executor(), std::move(ours), [this](report) { ++ready; });
        child.emplace(context.get_executor(), std::move(theirs),
                      link_events{.on_peer =
                                      [this](const std::string& instance, peer_news news) {
                                          heard.push_back(instance + " " + text_of(news));
                                      },
                                  .on_lost = [this] { ++lost; }});
        parent->start();
        child->start();
    }

    asio::io_context context;
    std::optional<child_link> parent;
    std::optional<supervisor_link> child;
    std::vector<std::string> heard;
    int ready = 0;
    int lost = 0;
};

std::string everything_in(int fd) {
    std::string all;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0;)
        all.append(buffer, static_cast<std::size_t>(n));
    return all;
}

}  // namespace

TEST_CASE("a child says that it is ready") {
    both_ends both;
    both.child->tell(report::ready);
    REQUIRE(run_until(both.context, [&] { return both.ready > 0; }));
    both.context.poll();
    CHECK(both.ready == 1);
}

TEST_CASE("a child hears of its peers in order") {
    both_ends both;
    both.parent->tell_peer("posts", peer_news::down);
    REQUIRE(run_until(both.context, [&] { return both.heard.size() == 1; }));
    both.parent->tell_peer("posts", peer_news::up);
    REQUIRE(run_until(both.context, [&] { return both.heard.size() == 2; }));
    both.parent->tell_peer("posts", peer_news::down);
    REQUIRE(run_until(both.context, [&] { return both.heard.size() == 3; }));
    CHECK(both.heard == std::vector<std::string>{"posts down", "posts up", "posts down"});
}

TEST_CASE("orders, addresses and who is renewed arrive, and so do reports") {
    asio::io_context context;
    auto [ours, theirs] = make_link();
    std::vector<report> told;
    std::vector<std::string> heard;
    child_link parent(context.get_executor(), std::move(ours),
                      [&](report what) { told.push_back(what); });
    parent.start();
    const auto instance = [&](const std::string& name, peer_news news) {
        heard.push_back(name + " " + text_of(news));
    };
    const auto address = [&](const std::string& name, const std::string& where) {
        heard.push_back(name + " at " + where);
    };
    supervisor_link child(
        context.get_executor(), std::move(theirs),
        {.on_peer = instance,
         .on_address = address,
         .on_order = [&](order what) { heard.push_back(std::to_string(static_cast<int>(what))); }},
        {"peer users down"});
    child.start();
    child.tell(report::standing_by);
    child.tell(report::released);
    parent.tell_address("users.2", "127.0.0.1:7");
    parent.tell_peer("users.2", peer_news::up);
    parent.tell_peer("users.3", peer_news::gone);
    parent.tell_peer("users", peer_news::renewed);
    REQUIRE(run_until(context, [&] { return heard.size() == 5 && told.size() == 2; }));
    CHECK(told == std::vector{report::standing_by, report::released});
    CHECK(heard == std::vector<std::string>{"users down", "users renewed", "users.2 at 127.0.0.1:7",
                                            "users.2 up", "users.3 gone"});
    parent.tell(order::hand_over);
    REQUIRE(run_until(context, [&] { return heard.back() == "1"; }));
}

TEST_CASE("a process that stands by waits for its turn, and what it heard is not lost") {
    auto [ours, theirs] = make_link();
    const std::string_view lines = "peer a up\npeer b down\nown\npeer c up\n";
    REQUIRE(::send(ours.get(), lines.data(), lines.size(), MSG_NOSIGNAL) > 0);
    CHECK(stand_by(theirs.get()) == std::vector<std::string>{"peer a up", "peer b down"});
    CHECK(everything_in(theirs.get()) == "peer c up\n");
    CHECK(everything_in(ours.get()) == "standing-by\n");
    ours = {};
    CHECK_THROWS_AS(stand_by(theirs.get()), std::runtime_error);
}

TEST_CASE("a child whose supervisor is gone is told once") {
    both_ends both;
    both.parent.reset();
    REQUIRE(run_until(both.context, [&] { return both.lost > 0; }));
    both.context.poll();
    CHECK(both.lost == 1);
}

TEST_CASE("a link that was closed by its owner tells nothing more") {
    both_ends both;
    both.parent->tell_peer("posts", peer_news::up);
    both.child.reset();
    both.context.poll();
    CHECK(both.lost == 0);
    CHECK(both.heard.empty());
    both.parent->tell_peer("posts", peer_news::down);
    both.context.poll();
}

TEST_CASE("lines that are not known are passed over, and endless ones end the link") {
    asio::io_context context;
    auto [ours, theirs] = make_link();
    std::vector<std::string> heard;
    bool lost = false;
    supervisor_link child(
        context.get_executor(), std::move(theirs),
        {.on_peer = [&](const std::string& instance,
                        peer_news news) { heard.push_back(instance + " " + text_of(news)); },
         .on_lost = [&] { lost = true; }});
    child.start();
    const std::string_view lines = "weather fine\npeer a sideways\npeer a up\npeer\npeer b down\n";
    REQUIRE(::send(ours.get(), lines.data(), lines.size(), MSG_NOSIGNAL) > 0);
    REQUIRE(run_until(context, [&] { return heard.size() == 2; }));
    CHECK(heard == std::vector<std::string>{"a up", "b down"});
    CHECK_FALSE(lost);

    const std::string endless(link_line_bytes_max + 1, 'x');
    REQUIRE(::send(ours.get(), endless.data(), endless.size(), MSG_NOSIGNAL) > 0);
    CHECK(run_until(context, [&] { return lost; }));
}

TEST_CASE("for a child that does not read, nothing piles up and the last word is kept") {
    asio::io_context context;
    const auto work = asio::make_work_guard(context);
    auto [ours, theirs] = make_link();
    child_link parent(context.get_executor(), std::move(ours), [](report) {});
    // Far more than the socket holds.
    for (int i = 0; i < 100'000; ++i) {
        parent.tell_peer("posts", i % 2 == 0 ? peer_news::up : peer_news::down);
        context.poll();
    }
    parent.tell_peer("posts", peer_news::up);
    std::string all;
    REQUIRE(run_until(context, [&] {
        const auto more = everything_in(theirs.get());
        all += more;
        return more.empty() && all.ends_with("peer posts up\n");
    }));
    CHECK(all.size() < 1'000'000);
    // The restart that was folded away is still one.
    CHECK(all.ends_with("peer posts down\npeer posts up\n"));
}
