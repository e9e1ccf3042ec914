#pragma once
// One measurement: a fresh blog that is started, filled, loaded, perhaps disturbed, and stopped.
#include <compare/command.hpp>
#include <compare/experiment.hpp>
#include <compare/facts.hpp>
#include <compare/load.hpp>
#include <compare/own_workload.hpp>
#include <compare/system_under_test.hpp>
#include <compare/workload.hpp>
#include <optional>
#include <thread>

namespace cleave::compare {

inline constexpr std::size_t open_loop_connections = 64;
inline constexpr std::size_t flat_out_connections = 32;

// What is filled in where nothing depends on how much there is.
inline constexpr workload_sizes small_blog{8, 60, 4, 20};

// Which requests of the workload: all of them in their shares, or of one kind.
struct traffic {
    double rate_per_s = 0;
    std::optional<visit> kind{};
    const own_workload* own = nullptr;
    nanoseconds warm_up{0};
    nanoseconds duration{0};
    std::uint64_t number = 0;  // another one: other requests at other times
    nanoseconds timeout = std::chrono::seconds(5);
};

class trial {
public:
    // Started, and filled. Throws as experiment::measure.
    trial(const run_context& context, const mode& what, std::int64_t repeat,
          const workload_sizes& sizes = {});

    // The open loop. Fills in what was answered, latencies, resources and doubts.
    load_result load(const traffic& what, record& out);
    // The closed loop: throughput.
    load_result flat_out(nanoseconds duration, record& out);
    // At a rate, while `disturb` runs on a thread of its own from the beginning of the window on;
    // waits for both. What it throws is thrown here.
    load_result load_while(const traffic& what, record& out, const std::function<void()>& disturb);
    // The requests of a kind as fast as some connections get answers, until `stop`; on any thread.
    // Returns how many were answered rightly.
    std::int64_t keep_busy(visit kind, std::size_t connections,
                           const std::atomic<bool>& stop) const;
    // The text that a request of load() wrote begins with this.
    std::string mark_of(const traffic& what, std::uint64_t index) const;

    // What `cleave status --json` says of one that runs.
    struct running {
        std::string name{};
        pid_t pid = 0;
        std::vector<std::string> modules{};
        bool is_owner = false;
        std::string ops{};  // where its metrics are; empty: nowhere
    };
    std::vector<running> processes() const;
    // In which a module runs as owner; the second throws start_failed where there is none.
    std::optional<running> find_owner(std::string_view module) const;
    running owner_of(std::string_view module) const;
    // A command of this program against the running blog.
    ended_command command(std::vector<std::string> arguments) const;

    // Where everything is asked from now on: a proxy that leads to it.
    void ask_through(const asio::ip::tcp::endpoint& proxy) { address_ = proxy; }
    // One request over a connection of its own.
    whole_reply ask(const request_text& what) const;

    record begin_record(std::string scenario) const;
    // Not before its ordered end; false where something had to be killed.
    bool stop();

    system_under_test& system() { return system_; }
    const workload& blog() const { return blog_; }
    std::int64_t start_up_ms() const { return start_up_ms_; }

private:
    std::uint64_t sequence(std::uint64_t number) const;
    call_source source(const traffic& what) const;

    const run_context& context_;
    std::int64_t repeat_;
    system_under_test system_;
    workload blog_;
    asio::ip::tcp::endpoint address_{};
    std::int64_t start_up_ms_ = 0;
};

// trial::keep_busy on a thread of its own, for as long as this lives and no longer.
class storm {
public:
    storm(const trial& blog, visit kind, std::size_t connections)
        : thread_([this, &blog, kind, connections] {
              right_ = blog.keep_busy(kind, connections, over_);
          }) {}
    ~storm() { end(); }
    storm(const storm&) = delete;

    // Right answers.
    std::int64_t end() {
        over_ = true;
        if (thread_.joinable()) thread_.join();
        return right_;
    }

private:
    std::atomic<bool> over_ = false;
    std::int64_t right_ = 0;
    std::thread thread_;
};

}  // namespace cleave::compare
