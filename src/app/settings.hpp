#pragma once
// Everything that can be set, declared once each: name, unit, range, default and help. Where each
// module or component runs (placement, processes) is the topology's: see topology/topology.hpp.
//
// docs/configuration.md lists them; a test holds it against this file.
#include <app/storage.hpp>
#include <config/table.hpp>
#include <contract/lookup.hpp>
#include <gateway/settings.hpp>
#include <http/server.hpp>
#include <http/upstream.hpp>
#include <telemetry/log_book.hpp>
#include <telemetry/recorder.hpp>
#include <topology/restart_policy.hpp>
#include <topology/topology.hpp>
#include <users/module.hpp>

namespace cleave::app {

inline constexpr http::server_limits http_defaults{};

struct call_settings {
    config::choice<topology::local_calls,
                   "How modules in one process call each other: a function call, through JSON, or "
                   "over HTTP to itself.">
        local{};
    config::choice<http::balancing,
                   "Which instance of a process answers a query: of two taken at random the one "
                   "with less to do, each in turn, or the same for the same target.">
        balance{};
    config::choice<topology::call_wire,
                   "What HTTP between processes goes over, where a process is given no address: "
                   "TCP on loopback, or Unix sockets in DIR/run.">
        wire{};
};
BOOST_DESCRIBE_STRUCT(call_settings, (), (local, balance, wire))

struct upstream_settings {
    config::flag<
        "Whether a call to another process that failed is sent again where that is safe; at most a "
        "fifth more than was asked.">
        retries = true;
    config::flag<
        "Whether an instance that failed several times in a row is left alone for a while "
        "(a circuit breaker).">
        breaker = true;
};
BOOST_DESCRIBE_STRUCT(upstream_settings, (), (retries, breaker))

struct storage_settings {
    config::choice<storage_layout,
                   "A database file for each module, or one for all of them, which must run in one "
                   "process then. Data stays as it was made.">
        layout{};
    config::choice<sqlite::durability,
                   "What a commit waits for. full: the disk. normal and off lose what they had "
                   "acknowledged when the power fails: to measure what full costs.">
        durability{};
};
BOOST_DESCRIBE_STRUCT(storage_settings, (), (layout, durability))

struct event_settings {
    config::choice<
        event_delivery,
        "When modules hear of events: after the commit, from the publisher's feed; so, but the "
        "answer waits until they have applied them; or in its transaction (only where storage is "
        "shared).">
        delivery{};
};
BOOST_DESCRIBE_STRUCT(event_settings, (), (delivery))

struct read_settings {
    config::choice<lookup,
                   "How a read comes by whose the articles and comments are: from what users' "
                   "events have told, or asked of users, in one call or in one for each item.">
        authors{};
};
BOOST_DESCRIBE_STRUCT(read_settings, (), (authors))

// Of the public listener.
struct http_settings {
    config::number<"Bytes of a request's header; above: 431.", 1'024, 65'536> header_bytes_max =
        static_cast<std::int64_t>(http_defaults.header_bytes_max);
    config::number<"Fields of a request's header; above: 431.", 16, 1'000> header_fields_max =
        static_cast<std::int64_t>(http_defaults.header_fields_max);
    config::number<"Bytes of a request's target; above: 414.", 256, 32'768> target_bytes_max =
        static_cast<std::int64_t>(http_defaults.target_bytes_max);
    config::number<"Connections at once; further ones are closed.", 1, 1'000'000> connections_max =
        static_cast<std::int64_t>(http_defaults.connections_max);
    config::number<"Connections at once from one address (of IPv6, its /64); 0: no limit.", 0,
                   1'000'000>
        connections_per_address_max = 512;
    config::number<"Requests a second from one address in the long run, above: 429; 0: no limit.",
                   0, 10'000'000>
        requests_per_second_max = 500;
    config::number<"Requests from one address at once, after a pause.", 1, 10'000'000>
        requests_burst_max = 1'000;
    config::number<
        "Requests a second from one user in the long run, wherever from, above: 429; "
        "0: no limit.",
        0, 10'000'000>
        requests_per_user_per_second_max = 200;
    config::number<"Requests from one user at once, after a pause.", 1, 10'000'000>
        requests_per_user_burst_max = 400;
    config::flag<"Whether the limits by address and by user hold for loopback as well.">
        loopback_is_limited = false;
    config::number<"Bytes of all bodies together that are worked on, above: 503; 0: no limit.", 0,
                   1LL << 40>
        bodies_bytes_max = static_cast<std::int64_t>(http_defaults.bodies_bytes_max);
    config::number<
        "How long what is ready may wait for a thread before some requests are turned "
        "away with 503; 0: none are.",
        0, 60'000>
        queue_delay_ms_max = http_defaults.queue_delay_max.count();
    config::list<
        "Proxies in front, like \"127.0.0.1\", \"10.0.0.0/8\" or \"unix\": the client is whom "
        "their X-Forwarded-For names.">
        trusted_proxies{};
    config::number<"How long a connection may be idle between requests.", 100, 3'600'000>
        idle_timeout_ms = http_defaults.idle_timeout.count();
    config::number<"How long a request's header may take from its first byte.", 100, 600'000>
        header_timeout_ms = http_defaults.header_timeout.count();
    config::number<"How long a request's body may take.", 100, 3'600'000> body_timeout_ms =
        http_defaults.body_timeout.count();
    config::number<"How long an answer may take to be sent.", 100, 3'600'000> write_timeout_ms =
        http_defaults.write_timeout.count();
    config::number<"How long a request may take to be answered; after that: 503 or 504.", 10,
                   600'000>
        request_timeout_ms = http_defaults.request_timeout.count();
};
BOOST_DESCRIBE_STRUCT(http_settings, (),
                      (header_bytes_max, header_fields_max, target_bytes_max, connections_max,
                       connections_per_address_max, requests_per_second_max, requests_burst_max,
                       requests_per_user_per_second_max, requests_per_user_burst_max,
                       loopback_is_limited, bodies_bytes_max, queue_delay_ms_max, trusted_proxies,
                       idle_timeout_ms, header_timeout_ms, body_timeout_ms, write_timeout_ms,
                       request_timeout_ms))

struct cors_settings {
    config::list<"Whose pages may call, like \"https://blog.example.org\"; none: any may.">
        origins{};
};
BOOST_DESCRIBE_STRUCT(cors_settings, (), (origins))

struct web_settings {
    config::text<"Directory of a front end, served where no route is; empty: none."> directory{};
};
BOOST_DESCRIBE_STRUCT(web_settings, (), (directory))

struct users_settings {
    config::number<"Threads that hash passwords, at 18 ms of a core each.", 1, 64> hashing_threads =
        1;
    config::number<"Passwords that wait to be hashed; above: 429.", 1, 10'000> hashing_jobs_max =
        64;
    config::number<"Failed logins of an account at once; above: 429.", 1, 10'000>
        login_failures_per_account = 10;
    config::number<"After how long an account may fail once more.", 1, 86'400'000>
        login_account_recovers_ms = 30'000;
    config::number<"Failed logins from an address at once; above: 429. Loopback is not counted.", 1,
                   1'000'000>
        login_failures_per_address = 100;
    config::number<"After how long an address may fail once more.", 1, 86'400'000>
        login_address_recovers_ms = 1'000;
    config::text<"Passwords that are refused, one a line; empty: the built-in list.">
        common_passwords_file{};
    config::number<"How long a token is good for.", 60, 31'536'000> token_lifetime_s = 604'800;
};
BOOST_DESCRIBE_STRUCT(users_settings, (),
                      (hashing_threads, hashing_jobs_max, login_failures_per_account,
                       login_account_recovers_ms, login_failures_per_address,
                       login_address_recovers_ms, common_passwords_file, token_lifetime_s))

struct webhook_settings {
    config::flag<"Whether webhooks may go to this machine and to private networks.">
        to_special_addresses = false;
};
BOOST_DESCRIBE_STRUCT(webhook_settings, (), (to_special_addresses))

struct log_settings {
    config::choice<log::level, "The least important lines that are written."> level =
        log::level::info;
    config::choice<log::layout, "How they are written; automatic: text on a terminal, else JSON.">
        format = log::layout::automatic;
    config::number<
        "Bytes of the last lines that a process keeps for `cleave logs`; `up` keeps so many of "
        "each of its processes. 0: none.",
        0, 16'777'216>
        kept_bytes = log::kept_bytes_by_default;
};
BOOST_DESCRIBE_STRUCT(log_settings, (), (level, format, kept_bytes))

struct trace_settings {
    config::number<"Of so many requests one is traced; 1: each; 0: none.", 0, 1'000'000> one_in = 1;
    config::number<"Spans that a thread keeps, at 88 bytes; above: the oldest are overwritten.", 64,
                   65'536>
        spans_per_thread = 4'096;
};
BOOST_DESCRIBE_STRUCT(trace_settings, (), (one_in, spans_per_thread))

struct registry_settings {
    config::text<
        "Where processes find each other that are started apart; empty: `up` has one of its own "
        "in DIR/run, and others do without.">
        address{};
};
BOOST_DESCRIBE_STRUCT(registry_settings, (), (address))

struct restart_settings {
    config::number<
        "How long `up` waits before it starts a process again that had been ready; to "
        "look at an outage, which else takes about 20 ms.",
        0, 600'000>
        delay_ms = 0;
};
BOOST_DESCRIBE_STRUCT(restart_settings, (), (delay_ms))

struct settings {
    config::address<"The public address."> listen{"127.0.0.1:8080"};
    config::text<"The directory of the databases and keys."> data{"data"};
    config::choice<topology::gateway_use,
                   "Whether one process takes all requests, or each those for the modules in it.">
        gateway{};
    call_settings calls{};
    upstream_settings upstream{};
    storage_settings storage{};
    event_settings events{};
    read_settings reads{};
    http_settings http{};
    cors_settings cors{};
    web_settings web{};
    users_settings users{};
    webhook_settings webhooks{};
    log_settings log{};
    trace_settings trace{};
    registry_settings registry{};
    restart_settings restart{};

    http::server_limits server_limits() const;
    gateway::edge_settings edge() const;
    http::upstream_limits upstream_limits() const;
    users::settings users_module() const;
    topology::restart_limits restart_limits() const;
    void configure_log(std::string_view process) const;
    void configure_tracing() const;
};
BOOST_DESCRIBE_STRUCT(settings, (),
                      (listen, data, gateway, calls, upstream, storage, events, reads, http, cors,
                       web, users, webhooks, log, trace, registry, restart))

// What the program runs with: a file's topology and settings, the environment's, and the flags'.
struct configuration {
    app::settings settings{};
    topology::topology layout{};
    std::vector<config::entry> entries{};
    std::string sections{};  // as a file for the processes that `up` starts
};

struct configuration_sources {
    std::filesystem::path file{};  // empty: none
    const char* const* environment = nullptr;
    std::vector<std::pair<std::string, std::string>> flags{};  // key and text
    std::vector<std::string> assignments{};                    // of --set
};

// Throws topology::config_error.
configuration read_configuration(const configuration_sources& from);

// Throws topology::config_error where modules are placed so that their data cannot be kept, or
// events delivered, as it says.
void check_storage(const configuration& c);

}  // namespace cleave::app
