// The edge of a process, and when a process is ready.
#include <app/demo.hpp>
#include <app/known_modules.hpp>
#include <app/process.hpp>
#include <base/timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <http/openapi_routes.hpp>
#include <telemetry/log.hpp>

namespace cleave::app {

namespace {

constexpr std::chrono::milliseconds meet_again_after(50);
constexpr std::chrono::milliseconds ready_looked_at_every(5);
constexpr std::chrono::milliseconds callers_wait_max(2'000);
constexpr std::chrono::milliseconds meet_timeout(2'000);
constexpr std::chrono::milliseconds looked_at_again_after(10'000);

}  // namespace

void process::make_gateway() {
    const auto& data = options_.layout.data;
    // Where users runs here as well, it knows; elsewhere it may be down when this process starts.
    const bool users_here = options_.layout.process_of("users") == id_.process && id_.is_owner();
    authority_changes_ = std::make_unique<gateway::authority_journal>(
        users_here ? "" : data / "authority" / (options_.name + ".jsonl"), authority_,
        system_clock());
    authority_watch_ = std::make_unique<authority_watch>(
        blog_->users(), blog_->feed_of("gateway", "users"), *authority_changes_);
    authenticator_ = std::make_unique<gateway::authenticator>(
        [data] { return find_token_key(data); }, authority_, system_clock(), threads_->size());
    gateway::edge::parts parts{*threads_,       *authenticator_, *authority_changes_,
                               credentials_,    blog_->routes(), {},
                               data / "routes", id_.process,     options_.edge};
    parts.own_routes_alone = !self_.has_gateway;
    for (const auto& m : known_modules()) {
        const auto& at = options_.layout.process_of(m.name);
        if (at == id_.process) continue;
        // Without a gateway others are asked for their routes alone, to say whose they are.
        if (self_.has_gateway || can_find(at)) parts.remote.emplace_back(m.name, &upstream_of(at));
        if (options_.layout.process(at).settings.foreign) parts.foreign.insert(m.name);
    }
    if (!self_.settings.internal.empty()) {
        parts.instances = &upstream_of(id_.process);
        parts.is_owner = &blog_->owns();
    }
    gateway_ = std::make_unique<gateway::edge>(std::move(parts));
}

// Asks a peer for its route tables until it answers. Another program that `up` does not watch is
// asked again and again: nobody says when it is another version.
async<void> process::meet(http::upstream& p) {
    const auto who = options_.layout.process(p.name());
    std::string said;  // what was wrong with it the last time
    while (!stopping_) {
        http::client_request ask;
        ask.target = who.settings.foreign ? http::openapi_target : "/routes";
        ask.repeatable = true;
        http::seal(ask, credentials_, {});
        const auto deadline = std::chrono::steady_clock::now() + meet_timeout;
        const auto answer =
            co_await p.send(std::move(ask), http::recipient::any_instance, deadline);
        const bool met = answer && answer->status == 200 && take_routes(who, answer->body, said);
        p.reached = p.reached || met;
        if (met && (!who.settings.foreign || told_by_link_.contains(p.name()))) co_return;
        co_await resume_after(met ? looked_at_again_after : meet_again_after);
    }
}

// False: nothing to go by.
bool process::take_routes(const topology::placed_process& from, const std::string& text,
                          std::string& said) {
    if (!from.settings.foreign) {
        if (const auto tables = decode<http::route_registration>(text)) gateway_->learn(*tables);
        return true;
    }
    try {
        gateway_->learn({{http::routes_of_openapi(from.modules.front(), text)}});
        return true;
    } catch (const std::invalid_argument& e) {
        if (std::exchange(said, e.what()) != said)
            log::error("gateway", "the OpenAPI document of {} is refused: {}", from.name, said);
        return false;
    }
}

bool process::knows_enough() const {
    if (!gateway_) return true;
    return authority_watch_->has_caught_up() && (!self_.has_gateway || gateway_->has_reached_all());
}

// Ready is who can answer: the edge when it knows every module's routes and who may do what, the
// others at once. Without a gateway each is an edge and a module, whom others call: that must not
// wait for long for users, which may be down. What was last known counts until it is back.
//
// Who takes over lets callers wait until then: the process before has answered them all the time.
async<void> process::await_readiness() {
    const auto accept_by = std::chrono::steady_clock::now() + callers_wait_max;
    while (!knows_enough()) {
        if (stopping_) co_return;
        if (std::chrono::steady_clock::now() > accept_by) {
            accept_public();
            if (!self_.has_gateway) break;
        }
        co_await resume_after(ready_looked_at_every);
    }
    accept_public();
    const auto& fills = options_.layout.process_of(
        options_.layout.gateway == topology::gateway_use::on ? topology::gateway_name : "posts");
    // The others take this process for down until it has said so, and the demo needs them.
    if (link_) link_->tell(topology::report::ready);
    if (options_.demo && fills == id_.process && id_.is_owner()) co_await fill_with_demo(*blog_);
    ready_ = true;
    if (gateway_) gateway_->set_ready();
    if (public_at_)
        log::info("serve", "ready on http://{}", http::to_string(*public_at_));
    else
        log::info("serve", "ready");
}

}  // namespace cleave::app
