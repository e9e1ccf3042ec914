#pragma once
// The metrics of a running blog, read as a monitoring system does.
#include <compare/trial.hpp>
#include <condition_variable>
#include <mutex>

namespace cleave::compare {

// Of one process; empty where it tells none.
std::string read_metrics(const trial::running& process);

// All of them once a second, on a thread of its own, for as long as this lives.
class scraping {
public:
    explicit scraping(const trial& blog);
    ~scraping();
    scraping(const scraping&) = delete;

private:
    std::vector<trial::running> processes_;
    std::mutex mutex_;
    std::condition_variable_any woken_;
    std::jthread thread_;
};

}  // namespace cleave::compare
