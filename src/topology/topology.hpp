#pragma once
// Where each module runs. One line of a TOML file moves a module to a process of its own.
//
// The platform knows no blog: which modules there are is handed in. Reading is strict, and an error
// names file, line and the nearest known name.
#include <boost/describe.hpp>
#include <filesystem>
#include <http/balancing.hpp>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::topology {

// What is wrong with a topology, and what to do: a sentence for the user.
class config_error : public std::runtime_error {
public:
    using runtime_error::runtime_error;
};

// A module as the composition root knows it.
struct known_module {
    std::string name;
    std::vector<std::string> calls{};    // whose methods it calls
    std::vector<std::string> follows{};  // whose events it applies
    bool built_in = true;                // this binary can run it
    bool operator==(const known_module&) const = default;
};

// The word for the edge in placements and in the lists of what a process runs.
inline constexpr std::string_view gateway_name = "gateway";

// How modules in one process call each other. Between processes it is always HTTP.
enum class local_calls {
    direct,      // a virtual call
    serialized,  // through the codec, in process
    loopback,    // over HTTP to the same process
};
BOOST_DESCRIBE_ENUM(local_calls, direct, serialized, loopback)

// What HTTP between processes goes over where a process has no address of its own choice.
enum class call_wire {
    tcp,   // 127.0.0.1 and a free port: as it is between hosts
    unix,  // a Unix socket in DIR/run: on one host alone, and quicker
};
BOOST_DESCRIBE_ENUM(call_wire, tcp, unix)

// Whether one process takes all requests from outside, or each those for the modules in it: then
// there is no hop, and who asks has to know which module is where.
enum class gateway_use { on, off };
BOOST_DESCRIBE_ENUM(gateway_use, on, off)

// A process may run several times on one host. The first instance owns the data of its modules; the
// others are replicas, which answer queries.
inline constexpr unsigned replicas_max = 16;

struct process_settings {
    std::vector<std::string> internal{};  // where others call it: each instance, the owner first
    // Where others reach what listens at `internal`, if that is elsewhere: behind a port map, or a
    // proxy. The same order; empty: there.
    std::vector<std::string> advertised{};
    std::vector<std::string> ops{};  // health and metrics, in the same order
    // Where it is called from outside, all its instances together; only without a gateway.
    std::optional<std::string> public_at{};
    std::optional<unsigned> threads{};   // I/O threads; absent: its share of the cores
    std::optional<unsigned> replicas{};  // instances, the owner included; absent: 1
    // false: `up` does not start it; somebody else does, and it is found through the registry or at
    // the addresses above. Absent: true.
    std::optional<bool> supervised{};
    // The program that `up` starts for it; absent: its own.
    std::optional<std::string> binary{};
    // Another program than this one, which is reached at the first of `internal` and says by its
    // OpenAPI document what it offers (docs/protocol.md). Its file says url, and nothing of the
    // above.
    bool foreign = false;
    std::vector<std::string> command{};  // how `up` starts it; empty: somebody else does
    bool operator==(const process_settings&) const = default;

    // Where others call instance `at`, counted from 0, which `internal` must name.
    const std::string& called_at(std::size_t at) const {
        return at < advertised.size() ? advertised[at] : internal.at(at);
    }
    // All that are known: one for each of `internal`.
    std::vector<std::string> called_at() const;
};

// A process of a topology and what runs in it.
struct placed_process {
    std::string name;
    std::vector<std::string> modules;  // in the order in which they are known
    bool has_gateway = false;
    bool is_public = false;  // called from outside: for all routes, or for those of its modules
    process_settings settings{};

    // The modules, with "gateway" before them if it runs here: for people and for status.
    std::vector<std::string> runs() const;
    unsigned replicas() const { return settings.replicas.value_or(1); }
    bool is_supervised() const {
        return settings.foreign ? !settings.command.empty() : settings.supervised.value_or(true);
    }
};

// One of a process's instances: "users" is the first, which owns; "users.2" the second.
struct instance_id {
    std::string process;
    unsigned number = 1;

    bool is_owner() const { return number == 1; }
    std::string name() const;
    bool operator==(const instance_id&) const = default;
};
// Nothing for what is no such name.
std::optional<instance_id> parse_instance(std::string_view name);

struct topology {
    std::string listen = "127.0.0.1:8080";  // the public address
    std::filesystem::path data = "data";    // relative to the working directory
    local_calls local = local_calls::direct;
    call_wire wire = call_wire::tcp;
    http::balancing balance{};  // of queries over the instances of a process
    gateway_use gateway = gateway_use::on;
    std::map<std::string, std::string> placement{};      // module or "gateway" -> process
    std::map<std::string, process_settings> settings{};  // of a process; only where there are any
    std::vector<known_module> modules{};                 // as handed in; not part of the file

    bool operator==(const topology&) const = default;

    // The gateway's first, then by name.
    std::vector<placed_process> processes() const;
    // Of a process that is public. Without a gateway: what its settings say; else `listen` where
    // the gateway would be, and any free port for the others.
    std::string public_address(const placed_process& p) const;
    // Throws config_error, naming those that exist, where there is no such process.
    placed_process process(std::string_view name) const;
    // The same for one of its instances, which there must be.
    instance_id instance(std::string_view name) const;
    // Of a known module or "gateway".
    const std::string& process_of(std::string_view module) const;
    bool together(std::string_view a, std::string_view b) const;
};

// [a-z][a-z0-9-]{0,31}, and not "up": DIR/run/up.sock is the supervisor's.
bool is_process_name(std::string_view name);

// Throws config_error.
// `elsewhere`: names at the top of the file that somebody else reads.
topology load(const std::filesystem::path& file, std::span<const known_module> known,
              std::vector<std::string> elsewhere = {});
// The same for text that came from somewhere; errors name it as `source`.
topology parse(std::string_view text, std::string_view source, std::span<const known_module> known,
               std::vector<std::string> elsewhere = {});

// Everything, the gateway included, in one process "main".
topology monolith(std::span<const known_module> known);

// Gives each named module (or "gateway") a process of its own name. {"all"}: every module, and the
// gateway stays alone in "gateway". Settings of processes that became empty go with them.
// Throws config_error for an unknown name, or where the process of that name runs other modules.
void split(topology& t, std::span<const std::string> names);

// "users=3": how many instances of a process. Throws config_error.
void replicate(topology& t, std::string_view text);

// Who runs where and which calls leave a process, for people.
std::string describe(const topology& t);

// The same as a flowchart (https://mermaid.js.org/syntax/flowchart.html): processes with what they
// run; calls as arrows, events as dotted ones, thick where they leave the process.
std::string to_mermaid(const topology& t);

// What is different in `to`, a line each: "comments: main -> comments".
std::vector<std::string> difference(const topology& from, const topology& to);

// What load() reads back to the same topology.
std::string to_toml(const topology& t);
// Its [placement] and [processes] alone.
std::string placement_as_toml(const topology& t);

}  // namespace cleave::topology
