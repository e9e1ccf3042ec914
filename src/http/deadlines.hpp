#pragma once
// Deadlines of connections, looked at all together every few milliseconds: one timer a thread
// instead of one an operation, and setting a deadline is a store.
#include <base/async.hpp>
#include <base/clock.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>

namespace cleave::http {

class deadline_sweeper;

// Something that must not take for ever. Lives on one I/O thread and is linked into the list of
// that thread's sweeper.
class watched {
public:
    explicit watched(asio::io_context& context);
    watched(const watched&) = delete;
    watched& operator=(const watched&) = delete;

    void expires_at(steady_time at) { deadline_ = at; }
    void expires_after(std::chrono::milliseconds d) {
        deadline_ = std::chrono::steady_clock::now() + d;
    }
    void expires_never() { deadline_ = steady_time::max(); }

protected:
    virtual ~watched();

    // The deadline has passed. Called again at each sweep until it is moved, so that it does not
    // matter whether there was an operation to cancel the first time.
    virtual void on_deadline() = 0;
    // The io_context goes away, and nothing bound to it may outlive it.
    virtual void on_shutdown() {}

private:
    friend deadline_sweeper;
    steady_time deadline_ = steady_time::max();
    deadline_sweeper* sweeper_ = nullptr;
    watched* next_ = nullptr;
    watched* previous_ = nullptr;
};

// One an io_context. Runs only while it has something to watch.
class deadline_sweeper final : public asio::execution_context::service {
public:
    static asio::execution_context::id id;
    static constexpr std::chrono::milliseconds period{50};

    explicit deadline_sweeper(asio::execution_context& context);

    void add(watched& entry);
    void remove(watched& entry);

private:
    using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                             asio::wait_traits<std::chrono::steady_clock>,
                                             asio::io_context::executor_type>;
    void shutdown() override;
    void arm();
    void sweep();

    std::optional<timer> timer_;
    watched* first_ = nullptr;
    watched* upcoming_ = nullptr;  // what the sweep under way looks at next
    bool armed_ = false;
};

}  // namespace cleave::http
