#include <base/io_threads.hpp>

namespace cleave {

namespace {
thread_local std::size_t io_thread_index = 0;
thread_local asio::io_context* io_thread_context = nullptr;
}  // namespace

std::size_t this_io_thread() {
    return io_thread_index;
}

asio::io_context* this_io_context() {
    return io_thread_context;
}

io_threads::io_threads(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        contexts_.push_back(std::make_unique<asio::io_context>(1));
        work_.emplace_back(contexts_.back()->get_executor());
    }
}

io_threads::~io_threads() {
    stop();
    join();
}

void io_threads::join() {
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void io_threads::run() {
    for (std::size_t i = 1; i < size(); ++i) threads_.emplace_back([this, i] { run_one(i); });
    run_one(0);
    join();
}

void io_threads::start() {
    for (std::size_t i = 0; i < size(); ++i) threads_.emplace_back([this, i] { run_one(i); });
}

void io_threads::stop() {
    for (auto& context : contexts_) context->stop();
}

void io_threads::run_one(std::size_t index) {
    io_thread_index = index;
    io_thread_context = contexts_[index].get();
    contexts_[index]->run();
    io_thread_context = nullptr;
}

}  // namespace cleave
