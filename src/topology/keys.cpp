#include <fmt/format.h>

#include <topology/keys.hpp>
#include <topology/topology.hpp>

namespace cleave::topology {

namespace {

constexpr std::string_view of_a_process = "processes.NAME.";

}  // namespace

std::span<const file_key> file_keys() {
    static const std::string address =
        "an address (\"127.0.0.1:7001\", \"unix:/path\"), or a list of them, one for each instance";
    static const std::vector<file_key> all{
        {"placement.gateway", "main", "the name of a process",
         "The process that takes requests from outside, and passes them on."},
        {"placement.MODULE", "main", "the name of a process: a-z, then a-z, 0-9 and \"-\"",
         "The process that runs the module. What has the same name runs together. A file that has "
         "[placement] places every module."},
        {"processes.NAME.internal", "a free port, with `up` or a registry", address,
         "Where other processes call it. Needed where neither `up` nor a registry tells them."},
        {"processes.NAME.advertised", "`internal`", address,
         "Where others reach what listens at `internal`, if that is elsewhere: behind a port map "
         "or a proxy."},
        {"processes.NAME.ops", "a free port, with `up`; else none", address,
         "Where it tells its health and metrics: /healthz, /readyz, /metrics, /status."},
        {"processes.NAME.public", "`listen` where it is the gateway's, else a free port",
         "an address (\"127.0.0.1:8081\")",
         "Where it is asked from outside while `gateway` is \"off\"."},
        {"processes.NAME.threads", "its share of the cores", "a number from 1 to 256",
         "Its I/O threads."},
        {"processes.NAME.replicas", "1", fmt::format("a number from 1 to {}", replicas_max),
         "Instances on this host: the first owns the data, all answer queries."},
        {"processes.NAME.supervised", "true", "true or false",
         "Whether `up` starts it. If not, somebody else does, and it is found through the registry "
         "or at `internal`."},
        {"processes.NAME.binary", "that of `up`", "a path, seen from where `up` is started",
         "The program that `up` starts for it, such as one that was built with its modules alone."},
        {"processes.NAME.url", "none", "like \"http://127.0.0.1:9000\"",
         "Where another program is, of which the module is: it has none of the keys above."},
        {"processes.NAME.command", "none", "a list of texts",
         "How `up` starts that program; without it somebody else does."},
    };
    return all;
}

std::vector<std::string> keys_of_a_process() {
    std::vector<std::string> out;
    for (const auto& k : file_keys())
        if (k.key.starts_with(of_a_process)) out.push_back(k.key.substr(of_a_process.size()));
    return out;
}

}  // namespace cleave::topology
