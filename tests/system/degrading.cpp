// What still works while a module is down: a table, and for each of its rows some thousand
// requests, of which 99.9 % are answered as ever. Afterwards, what followers have missed is there,
// once.
#include <signal.h>

#include <catch2/catch.hpp>
#include <iostream>

#include "acts.hpp"
#include "outages.hpp"

using namespace cleave::test;

namespace {

constexpr int requests_a_row = 1'000;

class row {
public:
    row(running_blog& blog, const cast& who) : blog_(blog), acts_(all_acts(who)) {}

    // With the module down.
    void run(const std::string& down) {
        const outage now(blog_, down);
        blog_client client(blog_.at());
        int asked = 0, fine = 0;
        std::string wrong;
        for (int round = 0; asked < requests_a_row; ++round)
            for (const auto& what : acts_) {
                if (needs(what, down) || round % what.one_in != 0) continue;
                ++asked;
                const auto answer = what.ask(client);
                if (answer.status == what.expected && is_well(what, answer, down)) {
                    ++fine;
                    if (what.name == "comment") ++comments;
                    if (what.name == "article") ++views;
                } else {
                    wrong += what.name + ": " + answer.head + answer.body + "\n";
                }
            }
        INFO("without " << down << ": " << fine << " of " << asked << "\n" << wrong);
        CHECK(fine * 1000 >= asked * 999);
        for (const auto& what : acts_) {
            if (!needs(what, down)) continue;
            INFO(what.name);
            for (int i = 0; i < 5; ++i) check_down(what.ask(client));
        }
        std::cerr << "without " << down << ": " << fine << " of " << asked << "\n";
    }

    std::int64_t comments = 0, views = 0;  // acknowledged

private:
    // Authors are known without users; whom one follows is not.
    static bool is_well(const act& what, const http_answer& answer, const std::string& down) {
        if (down != "users" || what.name != "article") return true;
        const auto author = body_of(answer).at("article").at("author");
        return !author.at("username").as_string().empty() && author.at("following") == false;
    }

    running_blog& blog_;
    std::vector<act> acts_;
};

// Every comment was told once, and so were the favourite and the follower.
void check_told(blog_client& client, const cast& who, std::int64_t comments) {
    const auto told = [&] {
        return body_of(client.get("/api/notifications?limit=1", who.author.token))
            .at("notificationsCount")
            .as_int64();
    };
    CHECK(eventually([&] { return told() >= comments + 2; }));
    CHECK(told() == comments + 2);
}

void check_counted(blog_client& client, const cast& who, std::int64_t comments,
                   std::int64_t views) {
    const auto figure = [&](const char* name) {
        const auto answer = client.get(stats_path(who.slug), who.author.token);
        return body_of(answer).at("stats").at(name).as_int64();
    };
    CHECK(eventually([&] { return figure("views") >= views && figure("comments") >= comments; }));
    CHECK(figure("views") == views);
    CHECK(figure("comments") == comments);
    CHECK(figure("favorites") == 1);
}

}  // namespace

TEST_CASE("whatever is down, the rest goes on, and nothing is missing afterwards",
          "[.][degrading]") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    cast who{sign_up(client, "author"), sign_up(client, "reader"), {}};
    who.slug = publish(client, who.author, "Somebody is down");
    row table(*blog, who);
    // Everything is asked for once, so that whoever keeps a copy has it.
    for (const auto& what : all_acts(who)) {
        const auto answer = what.ask(client);
        INFO(what.name << ": " << answer.head << answer.body);
        CHECK(answer.status == what.expected);
    }
    table.comments = table.views = 1;
    const auto is_back = [&] { return blog->is_ready(); };
    for (const std::string down : {"notifications", "stats", "users", "comments"}) {
        table.run(down);
        REQUIRE(eventually(is_back));
        check_told(client, who, table.comments);
        check_counted(client, who, table.comments, table.views);
    }
    // Last, because views of its last second go with it.
    table.run("posts");
    REQUIRE(eventually(is_back));
    check_told(client, who, table.comments);
    CHECK(blog->stop() == 0);
}

// Whoever waits at the door when the gateway dies is let in by the next one.
TEST_CASE("a gateway that was killed is back at once, and who waits is served", "[.][degrading]") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto path = article_path(publish(client, author, "Waiting"));
    using clock = std::chrono::steady_clock;
    std::vector<clock::duration> away;
    for (int i = 0; i < 5; ++i) {
        const auto victim = blog->process_with(gateway);
        // Stopped first, so that all of them wait at a door that nobody opens.
        REQUIRE(::kill(victim.pid, SIGSTOP) == 0);
        std::vector<http_peer> waiting;
        http_question question;
        question.target = path;
        for (int k = 0; k < 32; ++k) {
            waiting.emplace_back(blog->at());
            REQUIRE(waiting.back().send(question.text()));
        }
        const auto begin = clock::now();
        REQUIRE(::kill(victim.pid, SIGKILL) == 0);
        int served = 0;
        for (auto& peer : waiting) {
            try {
                const auto answer = peer.receive();
                if (served == 0) away.push_back(clock::now() - begin);
                if (answer && answer->status == 200) ++served;
            } catch (const connection_lost&) {
            }
        }
        CHECK(served == 32);
        REQUIRE(eventually([&] {
            const auto now = blog->process_with(gateway);
            return now.pid != victim.pid && now.is_ready();
        }));
    }
    REQUIRE(away.size() == 5);
    std::ranges::sort(away);
    const auto ms = [](auto d) { return std::chrono::duration<double, std::milli>(d).count(); };
    std::cerr << "a killed gateway answers again after " << ms(away[2]) << " ms, at worst "
              << ms(away.back()) << "\n";
    CHECK(away[2] < std::chrono::seconds(1));
}
