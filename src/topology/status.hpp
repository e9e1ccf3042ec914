#pragma once
// What runs: asked over a Unix socket in DIR/run, so only by the same user.
#include <boost/describe.hpp>
#include <contract/problem.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <http/server.hpp>
#include <optional>
#include <string>
#include <vector>

namespace cleave::topology {

enum class process_state {
    starting,  // runs, and has not said that it is ready
    ready,
    down,    // does not run, and will be started again; or does not answer
    failed,  // ended ten times in a row before it was ready; tried again now and then
};
BOOST_DESCRIBE_ENUM(process_state, starting, ready, down, failed)

enum class instance_role { owner, replica };
BOOST_DESCRIBE_ENUM(instance_role, owner, replica)

// What a process says of itself, since its start.
struct process_figures {
    std::uint64_t requests = 0;  // public and internal
    std::uint64_t failures = 0;  // of these, answered with 5xx but 503, 504 and 507
    std::uint64_t uptime_ms = 0;
    std::uint64_t memory_bytes = 0;  // proportional set size: what is shared is shared out
    std::optional<std::uint64_t> p50_us{}, p99_us{};  // of the answers of the last ten seconds
    std::optional<std::uint64_t> requests_per_s{};    // in these
    bool operator==(const process_figures&) const = default;
};
BOOST_DESCRIBE_STRUCT(process_figures, (),
                      (requests, failures, uptime_ms, memory_bytes, p50_us, p99_us, requests_per_s))

// An instance of a process: see topology.hpp.
struct process_status {
    std::string name;
    std::int64_t pid = 0;              // 0: does not run
    std::vector<std::string> modules;  // with "gateway" before them if it runs here
    process_state state = process_state::down;
    bool ready = false;
    std::uint64_t restarts = 0;
    std::optional<std::string> internal{};
    std::optional<std::string> ops{};
    std::optional<std::string> public_address{};
    std::optional<instance_role> role{};  // absent: by a release that had no replicas
    std::optional<process_figures> figures{};
    bool operator==(const process_status&) const = default;
};
BOOST_DESCRIBE_STRUCT(process_status, (),
                      (name, pid, modules, state, ready, restarts, internal, ops, public_address,
                       role, figures))

struct system_status {
    std::vector<process_status> processes;
    bool operator==(const system_status&) const = default;
};
BOOST_DESCRIBE_STRUCT(system_status, (), (processes))

// The name under which `up` listens: DIR/run/up.sock. A lone `serve` takes its process's name.
inline constexpr std::string_view up_socket = "up";

// Answers GET /status. The source is called on the server's I/O threads.
class status_service final : public http::service {
public:
    explicit status_service(std::function<system_status()> source) : source_(std::move(source)) {}

    admission admit(http::request& r) override;
    async<http::response> handle(http::request& r, std::size_t target) override;

private:
    std::function<system_status()> source_;
};

// A listener on DIR/run/<name>.sock, 0600 in a directory of 0700; a stale socket is replaced.
// Throws config_error where the path is too long, std::system_error where somebody listens there.
unique_fd listen_for_status(const std::filesystem::path& data, std::string_view name);

// The names of the sockets in DIR/run, that of `up` too; whether somebody listens there is not
// known.
std::vector<std::string> running_sockets(const std::filesystem::path& data);

// Asks up.sock; where nobody is there, every other *.sock in DIR/run, and merges the answers by
// name. Stale sockets are passed over; a process that listens but does not answer is listed as
// down. Fails with not_executed where nothing runs. Blocks for at most a few seconds.
result<system_status> fetch_status(const std::filesystem::path& data);

// Where tools of this host ask a process: over its Unix socket in DIR/run. Another program has
// none, and is asked where its peers ask it.
std::string address_for_tools(const std::filesystem::path& data, const process_status& process);

// For people: a line a process, aligned.
std::string status_table(const system_status& status, bool with_addresses = false);

}  // namespace cleave::topology
