#pragma once
// A blog whose modules run in a process each, with a fault_proxy on every edge: each process has a
// file of its own, in which the others are where its proxies listen.
#include <support/child_process.hpp>
#include <support/fault_proxy.hpp>
#include <support/scratch_folder.hpp>

namespace cleave::test {

struct edge {
    std::string from, to;  // processes
    std::unique_ptr<fault_proxy> proxy;
    std::string name() const { return from + " -> " + to; }
};

class proxied_blog {
public:
    // Starts it, and waits until it is ready. A request may take so long.
    proxied_blog(std::uint64_t seed, std::chrono::milliseconds request_timeout);
    ~proxied_blog();

    const address& at() const { return at_; }
    const std::filesystem::path& data() const { return data_; }
    std::vector<edge>& edges() { return edges_; }
    void heal();
    // The names of processes that have ended, and should not have.
    std::vector<std::string> ended();
    // What they have logged, one after the other.
    std::string logs() const;

private:
    struct process {
        std::string name;
        std::unique_ptr<child_process> running;
        std::filesystem::path log;
    };
    std::string config_of(const std::string& name) const;
    void start(const std::string& name, std::chrono::milliseconds request_timeout);
    void find_addresses();

    scratch_folder folder_;
    std::filesystem::path data_;
    std::vector<edge> edges_;
    std::vector<process> processes_;
    address at_;
};

}  // namespace cleave::test
