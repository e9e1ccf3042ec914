// Another process in the place of one that runs, and more or fewer instances of a process.
//
// The new one starts beside the old one and stands by. The old one takes no new connections, lets
// its databases go and refuses commands as not executed, so that callers send them again; the new
// one takes the databases and the listeners, which are the same. If it does not become ready, or
// fails its first requests, it is all undone: the old one, which still runs, takes everything back.
#include <fmt/format.h>

#include <base/timer.hpp>
#include <http/endpoint.hpp>
#include <telemetry/log.hpp>
#include <topology/ask.hpp>
#include <topology/supervisor_impl.hpp>

namespace cleave::topology {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds start_patience(30'000);
constexpr milliseconds release_patience(15'000);
constexpr milliseconds look_every(1);
// How long a new process is watched before the old one goes.
constexpr milliseconds trial_time(1'000);
constexpr milliseconds trial_look_every(20);
constexpr milliseconds give_back_patience(2'000);

std::int64_t us_since(steady_time begin) {
    return std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin)
        .count();
}

// Until the condition holds (true), the process has ended, or the time is over.
template <class F>
async<bool> until(const child& c, milliseconds patience, F holds) {
    const auto end = steady_clock::now() + patience;
    while (!holds() && c.runs() && steady_clock::now() < end) co_await resume_after(look_every);
    co_return holds();
}

std::string why_not(const child& c, std::string_view what, milliseconds patience) {
    if (!c.runs()) return fmt::format("the new process {}", c.how);
    return fmt::format("the new process did not {} within {} s", what, patience.count() / 1000);
}

std::unexpected<problem> no_process(std::string_view name) {
    return fail(errc::not_found, "process",
                fmt::format("\"{}\" is none that `up` runs: `cleave status` shows them", name));
}

// One deploy or scale at a time.
class only_one {
public:
    explicit only_one(bool& flag) : flag_(flag), mine_(!std::exchange(flag, true)) {}
    ~only_one() {
        if (mine_) flag_ = false;
    }
    only_one(const only_one&) = delete;
    explicit operator bool() const { return mine_; }

private:
    bool& flag_;
    const bool mine_;
};

}  // namespace

task<deployed> supervisor::impl::deploy(std::string process, std::filesystem::path binary) {
    const only_one turn(changing);
    if (!turn) co_return fail(errc::conflict, "up", "is busy with another deploy or scale");
    deployed out;
    // The owner first: it brings the database up to what the replicas of its version expect.
    const auto count = instances.size();
    for (std::size_t i = 0; i < count; ++i) {
        auto& p = *instances[i];
        if (p.plan.name != process || !p.wanted) continue;
        auto done = co_await replace(p, binary);
        if (!done) co_return fail(std::move(done.error()));
        out.instances.push_back(std::move(*done));
    }
    if (out.instances.empty()) co_return no_process(process);
    co_return out;
}

task<deployed_instance> supervisor::impl::replace(supervised_instance& p,
                                                  std::filesystem::path binary) {
    const auto begin = steady_clock::now();
    const auto refused = [&p](const std::string& why) {
        log::error("up", "{} was not replaced: {}", p.name, why);
        return fail(errc::conflict, p.name, "was not replaced: " + why);
    };
    if (p.plan.settings.foreign)
        co_return refused(
            "it is another program: put the new one in its place and end the old one");
    if (!p.now || p.state != process_state::ready) co_return refused("it is not ready itself");
    const auto old_binary = std::exchange(p.binary, std::move(binary));
    p.next = launch(p, true);
    if (!p.next) {
        p.binary = old_binary;
        co_return refused("the new process does not start: is that binary right?");
    }
    const auto next = p.next;
    deployed_instance done{.name = p.name, .old_pid = p.now->pid, .new_pid = next->pid};
    std::string failure;
    const bool stands = co_await until(*next, start_patience, [&] { return next->standing_by; });
    done.started_us = us_since(begin);
    if (!stands) failure = why_not(*next, "stand by", start_patience);
    const auto change = steady_clock::now();
    if (stands) failure = co_await take_over(p);
    done.handed_over_us = us_since(change);
    if (stands && failure.empty()) failure = co_await prove(p);
    if (failure.empty()) {
        const auto old = std::exchange(p.now, next);
        p.next.reset();
        if (old && old->runs()) ask_to_end(old, p.name);
        if (old) old->ended.cancel();  // its place is taken: see keep_running()
        next->ended.cancel();
        log::info("up", "{} was replaced (pid {}) within {} us", p.name, next->pid,
                  done.handed_over_us);
        co_return done;
    }
    p.binary = old_binary;
    if (stands)
        co_await give_back(p);
    else
        next->signal(SIGKILL);
    co_await until(*next, start_patience, [&] { return !next->runs(); });
    p.next.reset();
    next->ended.cancel();
    co_return refused(failure);
}

async<std::string> supervisor::impl::take_over(supervised_instance& p) {
    const auto old = p.now, next = p.next;
    if (old && old->runs()) {
        old->released = false;
        old->link->tell(order::hand_over);
        const bool let_go = co_await until(*old, release_patience, [&] { return old->released; });
        if (!let_go && old->runs()) co_return "the old process did not let its data go";
    }
    if (next->runs()) next->link->tell(order::own);
    const bool is_ready = co_await until(*next, start_patience, [&] { return next->ready; });
    if (!is_ready) co_return why_not(*next, "become ready", start_patience);
    tell_others(p, peer_news::renewed);
    co_return std::string();
}

// Its first requests.
async<std::string> supervisor::impl::prove(supervised_instance& p) {
    const auto socket = socket_path(options.layout.data, p.name);
    http::client client(threads, http::parse_endpoint("unix:" + socket.string()));
    http::client_request request;
    request.target = "/status";
    request.repeatable = true;
    for (const auto end = steady_clock::now() + trial_time; steady_clock::now() < end;) {
        co_await resume_after(trial_look_every);
        if (!p.next->runs()) co_return "the new process " + p.next->how;
        const auto answer = co_await client.send(request, steady_clock::now() + trial_time);
        if (!answer || answer->status != 200) continue;
        const auto status = decode<system_status>(answer->body);
        if (!status || status->processes.empty() || !status->processes.front().figures) continue;
        const auto& seen = *status->processes.front().figures;
        if (seen.failures > 0 && 10 * seen.failures >= seen.requests)
            co_return fmt::format("{} of its first {} requests failed", seen.failures,
                                  seen.requests);
    }
    co_return std::string();
}

// As it was handed over: who has connections to the new one is answered there, and comes back to
// the old one by and by. One that cannot even let go is killed for its data.
async<void> supervisor::impl::give_back(supervised_instance& p) {
    const auto old = p.now, next = p.next;
    if (next->runs()) {
        next->released = false;
        next->link->tell(order::hand_over);
        const bool let_go =
            co_await until(*next, give_back_patience, [&] { return next->released; });
        if (!let_go) next->signal(SIGKILL);
        if (!let_go) co_await until(*next, start_patience, [&] { return !next->runs(); });
    }
    if (old && old->runs()) {  // Else it is started again.
        old->ready = false;
        old->link->tell(order::take_back);
        co_await until(*old, start_patience, [&] { return old->ready; });
        tell_others(p, peer_news::renewed);
    }
    if (next->runs()) ask_to_end(next, p.name);
}

task<scaled> supervisor::impl::scale(std::string process, unsigned replicas) {
    const only_one turn(changing);
    if (!turn) co_return fail(errc::conflict, "up", "is busy with another deploy or scale");
    const auto found = bound.effective.settings.find(process);
    if (found == bound.effective.settings.end()) co_return no_process(process);
    if (replicas < 1 || replicas > replicas_max)
        co_return fail(errc::invalid_argument, "replicas",
                       fmt::format("must be from 1 to {}", replicas_max));
    if (found->second.foreign)
        co_return fail(errc::invalid_argument, process, "is another program: it has one instance");
    const scaled done{.before = found->second.replicas.value_or(1), .now = replicas};
    run_instances(process, replicas);
    co_return done;
}

// So many from now on.
void supervisor::impl::run_instances(const std::string& process, unsigned replicas) {
    auto& settings = bound.effective.settings.at(process);
    const auto before = settings.replicas.value_or(1);
    const auto plan = bound.effective.process(process);
    settings.replicas = replicas;
    for (auto n = before + 1; n <= replicas; ++n) bind_instance(bound, process, n);
    settings.internal.resize(replicas);
    settings.ops.resize(replicas);
    write_topology();  // before somebody starts who reads it
    for (auto n = before + 1; n <= replicas; ++n) run(add(plan, n));
    for (auto& p : instances) {
        if (p->plan.name != process || p->id.number <= replicas || !p->wanted) continue;
        p->wanted = false;
        tell_others(*p, peer_news::gone);
        if (members) members->members().withdraw(p->name);
        p->timer.cancel();
        ask_to_end(*p);
    }
}

}  // namespace cleave::topology
