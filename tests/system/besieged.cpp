// A module that hangs while many want something of it.
#include <signal.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <iostream>
#include <mutex>
#include <thread>

#include "acts.hpp"
#include "outages.hpp"

using namespace cleave::test;

namespace {

// Long enough for a disk that has just been given a lot to write.
constexpr std::chrono::milliseconds deadline{2'000};

// What became of requests while a module hung.
struct siege {
    std::atomic<int> asked = 0, slow = 0, wrong = 0;  // of the module
    std::atomic<int> others = 0, fine = 0;
    std::mutex mutex;
    std::string failed;
};

void ask_the_hung(running_blog& blog, const act& what, siege& so_far) {
    const auto begin = std::chrono::steady_clock::now();
    blog_client client(blog.at());
    const auto answer = what.ask(client);
    ++so_far.asked;
    if (answer.status != 503 && answer.status != 504) ++so_far.wrong;
    if (std::chrono::steady_clock::now() - begin > 2 * deadline) ++so_far.slow;
}

void ask_another(blog_client& client, const act& what, siege& so_far) {
    const auto answer = what.ask(client);
    ++so_far.others;
    if (answer.status == what.expected) {
        ++so_far.fine;
        return;
    }
    const std::scoped_lock lock(so_far.mutex);
    so_far.failed += what.name + ": " + answer.head + "\n";
}

// By many who want something of the module, and one who does not.
void besiege(running_blog& blog, const std::vector<act>& acts, const std::string& hung,
             siege& so_far) {
    const auto until = std::chrono::steady_clock::now() + deadline * 3 / 2;
    const auto all = [&](bool of_hung) {
        blog_client client(blog.at());
        for (std::size_t i = 0; std::chrono::steady_clock::now() < until; ++i) {
            const auto& what = acts[i % acts.size()];
            if (needs(what, hung) != of_hung || what.one_in > 5) continue;
            if (of_hung)
                ask_the_hung(blog, what, so_far);
            else
                ask_another(client, what, so_far);
        }
    };
    std::vector<std::jthread> threads;
    for (int i = 0; i < 64; ++i) threads.emplace_back(all, true);
    threads.emplace_back(all, false);
}

}  // namespace

// Nobody waits for longer than the deadline, nothing heaps up before it, and whoever has nothing to
// do with it does not notice.
TEST_CASE("a module that hangs is down at the deadline, and nothing piles up", "[.][degrading]") {
    auto arguments = topology_arguments();
    arguments.insert(arguments.end(),
                     {"--set", "http.request_timeout_ms=" + std::to_string(deadline.count())});
    scratch_blog blog(arguments);
    blog_client client(blog->at());
    cast who{sign_up(client, "author"), sign_up(client, "reader"), {}};
    who.slug = publish(client, who.author, "Hanging");
    const auto acts = all_acts(who);
    for (const auto& what : acts) what.ask(client);
    const auto memory = [&] { return sample(*blog, gateway, {"process_resident_memory_bytes"}); };
    for (const std::string hung : {"users", "posts", "comments", "notifications", "stats"}) {
        const auto before = memory();
        const auto pid = blog->process_with(hung).pid;
        REQUIRE(::kill(pid, SIGSTOP) == 0);
        siege s;
        besiege(*blog, acts, hung, s);
        const auto grown = memory() - before;
        REQUIRE(::kill(pid, SIGCONT) == 0);
        std::cerr << hung << " hangs: " << s.asked << " asked, " << s.slow << " slow, " << s.wrong
                  << " wrong; of others " << s.fine << " of " << s.others << "; memory grew by "
                  << grown / 1024 << " KiB\n";
        INFO(hung << " hangs; others failed:\n" << s.failed);
        CHECK(s.asked > 0);
        CHECK(s.wrong == 0);
        CHECK(s.slow == 0);
        CHECK(s.fine * 1000 >= s.others * 999);
        CHECK(grown < 32e6);
        for (const auto& what : acts)
            CHECK(eventually([&] { return what.ask(client).status == what.expected; }));
        CHECK(blog->process_with(hung).pid == pid);
    }
    // What had piled up is gone.
    CHECK(eventually([&] {
        return sample(*blog, gateway, {"cleave_http_connections{listener=\"public\"}"}) <= 2;
    }));
}
