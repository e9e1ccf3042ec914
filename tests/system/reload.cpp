// SIGHUP: the configuration is read again while requests go on.
#include <signal.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <support/eventually.hpp>
#include <thread>

#include "topology.hpp"

using namespace cleave::test;

namespace {

constexpr auto limits_by_user =
    "[http]\nloopback_is_limited = true\nrequests_per_second_max = 0\n"
    "requests_per_user_per_second_max = 1\nrequests_per_user_burst_max = 5\n";

// A split blog with a config file, which a test writes anew.
class configured_blog {
public:
    void write(const std::string& settings, const std::string& processes = "") const {
        const auto fresh = folder_.path() / "fresh.toml";
        std::ofstream(fresh) << settings << split << processes;
        std::filesystem::rename(fresh, file());
    }
    std::filesystem::path file() const { return folder_.path() / "blog.toml"; }
    void reload() { blog_->up().signal(SIGHUP); }
    // What `up` and its processes have written.
    std::string heard() const { return text_of(blog_.data().string() + ".up-1.log"); }
    running_blog& operator*() { return *blog_; }

private:
    std::vector<std::string> arguments() const {
        write("");
        return {"--config", file().string()};
    }

    static constexpr auto split =
        "[placement]\ngateway = \"gateway\"\nusers = \"users\"\nposts = \"posts\"\n"
        "comments = \"comments\"\nnotifications = \"posts\"\nstats = \"posts\"\n";
    scratch_folder folder_;
    scratch_blog blog_{arguments()};
};

// Somebody who reads and writes for as long as this lives.
class visitors {
public:
    visitors(const address& at, const visitor& who, const std::string& slug) {
        for (int i = 0; i < 4; ++i)
            threads_.emplace_back([this, at, who, slug](const std::stop_token& over) {
                blog_client client(at);
                while (!over.stop_requested()) {
                    const auto read = client.get(article_path(slug), who.token);
                    const json::object comment{{"body", "on and on"}};
                    const auto written = client.post(comments_path(slug),
                                                     json::object{{"comment", comment}}, who.token);
                    failed_ += (read.status != 200) + (written.status != 201);
                    ++answered_;
                }
            });
    }
    int answered() const { return answered_; }
    int failed() const { return failed_; }

private:
    std::atomic<int> answered_ = 0, failed_ = 0;
    std::vector<std::jthread> threads_;
};

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t out = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++out;
    return out;
}

}  // namespace

TEST_CASE("another configuration under load: nobody is failed and nothing is started again",
          "[.][reload]") {
    configured_blog blog;
    auto& running = *blog;
    blog_client client(running.at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Read again");
    const auto pids = running.pids();
    const visitors busy(running.at(), author, slug);
    REQUIRE(eventually([&] { return busy.answered() > 50; }));

    blog.write("[log]\nlevel = \"debug\"\n[calls]\nbalance = \"round_robin\"\n",
               "[processes.comments]\nreplicas = 2\n");
    blog.reload();
    // Each process says more from now on, and there is one more.
    CHECK(eventually([&] { return running.processes().size() == 5 && running.is_ready(); }));
    CHECK(eventually([&] {
        return times(blog.heard(), "the configuration was read again") >= 1 + pids.size() &&
               has(blog.heard(), "\"level\":\"debug\"");
    }));
    const auto so_far = busy.answered();
    CHECK(eventually([&] { return busy.answered() > so_far + 50; }));
    blog.write("[log]\nlevel = \"warning\"\n");
    blog.reload();
    CHECK(eventually([&] { return running.processes().size() == 4; }));
    const auto then = busy.answered();
    CHECK(eventually([&] { return busy.answered() > then + 50; }));
    CHECK(busy.failed() == 0);
    CHECK_THAT(running.pids(), Catch::Equals(pids));
}

TEST_CASE("limits change while it runs; what cannot be read or needs a restart changes nothing",
          "[.][reload]") {
    configured_blog blog;
    auto& running = *blog;
    blog_client client(running.at());
    const auto author = sign_up(client);
    const auto is_limited = [&] { return client.get("/api/user", author.token).status == 429; };
    for (int i = 0; i < 50; ++i) REQUIRE_FALSE(is_limited());
    blog.write(limits_by_user);
    blog.reload();
    REQUIRE(eventually(is_limited));
    CHECK(client.get("/api/tags").status == 200);

    const auto refused = [&](const std::string& why) {
        blog.reload();
        CHECK(eventually([&] { return has(blog.heard(), why); }));
    };
    blog.write("[htttp]\n");
    refused("htttp");
    blog.write("this is no file", "");
    refused("the configuration stays as it was");
    blog.write("[trace]\nspans_per_thread = 128\n");
    refused("this takes a restart: ");
    CHECK(has(blog.heard(), "trace.spans_per_thread: 4096 -> 128"));
    CHECK(eventually(is_limited));
    // And what is right again is taken again.
    blog.write("");
    blog.reload();
    CHECK(eventually([&] {
        for (int i = 0; i < 50; ++i)
            if (is_limited()) return false;
        return true;
    }));
    CHECK(running.stop() == 0);
}
