#pragma once
// A process of the system as others reach it: an owner, which has all commands, and any number of
// replicas, which answer queries as well. Chooses among them, leaves alone who fails, and sends
// again what may be sent again.
//
// What is sent again, at most attempts_max times in all and within the retry budget:
//   a query                 that failed, to another instance if there is one
//   a command               that is known not to have been executed; or that failed and has an
//                           idempotency key, which its owner remembers
// What a process refuses because another one takes over from it (moving_header) is sent again until
// that one answers, for up to moving_patience, and costs nothing of the budget.
#include <http/balancing.hpp>
#include <http/breaker.hpp>
#include <http/client.hpp>
#include <http/retry_budget.hpp>
#include <mutex>

namespace cleave::http {

struct upstream_limits {
    client_limits connections{};
    breaker_limits breaker{};
    retry_limits retries{};
    unsigned attempts_max = 3;
    std::chrono::milliseconds moving_patience{2'000};
    balancing balance = balancing::least_loaded;
};

// Who may get a request.
enum class recipient { any_instance, owner };

struct instance_state {
    std::string name;
    std::string where;
    bool owner = false;
    bool down = false;     // as was told
    bool ejected = false;  // as was found out
    std::uint64_t in_flight = 0;
};

class upstream {
public:
    upstream(std::string process, io_threads& threads, upstream_limits limits = {});
    // One whose only instance is there.
    upstream(std::string process, io_threads& threads, const stream_endpoint& where)
        : upstream(std::move(process), threads) {
        put(name_, where, true);
    }
    ~upstream();
    upstream(const upstream&) = delete;

    const std::string& name() const { return name_; }

    // All from any thread. An instance that is new, or has moved to another address; it is up then.
    void put(std::string_view named, const stream_endpoint& where, bool owner);
    void remove(std::string_view named);
    // Nothing for an instance that is not known.
    void set_down(std::string_view named, bool down);
    // Another process answers there: connections to the one before are not used any more.
    void renew(std::string_view named);
    // From the next request on.
    void set_balance(balancing how) { balance_.store(how, std::memory_order_relaxed); }

    // Whether such a request would be refused at once. On an I/O thread.
    bool is_down(recipient whose) const;
    std::vector<instance_state> look() const;

    // On an I/O thread. Fails as client::send() does.
    async<result<client_response>> send(client_request request, recipient whose,
                                        steady_time deadline);
    async<result<opened_response>> open(client_request request, recipient whose,
                                        steady_time deadline);

    // Whether it has ever answered; set by whoever cares.
    std::atomic<bool> reached = false;

private:
    struct instance;
    using instances = std::vector<std::shared_ptr<instance>>;
    struct own;

    own& here() const;
    void publish(instances changed);  // under mutex_
    static bool fits(const instance& one, recipient whose, steady_time now);
    std::shared_ptr<instance> choose(const client_request& r, recipient whose, steady_time now,
                                     const instance* but_not);
    async<void> pause(std::chrono::microseconds longest);
    template <class Answer, class Send>
    async<result<Answer>> attempt(client_request request, recipient whose, steady_time deadline,
                                  Send send);

    const std::string name_;
    io_threads& threads_;
    const upstream_limits limits_;
    std::atomic<balancing> balance_;
    mutable std::mutex mutex_;
    std::shared_ptr<const instances> all_;  // guarded by mutex_
    std::atomic<std::size_t> generation_{1};
    std::vector<std::unique_ptr<own>> own_;  // a thread's
};

}  // namespace cleave::http
