#pragma once
// One process of a topology: its listeners, its modules, and the edge if it is placed here.
//
// Listeners: `public` (the gateway's), `internal` (other processes; every call is authenticated),
// `ops` (health and metrics) and a Unix socket DIR/run/<process>.sock for tools of the same user.
#include <app/authority_watch.hpp>
#include <app/blog.hpp>
#include <app/figures.hpp>
#include <app/ops_service.hpp>
#include <app/settings.hpp>
#include <boost/asio/signal_set.hpp>
#include <gateway/edge.hpp>
#include <http/server.hpp>
#include <topology/handover.hpp>
#include <topology/registry_client.hpp>
#include <topology/supervisor_link.hpp>
#include <topology/topology.hpp>

namespace cleave::app {

// Of a process that ends at once, since nothing it did from now on could be relied upon.
inline constexpr int exit_code_at_once = 70;

// Of one address 512 connections, and 500 requests a second with 1,000 at once. A proxy on another
// host is one address: then they should be off, and the proxy's own.
http::server_limits default_public_limits();

struct process_options {
    topology::topology layout;
    std::string name;                         // which instance of it: "users", "users.2"
    topology::inherited_listeners inherited;  // taken before the first thread started
    unique_fd link;                           // to `cleave up`, if it started this process
    std::string registry{};                   // where others are found; empty: by addresses alone
    bool stand_by = false;                    // until `up` says that it is to take over
    bool demo = false;                        // fill an empty blog with some content
    storage_layout storage = storage_layout::separate;
    sqlite::durability durability = sqlite::durability::full;
    event_delivery delivery = event_delivery::feed;
    http::upstream_limits upstreams{};  // but for the balance, which is the layout's
    lookup authors = lookup::view;
    users::settings users{};
    bool webhooks_to_special_addresses = false;
    gateway::edge_settings edge{};
    http::server_limits public_limits = default_public_limits();
    // What all of this was made of, and what it is by now (SIGHUP); reread throws
    // topology::config_error. Empty: nothing is read again.
    configuration configured{};
    std::function<configuration()> reread{};
};

class process final : public reachable {
public:
    // Opens databases and listeners. Throws sqlite::owned_elsewhere, std::system_error (a port that
    // is taken), topology::config_error, std::runtime_error.
    explicit process(process_options options);
    ~process() override;

    // Serves until SIGTERM or SIGINT, then drains and ends.
    void run();

private:
    channel& channel_to(std::string_view module) override;
    http::upstream& upstream_of(const std::string& process_name);
    bool can_find(const std::string& process_name) const;
    http::upstream* known_upstream(const std::string& instance);
    unique_fd listener(std::string_view name, std::optional<std::string> fallback);
    void open_listeners();
    void start();
    void open_control();
    void accept_public();
    void make_gateway();
    void watch_link();
    async<void> meet(http::upstream& p);
    bool take_routes(const topology::placed_process& from, const std::string& text,
                     std::string& said);
    async<void> await_readiness();
    void heard_of(const std::string& instance, topology::peer_news news);
    void obey(topology::order what);
    void listen_for_reload();
    void reload();
    void apply(const configuration& fresh);
    void change_addresses(const topology::topology& to);
    void join_registry();
    std::optional<topology::member> as_member() const;
    void heard_of_member(const topology::member& who);
    async<void> hand_over();
    async<void> take_back();
    void begin_stop(std::string_view why);
    async<void> stop();
    async<void> sample_figures();
    async<void> drain(std::unique_ptr<http::server>& server);
    topology::system_status status() const;
    std::vector<telemetry::metric> metrics() const;
    bool is_ready() const { return ready_; }
    bool knows_enough() const;
    http::server_limits internal_limits() const;

    process_options options_;
    const topology::instance_id id_;
    topology::placed_process self_;
    std::vector<std::string> heard_;  // from `up`, while it stood by
    http::credentials credentials_;
    std::unique_ptr<io_threads> threads_;
    std::map<std::string, std::unique_ptr<http::upstream>> upstreams_;  // by process
    std::map<std::string, std::unique_ptr<http::remote_channel>, std::less<>> channels_;
    std::optional<asio::signal_set> reload_signal_;
    std::optional<http::stream_endpoint> internal_at_, public_at_, ops_at_;
    unique_fd public_fd_, internal_fd_, ops_fd_, control_fd_;
    std::unique_ptr<app::blog> blog_;
    gateway::authority authority_;
    std::unique_ptr<gateway::authority_journal> authority_changes_;
    std::unique_ptr<authority_watch> authority_watch_;
    std::unique_ptr<gateway::authenticator> authenticator_;
    std::unique_ptr<gateway::edge> gateway_;
    std::unique_ptr<http::call_service> calls_;
    std::unique_ptr<ops_service> ops_, control_;
    std::unique_ptr<http::server> public_server_, internal_server_, ops_server_, control_server_;
    std::unique_ptr<topology::supervisor_link> link_;
    // Of these the link tells, who knows first.
    std::set<std::string, std::less<>> told_by_link_;
    std::unique_ptr<http::upstream> registry_at_;
    std::unique_ptr<http::remote_channel> registry_channel_;
    std::unique_ptr<topology::registry_proxy> registry_;
    std::unique_ptr<topology::registry_client> registry_client_;
    app::figures figures_{{&public_server_, &internal_server_}};
    std::atomic<bool> ready_ = false;
    bool stopping_ = false;
    bool handed_over_ = false;
    bool accepts_public_ = false;
};

}  // namespace cleave::app
