// The life of one process under `up`: started, watched, started again.
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <system_error>
#include <telemetry/log.hpp>
#include <topology/pidfd.hpp>
#include <topology/supervisor_impl.hpp>

namespace cleave::topology {

// Through the pidfd: never to another process that got its number.
void supervised_process::signal(int number) {
    if (runs()) ::pidfd_send_signal(pidfd.native_handle(), number, nullptr, 0);
}

std::string supervised_process::reap() {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    pid = -1;
    pidfd.close();
    link.reset();
    timer.cancel();
    if (WIFSIGNALED(status)) return fmt::format("was killed by signal {}", WTERMSIG(status));
    return fmt::format("exited with code {}", WEXITSTATUS(status));
}

async<void> supervisor::impl::keep_running(supervised_process& p) {
    while (!stopping) {
        if (launch(p)) {
            co_await p.pidfd.async_wait(asio::posix::stream_descriptor::wait_read, use_async_tuple);
            if (finished) co_return;  // Already reaped.
            const auto pid = p.pid;
            const auto how = p.reap();
            log::write(stopping ? log::level::info : log::level::warning, "up",
                       fmt::format("{} (pid {}) {}", p.plan.name, pid, how));
        }
        if (stopping) {
            change_state(p, process_state::down);
            break;
        }
        const auto at = p.policy.exited(std::chrono::steady_clock::now());
        change_state(p, p.policy.failed() ? process_state::failed : process_state::down);
        if (p.policy.failed())
            log::error("up",
                       "{} has failed: {} ends in a row before it was ready; next try in {} s",
                       p.plan.name, options.restarts.early_exits_max,
                       options.restarts.failed_retry.count() / 1000);
        p.timer.expires_at(at);
        co_await p.timer.async_wait(use_async_tuple);
    }
    advance_stop();
}

child_command supervisor::impl::command_of(const supervised_process& p, int link_fd) const {
    child_command command{
        .binary = options.binary,
        .args = {"serve", "--process", p.plan.name, "--config", topology_file.string()},
        .supervisor_fd = link_fd};
    command.args.insert(command.args.end(), options.child_args.begin(), options.child_args.end());
    for (const auto& [name, fd] : p.listeners) command.listeners.emplace_back(name, fd.get());
    return command;
}

bool supervisor::impl::launch(supervised_process& p) {
    auto [ours, theirs] = make_link();
    p.policy.started();
    ++p.starts;
    try {
        auto child = spawn(command_of(p, theirs.get()));
        p.pid = child.pid;
        p.pidfd.assign(child.pidfd.release());
    } catch (const std::system_error& e) {
        log::error("up", "{} does not start: {}", p.plan.name, e.what());
        return false;
    }
    log::info("up", "{} started (pid {})", p.plan.name, p.pid);
    change_state(p, process_state::starting);
    p.link = std::make_unique<child_link>(context.get_executor(), std::move(ours),
                                          [this, &p] { became_ready(p); });
    p.link->start();
    for (const auto& other : processes)
        if (other.get() != &p)
            p.link->tell_peer(other->plan.name, other->state == process_state::ready);
    return true;
}

void supervisor::impl::became_ready(supervised_process& p) {
    if (p.state == process_state::ready) return;
    p.policy.became_ready();
    change_state(p, process_state::ready);
    log::info("up", "{} is ready", p.plan.name);
    for (const auto& other : processes)
        if (other->state != process_state::ready) return;
    if (std::exchange(all_were_ready, true)) return;
    const auto& listen = bound.effective.listen;
    log::info("up", "everything is ready ({} {}) on {}{}", processes.size(),
              processes.size() == 1 ? "process" : "processes",
              listen.starts_with("unix:") ? "" : "http://", listen);
}

void supervisor::impl::change_state(supervised_process& p, process_state to) {
    const bool was_up = p.state == process_state::ready, is_up = to == process_state::ready;
    p.state = to;
    if (was_up == is_up) return;
    for (const auto& other : processes)
        if (other.get() != &p && other->link) other->link->tell_peer(p.plan.name, is_up);
}

}  // namespace cleave::topology
