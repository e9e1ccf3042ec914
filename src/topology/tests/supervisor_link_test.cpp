// What `up` and its children say to each other.
#include <sys/socket.h>
#include <catch2/catch.hpp>
#include <topology/supervisor_link.hpp>

#include "support.hpp"

using namespace cleave;
using namespace cleave::topology;
using namespace cleave::topology::test;

namespace {

struct both_ends {
    both_ends() {
        auto [ours, theirs] = make_link();
        parent.emplace(context.get_executor(), std::move(ours), [this] { ++ready; });
        child.emplace(context.get_executor(), std::move(theirs),
                      link_events{.on_peer =
                                      [this](const std::string& process, bool up) {
                                          heard.push_back(process + (up ? " up" : " down"));
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

TEST_CASE("a child says once that it is ready") {
    both_ends both;
    both.child->report_ready();
    both.child->report_ready();
    REQUIRE(run_until(both.context, [&] { return both.ready > 0; }));
    both.context.poll();
    CHECK(both.ready == 1);
}

TEST_CASE("a child hears of its peers in order") {
    both_ends both;
    both.parent->tell_peer("posts", false);
    REQUIRE(run_until(both.context, [&] { return both.heard.size() == 1; }));
    both.parent->tell_peer("posts", true);
    REQUIRE(run_until(both.context, [&] { return both.heard.size() == 2; }));
    both.parent->tell_peer("posts", false);
    REQUIRE(run_until(both.context, [&] { return both.heard.size() == 3; }));
    CHECK(both.heard == std::vector<std::string>{"posts down", "posts up", "posts down"});
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
    both.parent->tell_peer("posts", true);
    both.child.reset();
    both.context.poll();
    CHECK(both.lost == 0);
    CHECK(both.heard.empty());
    both.parent->tell_peer("posts", false);
    both.context.poll();
}

TEST_CASE("lines that are not known are passed over, and endless ones end the link") {
    asio::io_context context;
    auto [ours, theirs] = make_link();
    std::vector<std::string> heard;
    bool lost = false;
    supervisor_link child(
        context.get_executor(), std::move(theirs),
        {.on_peer = [&](const std::string& process,
                        bool up) { heard.push_back(process + (up ? " up" : " down")); },
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
    child_link parent(context.get_executor(), std::move(ours), [] {});
    // Far more than the socket holds.
    for (int i = 0; i < 100'000; ++i) {
        parent.tell_peer("posts", i % 2 == 0);
        context.poll();
    }
    parent.tell_peer("posts", true);
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
