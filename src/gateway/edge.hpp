#pragma once
// The edge. It knows route tables and where their modules run, never an article.
//
// A request finds its route, its caller is identified, and then either the module's handler is
// called (it runs here) or the request is built anew from its parsed parts and sent to the
// module's process, sealed. What is known to be down is answered 503 at once.
//
// GET /healthz: this process answers. GET /readyz: 200 once every placed module has been reached
// at least once and the process says that it serves; which modules are down now stands in the body.
#include <contract/envelope.hpp>
#include <filesystem>
#include <gateway/authenticator.hpp>
#include <gateway/peer.hpp>
#include <http/remote_channel.hpp>
#include <http/route_table.hpp>
#include <http/server.hpp>

namespace cleave::gateway {

class edge final : public http::service {
public:
    struct parts {
        io_threads& threads;
        gateway::authenticator& callers;
        const http::credentials& credentials;
        const http::route_table& local;  // of the modules in this process
        // Modules elsewhere, and the process of each.
        std::vector<std::pair<std::string, peer*>> remote;
        // Where the tables of remote modules are kept: a module that is down when the gateway
        // starts is 503, not 404.
        std::filesystem::path cache;
    };
    // Throws std::invalid_argument where routes overlap.
    explicit edge(parts given);

    admission admit(http::request& r) override;
    async<http::response> handle(http::request& r, std::size_t index) override;

    // Takes the route tables of a peer's modules over. Refuses (logged) what overlaps with others.
    // From any thread.
    void learn(const http::route_registration& registration);

    // The route that handle() knows by this number; nothing for the edge's own.
    std::optional<http::route> route_at(std::size_t index);
    // Every remote module was reached once.
    bool has_reached_all() const;
    // From now on /readyz is 200.
    void set_ready() { ready_ = true; }

private:
    struct target {
        http::route route;
        std::string module;
        peer* where = nullptr;  // null: here
    };
    // Targets are only ever added, so that an index stays good while a request is read.
    struct view {
        http::router router;
        std::vector<std::shared_ptr<const target>> targets;
    };

    void rebuild();  // under mutex_
    http::client_request rebuilt(http::request& r, const target& to) const;
    async<http::response> forward(http::request& r, const target& to);
    async<http::response> forward_stream(http::client_request out, const target& to);
    http::response health(bool readiness) const;
    void load_cache();
    void save_cache(const http::module_routes& rows) const;

    parts given_;
    std::atomic<bool> ready_ = false;
    std::mutex mutex_;
    std::map<std::string, http::module_routes> known_;  // of remote modules
    std::shared_ptr<const view> latest_;
    std::vector<std::shared_ptr<const view>> views_;  // a thread
};

}  // namespace cleave::gateway
