#pragma once
// A thread a core, an io_context a thread. A request lives and dies on one of them.
#include <base/async.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace cleave {

// Which of the process's I/O threads this is: 0 and up. What belongs to a thread (SQLite readers,
// pooled connections, token caches) is found by it. On any other thread: 0.
std::size_t this_io_thread();
// What runs on this thread; null on a thread that is no I/O thread.
asio::io_context* this_io_context();

class io_threads {
public:
    explicit io_threads(std::size_t count);
    ~io_threads();  // Stops and joins.
    io_threads(const io_threads&) = delete;

    std::size_t size() const { return contexts_.size(); }
    asio::io_context& context(std::size_t index) { return *contexts_[index]; }

    // Starts threads 1 and up, and runs thread 0 on the calling thread until stop().
    void run();
    // Starts every thread and returns; for tests and tools.
    void start();
    // From any thread, more than once. Does not wait for handlers that run.
    void stop();
    // Waits for those that start() started, after stop(): what they used may go now.
    void join();

private:
    void run_one(std::size_t index);

    std::vector<std::unique_ptr<asio::io_context>> contexts_;
    std::vector<asio::executor_work_guard<executor>> work_;
    std::vector<std::thread> threads_;
};

}  // namespace cleave
