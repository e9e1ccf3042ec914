#include <sodium.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <http/endpoint.hpp>
#include <stdexcept>
#include <telemetry/log.hpp>
#include <topology/registry.hpp>
#include <topology/topology.hpp>

namespace cleave::topology {

namespace {

constexpr std::chrono::milliseconds looks_every(100);
// Whoever is well has been heard of by then, on an idle machine; on any other it is found at home.
constexpr std::chrono::milliseconds late_after(announce_wait_ms_max + 100);
constexpr std::size_t modules_max = 100;
constexpr std::size_t text_bytes_max = 256;

std::int64_t ms_between(steady_time from, steady_time to) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

result<void> check(const member& who) {
    const auto refused = [](std::string_view why) {
        return fail(errc::invalid_argument, "member", why);
    };
    if (!parse_instance(who.instance)) return refused("has no name of an instance");
    if (who.modules.size() > modules_max || who.version.size() > text_bytes_max)
        return refused("says too much");
    for (const auto& m : who.modules)
        if (m.size() > text_bytes_max) return refused("says too much");
    try {
        http::parse_endpoint(who.internal);
    } catch (const std::invalid_argument&) {
        return refused("has no address");
    }
    return {};
}

// Woken by each change.
class waiting_place {
public:
    waiting_place(std::set<steady_timer*>& all, steady_timer& mine) : all_(all), mine_(mine) {
        all_.insert(&mine_);
    }
    ~waiting_place() { all_.erase(&mine_); }
    waiting_place(const waiting_place&) = delete;

private:
    std::set<steady_timer*>& all_;
    steady_timer& mine_;
};

}  // namespace

registry::registry(std::chrono::milliseconds heard_of_within, probe deserted)
    : heard_of_within_(heard_of_within), deserted_(std::move(deserted)) {
    std::uint64_t number = 0;
    randombytes_buf(&number, sizeof number);
    known_.epoch = static_cast<std::int64_t>(number >> 12 | 1);  // exact in any JSON
}

void registry::changed() {
    ++known_.version;
    for (auto* t : waiting_) t->cancel();
}

void registry::keep(member who, lease held) {
    leases_.insert_or_assign(who.instance, held);
    const auto found = std::ranges::find(known_.members, who.instance, &member::instance);
    if (found != known_.members.end() && *found == who) return;
    log::info("registry", "{} is {} at {}", who.instance, who.ready ? "ready" : "not ready",
              who.internal);
    if (found == known_.members.end())
        known_.members.push_back(std::move(who));
    else
        *found = std::move(who);
    changed();
}

void registry::put(member who) {
    keep(std::move(who), {std::chrono::steady_clock::now(), true});
}

void registry::withdraw(std::string_view instance) {
    if (const auto held = leases_.find(instance); held != leases_.end()) leases_.erase(held);
    const auto gone =
        std::erase_if(known_.members, [&](const member& m) { return m.instance == instance; });
    if (gone == 0) return;
    log::info("registry", "{} has left", instance);
    changed();
}

task<membership> registry::announce(command_context context, announcement what) {
    if (what.self) {
        if (auto fine = check(*what.self); !fine) co_return fail(std::move(fine.error()));
        const auto held = leases_.find(what.self->instance);
        const bool is_new = held == leases_.end();
        if (is_new && known_.members.size() >= members_max)
            co_return fail(errc::invalid_argument, "member", "is one too many");
        // Whoever is vouched for needs no word of its own.
        if (what.leaves)
            withdraw(what.self->instance);
        else if (is_new || !held->second.vouched_for)
            keep(std::move(*what.self), {std::chrono::steady_clock::now(), false});
    }
    const auto wait =
        std::chrono::milliseconds(std::clamp<std::int64_t>(what.wait_ms, 0, announce_wait_ms_max));
    const auto until = std::min(std::chrono::steady_clock::now() + wait, context.deadline);
    const auto is_news = [&] {
        return what.epoch != known_.epoch || what.version != known_.version;
    };
    while (!is_news() && !stopped_ && std::chrono::steady_clock::now() < until) {
        steady_timer woken(co_await asio::this_coro::executor, until);
        const waiting_place place(waiting_, woken);
        co_await woken.async_wait(use_async_tuple);
    }
    known_.age_ms = ms_between(began_, std::chrono::steady_clock::now());
    co_return known_;
}

async<void> registry::run() {
    const auto here = co_await asio::this_coro::executor;
    while (!stopped_) {
        co_await resume_after(looks_every);
        const auto now = std::chrono::steady_clock::now();
        for (auto& m : known_.members) {
            const auto& held = leases_.at(m.instance);
            if (held.vouched_for || !m.ready) continue;
            if (now - held.heard_at >= heard_of_within_)
                miss(m, "is not heard of any more");
            else if (now - held.heard_at >= late_after && looked_for_.insert(m.instance).second)
                asio::co_spawn(here, look_for(m.instance, m.internal, held.heard_at),
                               asio::detached);
        }
    }
}

void registry::miss(member& who, std::string_view why) {
    log::warning("registry", "{} at {} {}", who.instance, who.internal, why);
    who.ready = false;
    changed();
}

// Whoever was heard of meanwhile is there, whatever was found where it has been.
async<void> registry::look_for(std::string instance, std::string address, steady_time heard_at) {
    const bool deserted = co_await deserted_(std::move(address));
    looked_for_.erase(instance);
    const auto held = leases_.find(instance);
    if (!deserted || held == leases_.end() || held->second.vouched_for ||
        held->second.heard_at != heard_at)
        co_return;
    const auto found = std::ranges::find(known_.members, instance, &member::instance);
    if (found != known_.members.end() && found->ready) miss(*found, "is gone");
}

void registry::stop() {
    stopped_ = true;
    for (auto* t : waiting_) t->cancel();
}

}  // namespace cleave::topology
