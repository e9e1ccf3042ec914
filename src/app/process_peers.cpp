// How other processes are reached.
#include <fmt/format.h>

#include <app/process.hpp>
#include <http/remote_channel.hpp>

namespace cleave::app {

http::upstream& process::upstream_of(const std::string& process_name) {
    auto& found = upstreams_[process_name];
    if (found) return *found;
    auto limits = options_.upstreams;
    limits.balance = options_.layout.balance;
    found = std::make_unique<http::upstream>(process_name, *threads_, limits);
    const auto addresses = options_.layout.process(process_name).settings.called_at();
    for (unsigned i = 0; i < addresses.size(); ++i) {
        const topology::instance_id one{process_name, i + 1};
        found->put(one.name(), http::parse_endpoint(addresses[i]), one.is_owner());
    }
    if (!addresses.empty()) return *found;
    const bool is_other = process_name != id_.process;
    if (is_other && !options_.registry.empty()) return *found;  // It is heard of later.
    if (is_other)
        throw topology::config_error(fmt::format(
            "where is process \"{0}\"? Start everything with `cleave up`, or give it an "
            "address:\n[processes.{0}]\ninternal = \"127.0.0.1:7001\"\nor name a registry "
            "(registry.address)",
            process_name));
    found->put(process_name, *internal_at_, true);
    return *found;
}

bool process::can_find(const std::string& process_name) const {
    return !options_.registry.empty() ||
           !options_.layout.process(process_name).settings.internal.empty();
}

// Null: this process has nothing to do with it.
http::upstream* process::known_upstream(const std::string& instance) {
    const auto id = topology::parse_instance(instance);
    const auto found = upstreams_.find(id ? id->process : instance);
    return found == upstreams_.end() ? nullptr : found->second.get();
}

channel& process::channel_to(std::string_view module) {
    auto& found = channels_[std::string(module)];
    if (!found)
        found = std::make_unique<http::remote_channel>(
            upstream_of(options_.layout.process_of(module)), credentials_);
    return *found;
}

}  // namespace cleave::app
