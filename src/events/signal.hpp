#pragma once
// Wakes coroutines on any I/O thread from the writer's thread.
#include <base/timer.hpp>
#include <memory>
#include <mutex>
#include <vector>

namespace cleave::events {

class signal {
public:
    // What has been raised so far. Taken before looking for what one waits for, it makes sure that
    // nothing raised in between is missed.
    std::uint64_t now() const;

    void raise();  // from any thread

    // Until something was raised after `seen`, at most until `deadline`.
    async<void> wait(std::uint64_t seen, std::chrono::steady_clock::time_point deadline);

private:
    mutable std::mutex mutex_;
    std::uint64_t raised_ = 0;
    // Owned by those who wait: their io_context may end before the signal does.
    std::vector<std::weak_ptr<steady_timer>> waiting_;
};

}  // namespace cleave::events
