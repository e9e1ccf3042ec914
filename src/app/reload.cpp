#include <fmt/ranges.h>

#include <algorithm>
#include <app/reload.hpp>
#include <set>

namespace cleave::app {

namespace {

// docs/operating.md lists them.
const std::set<std::string, std::less<>> changing{"calls.balance",
                                                  "http.bodies_bytes_max",
                                                  "http.connections_max",
                                                  "http.connections_per_address_max",
                                                  "http.loopback_is_limited",
                                                  "http.queue_delay_ms_max",
                                                  "http.requests_burst_max",
                                                  "http.requests_per_second_max",
                                                  "http.requests_per_user_burst_max",
                                                  "http.requests_per_user_per_second_max",
                                                  "log.level",
                                                  "trace.one_in"};

using addresses = std::vector<std::string>;

// More of them may have come, and some may have gone.
bool is_same_start(const addresses& a, const addresses& b) {
    const auto common = std::min(a.size(), b.size());
    return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin());
}

topology::process_settings settings_of(const topology::topology& t, const std::string& process) {
    const auto found = t.settings.find(process);
    return found == t.settings.end() ? topology::process_settings{} : found->second;
}

}  // namespace

bool may_change(std::string_view key) {
    return changing.contains(key);
}

std::vector<std::string> needs_restart(
    const configuration& now, const configuration& fresh,
    const std::function<bool(const topology::placed_process&)>& stays) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < fresh.entries.size(); ++i) {
        const auto &before = now.entries[i], &after = fresh.entries[i];
        if (before.value != after.value && !may_change(after.key))
            out.push_back(fmt::format("{}: {} -> {}", after.key, before.value, after.value));
    }
    // What is left of the topology when all is put back that may change, or was looked at above.
    auto rest = fresh.layout;
    rest.listen = now.layout.listen;
    rest.data = now.layout.data;
    rest.local = now.layout.local;
    rest.balance = now.layout.balance;
    rest.gateway = now.layout.gateway;
    for (const auto& p : rest.processes()) {
        const auto before = settings_of(now.layout, p.name);
        auto& after = rest.settings[p.name];
        after.replicas = before.replicas;
        if (!stays(p) || is_same_start(before.internal, after.internal))
            after.internal = before.internal;
        if (!stays(p) || is_same_start(before.ops, after.ops)) after.ops = before.ops;
        if (!stays(p)) after.public_at = before.public_at;
    }
    for (auto& line : topology::difference(now.layout, rest)) out.push_back(std::move(line));
    return out;
}

void refuse_restart(const configuration& now, const configuration& fresh,
                    const std::function<bool(const topology::placed_process&)>& stays) {
    const auto all = needs_restart(now, fresh, stays);
    if (!all.empty())
        throw topology::config_error(fmt::format("this takes a restart: {}", fmt::join(all, "; ")));
}

}  // namespace cleave::app
