#pragma once
// A mode with a proxy on each way to each of its processes: in front of what they listen on for
// each other, and in front of the public address.
#include <compare/edge_proxies.hpp>
#include <compare/experiment.hpp>
#include <map>
#include <string>

namespace cleave::compare {

class trial;

class proxied_mode {
public:
    // Asks `cleave config` who runs where. Throws start_failed where that cannot be had.
    proxied_mode(const run_context& context, const mode& what);
    ~proxied_mode();
    proxied_mode(const proxied_mode&) = delete;

    // The same, with the proxies in its topology.
    const mode& what() const { return what_; }

    // Of the calls between processes.
    void set(edge_trouble what) { between_.set(what); }

    // From now on what the trial is asked goes through a proxy.
    void lead_in(trial& blog);
    // Of all that reaches the process which runs the module: calls, and what comes from outside
    // where it is the one that is asked from outside.
    void trouble(const std::string& module, edge_trouble what);

private:
    struct process {
        std::vector<edge_proxies::endpoint> internal{};
        bool is_public = false;
    };

    std::filesystem::path file_;
    mode what_;
    std::map<std::string, process> processes_;
    std::map<std::string, std::string> placement_;
    edge_proxies between_, front_;
};

}  // namespace cleave::compare
