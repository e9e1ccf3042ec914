// The moments in which nothing is quite there yet, or quite gone.
#include <signal.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "topology.hpp"

using namespace cleave::test;

namespace {

namespace fs = std::filesystem;

// `cleave up`, watched from its first moment on.
struct raw_up {
    fs::path log;
    child_process process;

    raw_up(const fs::path& data, fs::path log_file)
        : log(std::move(log_file)), process(cleave_binary(), arguments(data), {log, log}) {}

    static std::vector<std::string> arguments(const fs::path& data) {
        std::vector<std::string> all{"up", "--data", data, "--listen", "127.0.0.1:0"};
        for (const auto& word : topology_arguments()) all.push_back(word);
        return all;
    }

    std::size_t lines_with(const std::string& part) const {
        std::ifstream in(log);
        std::size_t found = 0;
        for (std::string line; std::getline(in, line);)
            if (line.find(part) != std::string::npos) ++found;
        return found;
    }
};

std::vector<std::string> files_in(const fs::path& directory) {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(directory, none))
        names.push_back(entry.path().filename());
    return names;
}

}  // namespace

TEST_CASE("it can be stopped while it starts") {
    const auto processes = shared_blog().processes().size();
    const scratch_folder folder;
    int number = 0;
    // On fresh data, where starting takes longest, and again on what that start has left.
    for (const bool fresh : {true, false})
        for (std::size_t started = 1; started <= processes; ++started) {
            INFO(started << " processes started, " << (fresh ? "fresh" : "used") << " data");
            ++number;
            const auto data = folder.path() / (fresh ? "data" + std::to_string(number) : "data1");
            raw_up up(data, folder.path() / ("log" + std::to_string(number)));
            REQUIRE(eventually([&] { return up.lines_with(" started (pid ") >= started; }));
            up.process.signal(SIGTERM);
            CHECK(up.process.wait() == 0);
            CHECK(processes_that_mention(data).empty());
            CHECK_THAT(files_in(data / "run"), Catch::Equals(std::vector<std::string>()));
            INFO(text_of(up.log));
            CHECK(up.lines_with("\"level\":\"error\"") == 0);
        }
}

TEST_CASE("after a kill it can be started again at once") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "At once");
    const scratch_folder logs;
    for (int i = 0; i < 3; ++i) {
        blog->up().signal(SIGKILL);
        CHECK(blog->up().wait() == 128 + SIGKILL);
        // Its processes are still ending; those of the next one wait for them.
        blog.start_beside(topology_arguments());
        blog_client again(blog->at());
        CHECK(again.get(article_path(slug)).status == 200);
        CHECK(again.get("/api/user", author.token).status == 200);
    }
    CHECK(blog->stop() == 0);
    CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
}

TEST_CASE("of several that start on the same data at once, one does") {
    const scratch_folder folder;
    const auto data = folder.path() / "data";
    std::vector<std::unique_ptr<raw_up>> all;
    for (int i = 0; i < 4; ++i)
        all.push_back(std::make_unique<raw_up>(data, folder.path() / ("log" + std::to_string(i))));
    const auto running = [&] {
        std::vector<raw_up*> left;
        for (auto& up : all)
            if (up->process.runs()) left.push_back(up.get());
        return left;
    };
    REQUIRE(eventually([&] { return running().size() == 1; }));
    raw_up& winner = *running().front();
    REQUIRE(eventually([&] { return winner.lines_with("everything is ready") == 1; }));
    for (auto& up : all)
        if (up.get() != &winner) {
            CHECK(up->process.wait() == 2);
            CHECK(up->lines_with(std::to_string(winner.process.pid())) == 1);
        }
    winner.process.signal(SIGTERM);
    CHECK(winner.process.wait() == 0);
    CHECK_THAT(files_in(data / "run"), Catch::Equals(std::vector<std::string>()));
}
