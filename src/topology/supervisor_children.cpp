// The life of one instance under `up`: started, watched, started again.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cerrno>
#include <system_error>
#include <telemetry/log.hpp>
#include <topology/pidfd.hpp>
#include <topology/supervisor_impl.hpp>

namespace cleave::topology {

// Through the pidfd: never to another process that got its number.
void child::signal(int number) {
    if (runs()) ::pidfd_send_signal(pidfd.native_handle(), number, nullptr, 0);
}

void child::reap() {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    pid = -1;
    pidfd.close();
    link.reset();
    how = WIFSIGNALED(status) ? fmt::format("was killed by signal {}", WTERMSIG(status))
                              : fmt::format("exited with code {}", WEXITSTATUS(status));
    ended.cancel();
    if (when_ended) when_ended();
}

void supervised_instance::signal(int number) {
    if (now) now->signal(number);
    if (next) next->signal(number);
}

async<void> supervisor::impl::keep_running(supervised_instance& p) {
    while (!stopping && p.wanted) {
        if (!p.now) p.now = launch(p, false);
        if (const auto mine = p.now) {
            if (mine->runs()) co_await mine->ended.async_wait(use_async_tuple);
            if (finished) co_return;
            if (p.now != mine) continue;  // Another one has taken its place.
            p.now.reset();
        }
        // What is to take its place may do so all the same; else it is started again.
        while (p.next && !stopping) co_await p.next->ended.async_wait(use_async_tuple);
        if (p.now) continue;
        if (stopping || !p.wanted) break;
        const auto at = p.policy.exited(std::chrono::steady_clock::now());
        change_state(p, p.policy.failed() ? process_state::failed : process_state::down);
        if (p.policy.failed())
            log::error("up",
                       "{} has failed: {} ends in a row before it was ready; next try in {} s",
                       p.name, options.restarts.early_exits_max,
                       options.restarts.failed_retry.count() / 1000);
        p.timer.expires_at(at);
        co_await p.timer.async_wait(use_async_tuple);
    }
    change_state(p, process_state::down);
    if (!p.wanted) p.listeners.clear();
    advance_stop();
}

// Until its end.
async<void> supervisor::impl::watch(supervised_instance& p, std::shared_ptr<child> which) {
    co_await which->pidfd.async_wait(asio::posix::stream_descriptor::wait_read, use_async_tuple);
    if (!which->runs()) co_return;  // Already reaped.
    const auto pid = which->pid;
    const bool expected = stopping || which->asked_to_end;
    if (which->output) which->output->drain();
    which->reap();
    log::write(expected ? log::level::info : log::level::warning, "up",
               fmt::format("{} (pid {}) {}", p.name, pid, which->how));
    if (stopping) advance_stop();
}

child_command supervisor::impl::command_of(const supervised_instance& p, int link_fd,
                                           bool standing_by) const {
    const std::filesystem::path placed = p.plan.settings.binary.value_or(options.binary);
    child_command command{
        .binary = p.binary.empty() ? placed : p.binary,
        .args = {"serve", "--process", p.name, "--config", topology_file.string()},
        .supervisor_fd = link_fd};
    if (standing_by) command.args.emplace_back("--stand-by");
    command.args.insert(command.args.end(), options.child_args.begin(), options.child_args.end());
    for (const auto& [name, fd] : p.listeners) command.listeners.emplace_back(name, fd.get());
    return command;
}

// The end for the child; none where its stderr is ours.
unique_fd supervisor::impl::collect_output(const supervised_instance& p, child& of) {
    if (!options.on_output) return {};
    auto [ours, theirs] = make_pipe();
    // Whoever writes loses a line rather than wait for an `up` that hangs.
    ::fcntl(theirs.get(), F_SETFL, O_NONBLOCK);
    of.output = std::make_unique<child_output>(
        context.get_executor(), std::move(ours),
        [this, &p](std::string_view line) { options.on_output(p.name, line); });
    of.output->start();
    return std::move(theirs);
}

// Null: it could not be started.
std::shared_ptr<child> supervisor::impl::launch(supervised_instance& p, bool standing_by) {
    // Another program says nothing of itself: it is asked.
    const bool is_ours = !p.plan.settings.foreign;
    auto [ours, theirs] = is_ours ? make_link() : std::pair<unique_fd, unique_fd>();
    auto made = std::make_shared<child>(context.get_executor());
    if (!standing_by) {
        p.policy.started();
        ++p.starts;
    }
    try {
        const auto its_stderr = collect_output(p, *made);
        auto command = is_ours ? command_of(p, theirs.get(), standing_by) : foreign_command_of(p);
        command.stderr_fd = its_stderr.get();
        auto started = spawn(command);
        made->pid = started.pid;
        made->pidfd.assign(started.pidfd.release());
    } catch (const std::system_error& e) {
        log::error("up", "{} does not start: {}", p.name, e.what());
        return nullptr;
    }
    log::info("up", "{} started (pid {})", p.name, made->pid);
    if (!standing_by) change_state(p, process_state::starting);
    if (is_ours)
        listen_to(p, *made, std::move(ours));
    else
        asio::co_spawn(
            context,
            [self = shared_from_this(), &p, made] { return self->await_document(p, made); },
            asio::detached);
    asio::co_spawn(
        context, [self = shared_from_this(), &p, made] { return self->watch(p, made); },
        asio::detached);
    return made;
}

void supervisor::impl::listen_to(supervised_instance& p, child& which, unique_fd link) {
    which.link =
        std::make_unique<child_link>(context.get_executor(), std::move(link),
                                     [this, &p, &which](report what) { was_told(p, which, what); });
    which.link->start();
    for (const auto& other : instances) {
        if (other.get() == &p || !other->wanted) continue;
        if (!other->id.is_owner())
            which.link->tell_address(
                other->name,
                bound.effective.settings.at(other->plan.name).called_at(other->id.number - 1));
        which.link->tell_peer(
            other->name, other->state == process_state::ready ? peer_news::up : peer_news::down);
    }
}

void supervisor::impl::was_told(supervised_instance& p, child& by, report what) {
    switch (what) {
        case report::standing_by: by.standing_by = true; break;
        case report::released: by.released = true; break;
        case report::ready:
            by.ready = true;
            if (p.now.get() == &by) became_ready(p);
    }
}

void supervisor::impl::became_ready(supervised_instance& p) {
    if (p.state == process_state::ready) return;
    p.policy.became_ready();
    change_state(p, process_state::ready);
    log::info("up", "{} is ready", p.name);
    for (const auto& other : instances)
        if (other->state != process_state::ready) return;
    if (std::exchange(all_were_ready, true)) return;
    std::string where;
    for (const auto& placed : bound.effective.processes()) {
        if (!placed.is_public) continue;
        const auto at = bound.effective.public_address(placed);
        where += fmt::format("{}{}{}{}", where.empty() ? "" : ", ",
                             placed.has_gateway ? "" : placed.name + ": ",
                             at.starts_with("unix:") ? "" : "http://", at);
    }
    log::info("up", "everything is ready ({} {}) on {}", instances.size(),
              instances.size() == 1 ? "process" : "processes", where);
}

void supervisor::impl::change_state(supervised_instance& p, process_state to) {
    const bool was_up = p.state == process_state::ready, is_up = to == process_state::ready;
    p.state = to;
    if (members && p.wanted) members->members().put(as_member(p));
    if (was_up != is_up) tell_others(p, is_up ? peer_news::up : peer_news::down);
}

void supervisor::impl::tell_others(const supervised_instance& about, peer_news news) {
    for (const auto& other : instances)
        for (const auto& to : {other->now, other->next})
            if (other.get() != &about && to && to->link) to->link->tell_peer(about.name, news);
}

}  // namespace cleave::topology
