#include <catch2/catch.hpp>
#include <csignal>
#include <support/running_blog.hpp>
#include <topology/run_files.hpp>
#include <topology/status.hpp>

#include "world.hpp"

namespace cleave::test {

namespace {

// The real binary, reached as its tools reach it: over its Unix socket, with the system's key.
class home_elsewhere final : public home {
public:
    home_elsewhere(const std::filesystem::path& data, io_threads& threads)
        : process_(cleave_binary(), {"serve", "--data", data.string(), "--listen", "127.0.0.1:0"},
                   {data / "out", data / "log"}),
          credentials_{app::load_internal_key(data), &system_clock()},
          blog_("main", threads,
                http::parse_endpoint("unix:" + topology::socket_path(data, "main").string())) {
        REQUIRE(eventually([&] {
            const auto status = topology::fetch_status(data);
            return status && status->processes.size() == 1 && status->processes.front().ready;
        }));
    }

    channel& channel_to(std::string_view) override {
        remote_.push_back(std::make_unique<http::remote_channel>(blog_, credentials_));
        return *remote_.back();
    }

    void stop() override {
        process_.signal(SIGTERM);
        CHECK(process_.wait() == 0);
    }

private:
    child_process process_;
    http::credentials credentials_;
    http::upstream blog_;
    std::vector<std::unique_ptr<http::remote_channel>> remote_;
};

}  // namespace

std::unique_ptr<home> make_home_elsewhere(const std::filesystem::path& data, io_threads& threads) {
    return std::make_unique<home_elsewhere>(data, threads);
}

}  // namespace cleave::test
