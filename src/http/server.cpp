#include <fcntl.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <http/server_core.hpp>
#include <system_error>

namespace cleave::http {

server::server(io_threads& threads, unique_fd listener, service& target, server_limits limits)
    : core_(std::make_shared<server_core>(threads, std::move(listener), target, limits)) {
}

server::~server() {
    for (const auto& thread : core_->threads)
        asio::post(thread->context, [core = core_, &thread = *thread] {
            core->stop(thread);
            core->cut(thread);
        });
}

void server::start() {
    core_->alive.fetch_add(core_->threads.size());
    for (const auto& thread : core_->threads) {
        unique_fd own(::fcntl(core_->listener.get(), F_DUPFD_CLOEXEC, 0));
        if (!own) throw std::system_error(errno, std::generic_category(), "cannot start to accept");
        asio::post(thread->context,
                   [core = core_, &thread = *thread, own = std::move(own)]() mutable {
                       core->accept_on(thread, std::move(own));
                   });
    }
}

void server::pause() {
    core_->pause(false);
}

void server::wind_down() {
    core_->pause(true);
}

void server::resume() {
    for (const auto& thread : core_->threads)
        asio::post(thread->context,
                   [core = core_, &thread = *thread] { thread.winding_down = false; });
    start();
}

void server_core::pause(bool last_answers) {
    for (const auto& thread : threads)
        asio::post(thread->context, [self = shared_from_this(), &thread = *thread, last_answers] {
            thread.winding_down = thread.winding_down || last_answers;
            if (thread.stop_accepting) thread.stop_accepting();
        });
}

void server::drain(std::chrono::milliseconds patience, std::function<void()> done) {
    asio::post(core_->threads.front()->context,
               [core = core_, patience, done = std::move(done)]() mutable {
                   core->begin_drain(patience, std::move(done));
               });
}

void server_core::begin_drain(std::chrono::milliseconds patience, std::function<void()> done) {
    if (drain_begun) return;
    drain_begun = true;
    when_drained = std::move(done);
    listener.reset();
    const auto timer = std::make_shared<coarse_timer>(threads.front()->context.get_executor());
    // The handler owns its timer: the core may outlive the io_context that the timer is bound to.
    timer->expires_after(patience);
    timer->async_wait([self = shared_from_this(), timer](const boost::system::error_code& ec) {
        if (!ec) self->patience_over();
    });
    patience_timer = timer;
    for (const auto& thread : threads)
        asio::post(thread->context,
                   [self = shared_from_this(), &thread = *thread] { self->stop(thread); });
    if (alive.load() == 0) finish_drain();
}

void server_core::patience_over() {
    const auto left = std::make_shared<std::atomic<std::size_t>>(threads.size());
    for (const auto& thread : threads)
        asio::post(thread->context, [self = shared_from_this(), &thread = *thread, left] {
            self->cut(thread);
            if (left->fetch_sub(1) != 1) return;
            asio::post(self->threads.front()->context, [self] { self->finish_drain(); });
        });
}

void server_core::finish_drain() {
    if (!when_drained) return;
    const auto done = std::exchange(when_drained, nullptr);
    if (const auto timer = patience_timer.lock()) timer->cancel();
    done();
}

void server::change_limits(const server_limits& to) {
    core_->requests.set(to.requests_per_second_max, to.requests_burst_max);
    core_->addresses.set(to.connections_per_address_max, to.requests_per_second_max > 0,
                         to.loopback_is_limited);
    core_->now = to;
}

server_counters server::counters() const {
    server_counters sum;
    sum.bodies_bytes = core_->bodies_bytes.load(std::memory_order_relaxed);
    for (const auto& thread : core_->threads) {
        sum.requests += thread->requests.load();
        for (std::size_t i = 0; i < 6; ++i)
            sum.responses_by_class[i] += thread->responses_by_class[i].load();
        sum.failures += thread->failures.load();
        sum.refused_requests += thread->refused_requests.load();
        sum.shed_requests += thread->shed_requests.load();
        sum.queue_delay_ns = std::max<std::uint64_t>(
            sum.queue_delay_ns, thread->queue_delay_ns.load(std::memory_order_relaxed));
        sum.open_connections += thread->open.load(std::memory_order_relaxed);
        sum.received_bytes += thread->received_bytes.load();
        sum.sent_bytes += thread->sent_bytes.load();
    }
    return sum;
}

std::vector<route_counters> server::routes() const {
    std::vector<route_counters> out;
    for (std::size_t target = 0; target <= unrouted; ++target) {
        route_counters sum;
        bool asked = false;
        for (const auto& thread : core_->threads) {
            const auto* const counts = thread->routes.find(target);
            if (!counts) continue;
            asked = true;
            for (std::size_t i = 0; i < 6; ++i)
                sum.responses_by_class[i] += counts->by_class[i].load();
            counts->latency.add_to(sum.latency);
        }
        if (!asked) continue;
        if (target != unrouted) sum.target = target;
        out.push_back(sum);
    }
    return out;
}

}  // namespace cleave::http
