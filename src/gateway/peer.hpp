#pragma once
// Another process of the system, as this one reaches it.
#include <atomic>
#include <http/client.hpp>
#include <string>

namespace cleave::gateway {

struct peer {
    peer(std::string process, io_threads& threads, http::stream_endpoint where)
        : name(std::move(process)), client(threads, std::move(where)) {}

    void set_down(bool is_down) {
        down.store(is_down, std::memory_order_relaxed);
        client.set_down(is_down);
    }

    std::string name;
    http::client client;
    std::atomic<bool> down = false;     // as the supervisor says
    std::atomic<bool> reached = false;  // once at least
};

}  // namespace cleave::gateway
