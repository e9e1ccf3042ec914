#include <base/timer.hpp>
#include <boost/container/small_vector.hpp>
#include <functional>
#include <http/upstream.hpp>
#include <random>

namespace cleave::http {

namespace {

using std::chrono::microseconds;

constexpr microseconds retry_after_max(10'000);
constexpr microseconds moving_retry_after_max(15'000);

// What decides whether it is sent again.
struct verdict {
    bool is_refused = false;  // 503
    bool is_moving = false;
};
verdict verdict_of(const client_response& r) {
    return {r.status == 503, r.moving};
}
verdict verdict_of(const opened_response& r) {
    return verdict_of(r.head);
}

std::uint64_t hash_of(std::string_view instance, std::string_view target) {
    const std::hash<std::string_view> hash;
    // https://en.wikipedia.org/wiki/Rendezvous_hashing: who has the highest number gets it.
    std::uint64_t mixed = hash(target) + 0x9e37'79b9'7f4a'7c15U * (hash(instance) | 1);
    mixed = (mixed ^ (mixed >> 31)) * 0xbf58'476d'1ce4'e5b9U;
    return mixed ^ (mixed >> 29);
}

}  // namespace

struct upstream::instance {
    instance(std::string named, io_threads& threads, const stream_endpoint& at, bool is_owner,
             const upstream_limits& limits)
        : name(std::move(named)),
          where(at),
          owner(is_owner),
          connections(threads, at, limits.connections),
          faults(limits.breaker) {}

    // One request more, for as long as this lives.
    class guest {
    public:
        explicit guest(instance& at) : at_(at) {
            at_.in_flight.fetch_add(1, std::memory_order_relaxed);
        }
        ~guest() { at_.in_flight.fetch_sub(1, std::memory_order_relaxed); }
        guest(const guest&) = delete;

    private:
        instance& at_;
    };

    const std::string name;
    const stream_endpoint where;
    const bool owner;
    client connections;
    breaker faults;
    std::atomic<bool> down = false;
    std::atomic<std::uint64_t> in_flight = 0;
};

// A thread's copy of who there is, and what it decides by itself.
struct alignas(64) upstream::own {
    explicit own(const retry_limits& limits) : budget(limits) {}
    std::size_t generation = 0;
    std::shared_ptr<const instances> all;
    retry_budget budget;
    std::size_t turn = 0;
    std::minstd_rand random{std::random_device{}()};
};

upstream::upstream(std::string process, io_threads& threads, upstream_limits limits)
    : name_(std::move(process)),
      threads_(threads),
      limits_(limits),
      balance_(limits.balance),
      all_(std::make_shared<const instances>()) {
    for (std::size_t i = 0; i < threads.size(); ++i)
        own_.push_back(std::make_unique<own>(limits_.retries));
}

upstream::~upstream() = default;

void upstream::publish(instances changed) {
    all_ = std::make_shared<const instances>(std::move(changed));
    generation_.fetch_add(1, std::memory_order_release);
}

void upstream::put(std::string_view named, const stream_endpoint& where, bool owner) {
    const std::lock_guard lock(mutex_);
    auto changed = *all_;
    const auto found = std::ranges::find(changed, named, [](const auto& i) { return i->name; });
    if (found != changed.end() && (*found)->where == where && (*found)->owner == owner) {
        (*found)->down = false;
        (*found)->connections.set_down(false);
        return;
    }
    auto fresh = std::make_shared<instance>(std::string(named), threads_, where, owner, limits_);
    if (found != changed.end())
        *found = std::move(fresh);
    else
        changed.push_back(std::move(fresh));
    publish(std::move(changed));
}

void upstream::remove(std::string_view named) {
    const std::lock_guard lock(mutex_);
    auto changed = *all_;
    if (std::erase_if(changed, [&](const auto& i) { return i->name == named; }) > 0)
        publish(std::move(changed));
}

void upstream::set_down(std::string_view named, bool down) {
    const std::lock_guard lock(mutex_);
    for (const auto& i : *all_) {
        if (i->name != named) continue;
        i->down = down;
        i->connections.set_down(down);
        i->faults.reset();
    }
}

void upstream::renew(std::string_view named) {
    const std::lock_guard lock(mutex_);
    for (const auto& i : *all_) {
        if (i->name != named) continue;
        i->connections.move_to(i->where);
        i->faults.reset();
    }
}

upstream::own& upstream::here() const {
    own& mine = *own_[this_io_thread()];
    if (const auto now = generation_.load(std::memory_order_acquire); mine.generation != now) {
        const std::lock_guard lock(mutex_);
        mine.all = all_;
        mine.generation = generation_.load(std::memory_order_relaxed);
    }
    return mine;
}

bool upstream::fits(const instance& one, recipient whose, steady_time now) {
    return !one.down.load(std::memory_order_relaxed) &&
           (one.owner || whose == recipient::any_instance) &&
           (one.faults.is_closed() || one.faults.may_admit(now));
}

bool upstream::is_down(recipient whose) const {
    const auto& all = *here().all;
    if (all.size() == 1 && all.front()->faults.is_closed())
        return !fits(*all.front(), whose, {});  // as a rule
    const auto now = std::chrono::steady_clock::now();
    return std::ranges::none_of(all, [&](const auto& i) { return fits(*i, whose, now); });
}

std::vector<instance_state> upstream::look() const {
    const std::lock_guard lock(mutex_);
    std::vector<instance_state> out;
    for (const auto& i : *all_)
        out.push_back({i->name, to_string(i->where), i->owner, i->down, !i->faults.is_closed(),
                       i->in_flight.load(std::memory_order_relaxed)});
    return out;
}

// Null: nobody may be asked. `but_not`: who has just failed, taken where there is nobody else.
std::shared_ptr<upstream::instance> upstream::choose(const client_request& r, recipient whose,
                                                     steady_time now, const instance* but_not) {
    own& mine = here();
    const auto& all = *mine.all;
    boost::container::small_vector<instance*, 8> fit;
    for (const auto& i : all)
        if (i.get() != but_not && fits(*i, whose, now) && i->connections.has_room())
            fit.push_back(i.get());
    const auto the = [&all](const instance* chosen) {
        return *std::ranges::find(all, chosen, [](const auto& i) { return i.get(); });
    };
    const auto pick = [&]() -> instance* {
        if (fit.size() == 1) return fit.front();
        const auto how = balance_.load(std::memory_order_relaxed);
        if (how == balancing::hash)
            return *std::ranges::max_element(
                fit, {}, [&](const instance* i) { return hash_of(i->name, r.target); });
        if (how == balancing::round_robin) return fit[mine.turn++ % fit.size()];
        const auto one = mine.random() % fit.size();
        const auto other = (one + 1 + mine.random() % (fit.size() - 1)) % fit.size();
        const auto load = [&](std::size_t i) { return fit[i]->in_flight.load(); };
        return fit[load(one) <= load(other) ? one : other];
    };
    // Of those that have failed each admits one at a time, to find out.
    while (!fit.empty()) {
        instance* const chosen = pick();
        if (chosen->faults.admits(now)) return the(chosen);
        fit.erase(std::ranges::find(fit, chosen));
    }
    if (!but_not) return nullptr;
    return choose(r, whose, now, nullptr);
}

// At most this long, and not all at once.
async<void> upstream::pause(microseconds longest) {
    co_await resume_after(longest * (here().random() % 1000 + 1) / 1000);
}

template <class Answer, class Send>
async<result<Answer>> upstream::attempt(client_request request, recipient whose,
                                        steady_time deadline, Send send) {
    auto now = std::chrono::steady_clock::now();
    const auto moving_until = std::min(deadline, now + limits_.moving_patience);
    here().budget.request(now);
    const bool has_others = whose == recipient::any_instance && here().all->size() > 1;
    bool maybe_done = false;
    std::shared_ptr<instance> failed;  // the last one that did
    result<Answer> answer = not_executed();
    for (unsigned attempts = 1; now < deadline;) {
        const auto to = choose(request, whose, now, failed.get());
        if (!to) break;
        {
            const instance::guest counted(*to);
            answer = co_await send(to->connections, request, deadline);
        }
        now = std::chrono::steady_clock::now();
        if (answer && verdict_of(*answer).is_moving) {
            if (now >= moving_until) break;
            request.fresh = true;
            co_await pause(moving_retry_after_max);
            now = std::chrono::steady_clock::now();
            continue;
        }
        bool may_repeat = false;
        if (answer) {
            to->faults.succeeded();
            may_repeat = has_others && verdict_of(*answer).is_refused;
        } else {
            to->faults.failed(now);
            const bool unknown = answer.error().code == errc::outcome_unknown;
            maybe_done = maybe_done || unknown;
            may_repeat = request.repeatable || !unknown;
        }
        if (!may_repeat || attempts++ == limits_.attempts_max || !here().budget.take(now)) break;
        failed = to;
        if (has_others) continue;
        co_await pause(retry_after_max);
        now = std::chrono::steady_clock::now();
    }
    if (!answer && maybe_done) co_return outcome_unknown();
    co_return answer;
}

async<result<client_response>> upstream::send(client_request request, recipient whose,
                                              steady_time deadline) {
    return attempt<client_response>(
        std::move(request), whose, deadline,
        [](client& to, const client_request& r, steady_time until) { return to.send(r, until); });
}

async<result<opened_response>> upstream::open(client_request request, recipient whose,
                                              steady_time deadline) {
    return attempt<opened_response>(
        std::move(request), whose, deadline,
        [](client& to, const client_request& r, steady_time until) { return to.open(r, until); });
}

}  // namespace cleave::http
