#include <fmt/format.h>

#include <app/known_modules.hpp>
#include <app/settings.hpp>
#include <http/endpoint.hpp>
#include <limits>

namespace cleave::app {

namespace {

using std::chrono::milliseconds;

// What a file holds beside settings, and what the environment does: for src/topology, and for
// tests and tools of this project.
const std::vector<std::string> topology_names{"placement", "processes"};
const std::vector<std::string> written_by_topology{"calls"};
const std::vector<std::string> other_variables{
    "CLEAVE_SUPERVISOR_FD",     "CLEAVE_SKIP_SETUP",   "CLEAVE_BINARY",       "CLEAVE_TOPOLOGY",
    "CLEAVE_CRASH_KILLS",       "CLEAVE_CRASH_SIGNAL", "CLEAVE_CRASH_VICTIM", "CLEAVE_CRASH_SEED",
    "CLEAVE_REPLAY_TOPOLOGIES", "CLEAVE_REPLAY_LOG",   "CLEAVE_REPLAY_SEED",  "CLEAVE_REPLAY_STEPS",
    "CLEAVE_FAULTS_SEED",       "CLEAVE_FAULTS_ROUNDS"};

milliseconds ms(std::int64_t value) {
    return milliseconds(value);
}
std::size_t count(std::int64_t value) {
    return static_cast<std::size_t>(value);
}

std::string flag_of(const std::string& key) {
    if (key == "restart.delay_ms") return "--restart-delay";
    if (key == "web.directory") return "--web";
    return "--" + key;
}

http::trusted_proxies proxies_of(const http_settings& given) {
    try {
        return http::trusted_proxies(given.trusted_proxies.value);
    } catch (const std::invalid_argument& e) {
        throw topology::config_error(std::string("\"http.trusted_proxies\": ") + e.what());
    }
}

void check_registry(const std::string& address) {
    try {
        if (!address.empty()) http::parse_endpoint(address);
    } catch (const std::invalid_argument& e) {
        throw topology::config_error(std::string("\"registry.address\": ") + e.what());
    }
}

}  // namespace

http::server_limits settings::server_limits() const {
    http::server_limits out;
    out.is_edge = true;
    out.header_bytes_max = count(http.header_bytes_max);
    out.header_fields_max = count(http.header_fields_max);
    out.target_bytes_max = count(http.target_bytes_max);
    out.connections_max = count(http.connections_max);
    out.connections_per_address_max = count(http.connections_per_address_max);
    out.requests_per_second_max = count(http.requests_per_second_max);
    out.requests_burst_max = count(http.requests_burst_max);
    out.loopback_is_limited = http.loopback_is_limited;
    out.bodies_bytes_max = count(http.bodies_bytes_max);
    out.queue_delay_max = ms(http.queue_delay_ms_max);
    out.proxies = proxies_of(http);
    out.idle_timeout = ms(http.idle_timeout_ms);
    out.header_timeout = ms(http.header_timeout_ms);
    out.body_timeout = ms(http.body_timeout_ms);
    out.write_timeout = ms(http.write_timeout_ms);
    out.request_timeout = ms(http.request_timeout_ms);
    return out;
}

gateway::edge_settings settings::edge() const {
    gateway::edge_settings out;
    out.cors_origins = cors.origins;
    out.web = web.directory.value;
    out.users = {.requests_per_second_max = count(http.requests_per_user_per_second_max),
                 .requests_burst_max = count(http.requests_per_user_burst_max),
                 .from_loopback = http.loopback_is_limited};
    return out;
}

http::upstream_limits settings::upstream_limits() const {
    http::upstream_limits out;
    if (!upstream.retries) out.attempts_max = 1;
    if (!upstream.breaker) out.breaker.failures_max = std::numeric_limits<unsigned>::max();
    return out;
}

users::settings settings::users_module() const {
    users::settings out;
    out.hashing_threads = count(users.hashing_threads);
    out.hashing_jobs_max = count(users.hashing_jobs_max);
    out.logins.failures_per_account = static_cast<std::uint32_t>(users.login_failures_per_account);
    out.logins.account_recovers_every = ms(users.login_account_recovers_ms);
    out.logins.failures_per_address = static_cast<std::uint32_t>(users.login_failures_per_address);
    out.logins.address_recovers_every = ms(users.login_address_recovers_ms);
    out.common_passwords_file = users.common_passwords_file.value;
    out.token_lifetime = std::chrono::seconds(users.token_lifetime_s);
    return out;
}

topology::restart_limits settings::restart_limits() const {
    topology::restart_limits out;
    out.ready_delay = ms(restart.delay_ms);
    return out;
}

void settings::configure_log(std::string_view process) const {
    log::configure(process, log.level, log.format);
    log::keep_lines(count(log.kept_bytes));
}

void settings::configure_tracing() const {
    telemetry::configure_recording(
        {static_cast<std::uint64_t>(trace.one_in), count(trace.spans_per_thread)});
}

configuration read_configuration(const configuration_sources& from) {
    configuration out;
    config::table all(out.settings);
    const auto known = known_modules();
    out.layout = from.file.empty() ? topology::monolith(known)
                                   : topology::load(from.file, known, all.top_names());
    if (!from.file.empty()) all.read_file(from.file, topology_names);
    if (from.environment) all.read_environment(from.environment, other_variables);
    for (const auto& text : from.assignments) all.read_assignment(text, "--set");
    for (const auto& [key, text] : from.flags) all.put(key, text, flag_of(key));
    if (out.settings.data.value.empty())
        throw topology::config_error("\"data\" must be a directory, and not empty");
    proxies_of(out.settings.http);  // throws where it cannot be used
    check_registry(out.settings.registry.address.value);
    out.layout.listen = out.settings.listen.value;
    out.layout.data = out.settings.data.value;
    out.layout.gateway = out.settings.gateway;
    out.layout.local = out.settings.calls.local;
    out.layout.wire = out.settings.calls.wire;
    out.layout.balance = out.settings.calls.balance;
    out.entries = all.entries();
    out.sections = all.sections_as_toml(written_by_topology);
    return out;
}

void check_storage(const configuration& c) {
    const bool shared = c.settings.storage.layout == storage_layout::shared;
    if (c.settings.events.delivery == event_delivery::inline_ && !shared)
        throw topology::config_error(
            "events.delivery = \"inline\" needs storage.layout = \"shared\": only in one database "
            "can others act in the publisher's transaction");
    if (!shared || c.layout.modules.empty()) return;
    const auto& first = c.layout.modules.front().name;
    for (const auto& m : c.layout.modules)
        if (!c.layout.together(first, m.name))
            throw topology::config_error(fmt::format(
                "storage.layout = \"shared\" needs all modules in one process: {} runs in \"{}\" "
                "and {} in \"{}\"; place them together, or let the layout be \"separate\"",
                first, c.layout.process_of(first), m.name, c.layout.process_of(m.name)));
}

}  // namespace cleave::app
