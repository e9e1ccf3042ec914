#pragma once
// What can be asked of a running `up` over DIR/run/up.sock, besides its status: to put other
// processes in the place of those that run, and to run more or fewer of them.
//
//     POST /deploy {"process": "users", "binary": "/path"}
//     POST /scale  {"process": "users", "replicas": 3}
//
// One at a time; while one is under way another is refused (409).
#include <contract/codec.hpp>
#include <topology/status.hpp>

namespace cleave::topology {

struct deploy_request {
    std::string process{};
    std::optional<std::string> binary{};  // absent: the one that `up` runs
};
BOOST_DESCRIBE_STRUCT(deploy_request, (), (process, binary))

struct deployed_instance {
    std::string name{};
    std::int64_t old_pid = 0, new_pid = 0;
    std::int64_t started_us = 0;  // until the new process stood by
    std::int64_t handed_over_us =
        0;  // from the last command to the old one to the first to the new
};
BOOST_DESCRIBE_STRUCT(deployed_instance, (), (name, old_pid, new_pid, started_us, handed_over_us))

struct deployed {
    std::vector<deployed_instance> instances{};
};
BOOST_DESCRIBE_STRUCT(deployed, (), (instances))

struct scale_request {
    std::string process{};
    std::int64_t replicas = 1;  // the owner included
};
BOOST_DESCRIBE_STRUCT(scale_request, (), (process, replicas))

struct scaled {
    std::int64_t before = 0, now = 0;
};
BOOST_DESCRIBE_STRUCT(scaled, (), (before, now))

// How long the answer to a deploy may take: a process that does not become ready is waited for.
inline constexpr std::chrono::seconds control_patience{120};

// GET /status, GET /logs and the two above. All on the server's I/O thread.
class control_service final : public http::service {
public:
    struct functions {
        std::function<system_status()> status;
        std::function<task<deployed>(deploy_request)> deploy;
        std::function<task<scaled>(scale_request)> scale;
        std::function<http::response(const http::request&)> logs{};  // empty: not here
    };
    explicit control_service(functions given) : given_(std::move(given)) {}

    admission admit(http::request& r) override;
    async<http::response> handle(http::request& r, std::size_t target) override;

private:
    functions given_;
};

// Asks the `up` on DIR. Blocks. Fails with not_executed where none runs, and as it says.
result<deployed> request_deploy(const std::filesystem::path& data, const deploy_request& what);
result<scaled> request_scale(const std::filesystem::path& data, const scale_request& what);

}  // namespace cleave::topology
