#include <http/deadlines.hpp>

namespace cleave::http {

asio::execution_context::id deadline_sweeper::id;

watched::watched(asio::io_context& context) {
    asio::use_service<deadline_sweeper>(static_cast<asio::execution_context&>(context)).add(*this);
}

watched::~watched() {
    if (sweeper_) sweeper_->remove(*this);
}

deadline_sweeper::deadline_sweeper(asio::execution_context& context)
    : service(context),
      timer_(std::in_place, static_cast<asio::io_context&>(context).get_executor()) {
}

void deadline_sweeper::add(watched& entry) {
    entry.sweeper_ = this;
    entry.next_ = first_;
    entry.previous_ = nullptr;
    if (first_) first_->previous_ = &entry;
    first_ = &entry;
    if (!armed_) arm();
}

void deadline_sweeper::remove(watched& entry) {
    // A callback may remove any entry, the next one too.
    if (upcoming_ == &entry) upcoming_ = entry.next_;
    (entry.previous_ ? entry.previous_->next_ : first_) = entry.next_;
    if (entry.next_) entry.next_->previous_ = entry.previous_;
    entry.sweeper_ = nullptr;
}

void deadline_sweeper::arm() {
    if (!timer_) return;
    armed_ = true;
    timer_->expires_after(period);
    timer_->async_wait([this](const boost::system::error_code& ec) {
        armed_ = false;
        if (!ec) sweep();
    });
}

void deadline_sweeper::sweep() {
    const steady_time now = std::chrono::steady_clock::now();
    for (watched* entry = first_; entry; entry = upcoming_) {
        upcoming_ = entry->next_;
        if (entry->deadline_ <= now) entry->on_deadline();
    }
    if (first_ && !armed_) arm();
}

void deadline_sweeper::shutdown() {
    // Made after the services it uses, and so shut down before them.
    timer_.reset();
    while (first_) {
        watched& entry = *first_;
        remove(entry);
        entry.on_shutdown();
    }
}

}  // namespace cleave::http
