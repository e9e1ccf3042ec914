#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <future>
#include <topology/run_files.hpp>
#include <topology/status.hpp>

#include "world.hpp"

extern char** environ;

namespace cleave::test {

namespace {

// The real binary, reached as its tools reach it: over its Unix socket, with the system's key.
class home_elsewhere final : public home {
public:
    home_elsewhere(const std::filesystem::path& data, io_threads& threads)
        : data_(data),
          pid_(spawn(data)),
          credentials_{app::load_internal_key(data), &system_clock()},
          client_(threads,
                  http::parse_endpoint("unix:" + topology::socket_path(data, "main").string())) {
        await_readiness();
    }

    ~home_elsewhere() override { end(SIGKILL); }

    channel& channel_to(std::string_view) override {
        remote_.push_back(std::make_unique<http::remote_channel>(client_, credentials_));
        return *remote_.back();
    }

    void stop() override { CHECK(end(SIGTERM) == 0); }

private:
    static pid_t spawn(const std::filesystem::path& data) {
        const char* binary = std::getenv("CLEAVE_BINARY");
        REQUIRE(binary);
        const std::string log = (data / "serve.log").string();
        std::vector<std::string> words{binary, "serve", "--data", data, "--listen", "127.0.0.1:0"};
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        posix_spawn_file_actions_t files{};
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT,
                                         0600);
        pid_t pid = 0;
        const int failed = posix_spawn(&pid, binary, &files, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&files);
        REQUIRE(failed == 0);
        return pid;
    }

    void await_readiness() const {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (std::chrono::steady_clock::now() < limit) {
            const auto status = topology::fetch_status(data_);
            if (status && status->processes.size() == 1 && status->processes.front().ready) return;
            REQUIRE(waitpid(pid_, nullptr, WNOHANG) == 0);
        }
        FAIL("the process did not become ready");
    }

    int end(int signal) {
        if (pid_ == 0) return 0;
        kill(pid_, signal);
        int status = 0;
        waitpid(std::exchange(pid_, 0), &status, 0);
        return status;
    }

    std::filesystem::path data_;
    pid_t pid_;
    http::credentials credentials_;
    http::client client_;
    std::vector<std::unique_ptr<http::remote_channel>> remote_;
};

}  // namespace

std::unique_ptr<home> make_home_elsewhere(const std::filesystem::path& data, io_threads& threads) {
    return std::make_unique<home_elsewhere>(data, threads);
}

}  // namespace cleave::test
