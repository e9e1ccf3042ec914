#pragma once
// The edge. It knows route tables and where their modules run, never an article.
//
// A request finds its route, its caller is identified, and then either the module's handler is
// called (it runs here) or the request is built anew from its parsed parts and sent to the
// module's process, sealed. What is known to be down is answered 503 at once.
//
// What no module has a route for it may answer itself. GET /healthz: this process answers. GET
// /readyz: 200 once every placed module has been reached at least once and the process says that it
// serves; which modules are down now stands in the body. GET /api/openapi.json: the routes. GET /
// and all else that is not under /api: a front end, if there is one; else / says what runs here.
//
// Every answer gets what browsers and caches need: CORS, ETag or 304, gzip, Server-Timing.
#include <contract/envelope.hpp>
#include <filesystem>
#include <gateway/authenticator.hpp>
#include <gateway/authority_journal.hpp>
#include <gateway/cors.hpp>
#include <gateway/front_page.hpp>
#include <gateway/settings.hpp>
#include <gateway/web_files.hpp>
#include <http/rate_limit.hpp>
#include <http/remote_channel.hpp>
#include <http/route_table.hpp>
#include <http/server.hpp>
#include <set>

namespace cleave::gateway {

class edge final : public http::service {
public:
    struct parts {
        io_threads& threads;
        gateway::authenticator& callers;
        authority_journal& changes;  // what answers tell that changes who may do what
        const http::credentials& credentials;
        const http::route_table& local;  // of the modules in this process
        // Modules elsewhere, and the process of each.
        std::vector<std::pair<std::string, http::upstream*>> remote;
        // Where the tables of remote modules are kept: a module that is down when the gateway
        // starts is 503, not 404.
        std::filesystem::path cache;
        std::string process{};  // the name of this one
        edge_settings settings{};
        // Where there are several instances of this process: all of them, and whether this one owns
        // the data of its modules now. Else it does.
        http::upstream* instances = nullptr;
        const std::atomic<bool>* is_owner = nullptr;
        // There is no gateway: a route of a module elsewhere is not this edge's to answer (421).
        bool own_routes_alone = false;
        // Those of `remote` that are other programs: of two that want one route, ours has it.
        std::set<std::string, std::less<>> foreign{};
    };
    // Throws std::invalid_argument where routes overlap, or for a setting that is none.
    explicit edge(parts given);

    admission admit(http::request& r) override;
    async<http::response> handle(http::request& r, std::size_t index) override;
    void finish(const http::request& r, http::response& answer, std::string& headers) override;

    // Takes the route tables of a peer's modules over. Refuses (logged) what overlaps with others.
    // From any thread.
    void learn(const http::route_registration& registration);

    // The route that handle() knows by this number; nothing for the edge's own.
    std::optional<http::route> route_at(std::size_t index);
    // From now on. From any thread.
    void limit_users(const user_limits& to);
    // Every remote module was reached once.
    bool has_reached_all() const;
    // From now on /readyz is 200.
    void set_ready() { ready_ = true; }

private:
    struct target {
        http::route route;
        std::string module;
        http::upstream* where = nullptr;  // null: here
        http::recipient whose = http::recipient::owner;
    };
    // Targets are only ever added, so that an index stays good while a request is read, and the
    // target while it is answered.
    struct view {
        http::router router;
        std::vector<std::shared_ptr<const target>> targets;
        std::size_t first = 0;  // of the targets that are in use
    };

    // Under mutex_. Throw std::invalid_argument where routes overlap; nothing has changed then.
    void rebuild();
    std::shared_ptr<const view> build(std::set<std::string>& without);
    void add_routes(view& to, const std::string& module, const http::route_list& routes,
                    http::upstream* where) const;
    bool asks_too_often(const http::request& r, const identity& who);
    async<http::response> call(http::request& r, const target& to);
    async<http::response> call_and_apply(http::request& r, const target& to);
    void keep(http::response& told);
    void guard(http::response& streaming, const http::request& r, const target& to);
    http::client_request rebuilt(http::request& r, const target& to) const;
    http::upstream* elsewhere(const target& to) const;
    async<http::response> forward(http::request& r, const target& to, http::upstream& where);
    async<http::response> forward_stream(http::client_request out, http::upstream& where);
    std::optional<http::response> own_answer(const http::request& r, const view& known) const;
    std::vector<public_route> public_routes(const view& known) const;
    std::vector<placed_module> modules() const;
    http::response health(bool readiness) const;
    void load_cache();
    void save_cache(const http::module_routes& rows) const;

    parts given_;
    cors cors_;
    std::optional<web_files> web_;
    http::rate_limit by_user_;
    std::atomic<bool> loopback_is_limited_;
    std::atomic<bool> ready_ = false;
    std::mutex mutex_;
    std::map<std::string, http::module_routes> known_;  // of remote modules
    std::shared_ptr<const view> latest_;
    std::vector<std::shared_ptr<const view>> views_;  // a thread
};

}  // namespace cleave::gateway
