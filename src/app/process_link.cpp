// What `up` tells this process: how its peers are, and that another process takes its place while
// it runs (topology/supervisor_deploy.cpp).
#include <app/process.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <telemetry/log.hpp>

namespace cleave::app {

void process::watch_link() {
    if (!options_.link) return;
    topology::link_events events;
    events.on_peer = [this](const std::string& instance, topology::peer_news news) {
        told_by_link_.insert(instance);
        heard_of(instance, news);
    };
    events.on_address = [this](const std::string& instance, const std::string& address) {
        const auto id = topology::parse_instance(instance);
        if (auto* p = known_upstream(instance); p && id)
            p->put(instance, http::parse_endpoint(address), id->is_owner());
    };
    events.on_order = [this](topology::order what) { obey(what); };
    events.on_lost = [this] { begin_stop("`cleave up` is gone"); };
    link_ = std::make_unique<topology::supervisor_link>(threads_->context(0).get_executor(),
                                                        std::move(options_.link), std::move(events),
                                                        std::move(heard_));
    link_->start();
}

void process::heard_of(const std::string& instance, topology::peer_news news) {
    auto* p = known_upstream(instance);
    if (!p) return;
    switch (news) {
        case topology::peer_news::up: p->set_down(instance, false); break;
        case topology::peer_news::down: p->set_down(instance, true); break;
        case topology::peer_news::gone: p->remove(instance); break;
        case topology::peer_news::renewed: p->renew(instance); break;
    }
    // It may be another version by now, with other routes.
    const bool is_new = news == topology::peer_news::up || news == topology::peer_news::renewed;
    if (is_new && gateway_ && p->name() != id_.process)
        asio::co_spawn(threads_->context(0), meet(*p), asio::detached);
}

void process::join_registry() {
    if (options_.registry.empty()) return;
    registry_at_ = std::make_unique<http::upstream>("registry", *threads_,
                                                    http::parse_endpoint(options_.registry));
    registry_channel_ = std::make_unique<http::remote_channel>(*registry_at_, credentials_);
    registry_ = std::make_unique<topology::registry_proxy>(*registry_channel_);
    topology::registry_events events;
    events.self = [this] { return as_member(); };
    events.on_member = [this](const topology::member& who) { heard_of_member(who); };
    events.on_gone = [this](const std::string& instance) {
        if (!told_by_link_.contains(instance)) heard_of(instance, topology::peer_news::gone);
    };
    // What `up` has started it starts again with all that it needs.
    std::filesystem::path cache;
    if (!link_) cache = options_.layout.data / "members" / (options_.name + ".json");
    registry_client_ = std::make_unique<topology::registry_client>(*registry_, std::move(cache),
                                                                   std::move(events));
    asio::co_spawn(threads_->context(0), registry_client_->run(), asio::detached);
}

// Where `up` started this process, it says so itself.
std::optional<topology::member> process::as_member() const {
    if (link_ || !internal_at_) return std::nullopt;
    const auto& advertised = self_.settings.advertised;
    return topology::member{
        .instance = options_.name,
        .internal = id_.number <= advertised.size() ? advertised[id_.number - 1]
                                                    : http::to_string(*internal_at_),
        .modules = self_.runs(),
        .role = id_.is_owner() ? topology::instance_role::owner : topology::instance_role::replica,
        .ready = ready_ && !stopping_,
        .version = CLEAVE_VERSION};
}

void process::heard_of_member(const topology::member& who) {
    if (who.instance == options_.name || told_by_link_.contains(who.instance)) return;
    const auto id = topology::parse_instance(who.instance);
    auto* p = known_upstream(who.instance);
    if (!p || !id) return;
    try {
        p->put(who.instance, http::parse_endpoint(who.internal), id->is_owner());
    } catch (const std::invalid_argument& e) {
        log::warning("serve", "{} says that it is at {}: {}", who.instance, who.internal, e.what());
        return;
    }
    heard_of(who.instance, who.ready ? topology::peer_news::up : topology::peer_news::down);
}

void process::obey(topology::order what) {
    const auto begin = [this](async<void> work) {
        asio::co_spawn(threads_->context(0), std::move(work), [this](std::exception_ptr failed) {
            if (!failed) return;
            // Neither owner nor not: `up` starts it again.
            try {
                std::rethrow_exception(failed);
            } catch (const std::exception& e) {
                log::error("serve", "the hand-over failed: {}", e.what());
            }
            begin_stop("it cannot go on");
        });
    };
    if (stopping_) return;
    if (what == topology::order::reload) reload();
    if (what == topology::order::hand_over && !handed_over_) begin(hand_over());
    if (what == topology::order::take_back && handed_over_) begin(take_back());
}

// New connections wait for the next process, which has the same listeners. What is on open ones is
// answered here still: queries as before; commands that come from inside are refused and sent again
// by their callers, those from outside are passed on to the next process.
async<void> process::hand_over() {
    log::info("serve", "hands over");
    handed_over_ = true;
    calls_->set_moving(true);
    if (public_server_) public_server_->wind_down();
    if (internal_server_) internal_server_->pause();
    if (ops_server_) ops_server_->pause();
    co_await blog_->let_go();
    co_await drain(control_server_);
    control_server_.reset();
    link_->tell(topology::report::released);
}

async<void> process::take_back() {
    log::info("serve", "takes everything back");
    co_await blog_->take_back();
    open_control();
    calls_->set_moving(false);
    handed_over_ = false;
    if (public_server_) public_server_->resume();
    if (internal_server_) internal_server_->resume();
    if (ops_server_) ops_server_->resume();
    link_->tell(topology::report::ready);
}

}  // namespace cleave::app
