#pragma once
// Who is where: processes say so to a registry, and hear of the others from it.
//
// Every process that nobody supervises here announces itself four times a second, and is told of
// each change at once (a long poll). Who leaves says so. Who is late is looked for: where nobody
// listens any more, the process is gone, and not ready from then on; that is some 500 ms after it
// was killed. Where somebody does, it may only be slow: it is not ready once it has not been heard
// of for a second. `up` hosts a registry and puts its own processes in; `cleave registry` is one by
// itself, for systemd, Docker or Kubernetes. Static addresses in the config file need none.
//
// The registry keeps nothing on disk: a new one (another epoch) hears of everybody within a second,
// and until then its silence about somebody says nothing (`age_ms`). While it is down, everybody
// goes on with what was last known.
//
// The service `registry`, sealed like all calls between processes (contract/envelope.hpp).
#include <base/timer.hpp>
#include <contract/proxy.hpp>
#include <functional>
#include <map>
#include <set>
#include <topology/presence.hpp>
#include <topology/status.hpp>

namespace cleave::topology {

struct member {
    std::string instance{};  // "comments", "comments.2"
    std::string internal{};  // where others call it: "10.0.0.7:7002"
    std::vector<std::string> modules{};
    instance_role role = instance_role::owner;
    bool ready = false;
    std::string version{};  // of the program
    bool operator==(const member&) const = default;
};
BOOST_DESCRIBE_STRUCT(member, (), (instance, internal, modules, role, ready, version))

struct announcement {
    std::optional<member> self{};  // absent: only asks
    bool leaves = false;           // `self` is the last that is heard of it
    std::int64_t epoch = 0;        // of the membership that is known; 0: of none
    std::int64_t version = 0;
    std::int64_t wait_ms = 0;  // for another one, at most announce_wait_ms_max
};
BOOST_DESCRIBE_STRUCT(announcement, (), (self, leaves, epoch, version, wait_ms))

struct membership {
    std::int64_t epoch = 0;
    std::int64_t version = 0;  // grows with each change within an epoch
    std::int64_t age_ms = 0;   // of the registry
    std::vector<member> members{};
};
BOOST_DESCRIBE_STRUCT(membership, (), (epoch, version, age_ms, members))

inline constexpr std::int64_t announce_wait_ms_max = 250;
inline constexpr std::size_t members_max = 1'000;

class registry_api {
public:
    static constexpr const char* module_name = "registry";
    virtual ~registry_api() = default;

    // Fails with invalid_argument where `self` is no member, or there are members_max already.
    virtual task<membership> announce(command_context, announcement) = 0;
};
BOOST_DESCRIBE_STRUCT(registry_api, (), (announce))

class registry_proxy final : public proxy_of<registry_api> {
public:
    using proxy_of::proxy_of;
    task<membership> announce(command_context c, announcement r) override {
        return call<&registry_api::announce>(c, std::move(r));
    }
};

// All on one I/O thread.
class registry final : public registry_api {
public:
    // Whether nobody is at a member's address any more: see presence.hpp.
    using probe = std::function<async<bool>(std::string address)>;
    explicit registry(std::chrono::milliseconds heard_of_within = std::chrono::seconds(1),
                      probe deserted = is_deserted);

    task<membership> announce(command_context context, announcement what) override;

    // Who is vouched for by another: there until it is withdrawn.
    void put(member who);
    void withdraw(std::string_view instance);
    const membership& known() const { return known_; }

    // Notices who is late, gone, or not heard of any more, until stop().
    async<void> run();
    void stop();

private:
    struct lease {
        steady_time heard_at{};
        bool vouched_for = false;
    };
    void keep(member who, lease held);
    async<void> look_for(std::string instance, std::string address, steady_time heard_at);
    void miss(member& who, std::string_view why);
    void changed();

    const std::chrono::milliseconds heard_of_within_;
    const steady_time began_ = std::chrono::steady_clock::now();
    membership known_;
    std::map<std::string, lease, std::less<>> leases_;
    std::set<steady_timer*> waiting_;
    const probe deserted_;
    std::set<std::string, std::less<>> looked_for_;  // now
    bool stopped_ = false;
};

}  // namespace cleave::topology
