#include <fmt/ranges.h>

#include <events/awaited.hpp>
#include <telemetry/log.hpp>

namespace cleave::events {

void awaited_consumers::expect(std::vector<std::string> names) {
    const std::scoped_lock lock(mutex_);
    for (auto& name : names) positions_.emplace(std::move(name), 0);
    any_ = !positions_.empty();
}

void awaited_consumers::note(std::string_view consumer, std::int64_t position) {
    if (!any_) return;
    {
        const std::scoped_lock lock(mutex_);
        const auto found = positions_.find(consumer);
        if (found == positions_.end() || found->second == position) return;
        found->second = position;  // lower, where it starts over
    }
    noted_.raise();
}

std::vector<std::string> awaited_consumers::behind(std::int64_t id) const {
    std::vector<std::string> out;
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, position] : positions_)
        if (position < id) out.push_back(name);
    return out;
}

async<bool> awaited_consumers::reach(std::string_view publisher, std::int64_t id,
                                     sqlite::write_terms terms) {
    ++waiting_;
    std::vector<std::string> late;
    for (;;) {
        const auto seen = noted_.now();
        late = behind(id);
        if (late.empty() || closed_ || std::chrono::steady_clock::now() >= terms.deadline) break;
        co_await noted_.wait(seen, terms.deadline);
    }
    if (--waiting_ == 0) ended_.raise();
    if (late.empty()) co_return true;
    log::warning(terms.trace, {"events", publisher},
                 "event {} was not applied in time by {}: its command is done, and told to be of "
                 "unknown outcome",
                 id, fmt::join(late, ", "));
    co_return false;
}

void awaited_consumers::close() {
    closed_ = true;
    noted_.raise();
}

void awaited_consumers::reopen() {
    closed_ = false;
}

async<void> awaited_consumers::settled(steady_time until) {
    for (;;) {
        const auto seen = ended_.now();
        if (waiting_ == 0 || std::chrono::steady_clock::now() >= until) co_return;
        co_await ended_.wait(seen, until);
    }
}

}  // namespace cleave::events
