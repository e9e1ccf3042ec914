#include <base/secret_file.hpp>
#include <boost/asio/post.hpp>
#include <fstream>
#include <gateway/edge.hpp>
#include <http/text.hpp>
#include <telemetry/log.hpp>

namespace cleave::gateway {

namespace {

constexpr std::size_t healthz = SIZE_MAX;
constexpr std::size_t readyz = SIZE_MAX - 1;

http::response down() {
    return http::problem_response(not_executed().error());
}

http::response relayed(http::client_response answer) {
    http::response out;
    out.status = answer.status;
    out.body = std::move(answer.body);
    out.headers = std::move(answer.headers);
    if (answer.content_type != http::json_type) {
        out.content_type = {};
        if (!answer.content_type.empty())
            out.headers += fmt::format("Content-Type: {}\r\n", answer.content_type);
    }
    return out;
}

// A piece is read when the client has taken the one before, so one piece is all the memory that a
// stream needs.
async<void> relay(std::shared_ptr<http::incoming_stream> from, http::body_stream& to) {
    to.when_closed([from] { from->cancel(); });
    while (!to.closed()) {
        auto piece = co_await from->read();
        if (!piece && !to.closed()) to.abort();
        if (!piece) co_return;
        if (piece->empty()) co_return;
        const bool taken = co_await to.write(std::move(*piece));
        if (!taken) co_return;
    }
}

}  // namespace

edge::edge(parts given) : given_(std::move(given)) {
    load_cache();
    const std::scoped_lock lock(mutex_);
    rebuild();
    views_.assign(given_.threads.size(), latest_);
}

http::service::admission edge::admit(http::request& r) {
    if (r.path == "/healthz" && r.method == http::verb::get) return {std::nullopt, 0, healthz};
    if (r.path == "/readyz" && r.method == http::verb::get) return {std::nullopt, 0, readyz};
    const view& mine = *views_[this_io_thread()];
    const auto match = mine.router.find(r);
    if (match.is == http::router::match::outcome::no_path) {
        // Before every module has told its routes, nobody can say that there is none.
        if (!has_reached_all()) return {down(), 0, 0};
        return {http::no_path(), 0, 0};
    }
    if (match.is == http::router::match::outcome::no_method) return {http::no_method(match), 0, 0};
    const target& found = *mine.targets[match.value];
    auto who = given_.callers.identify(r.authorization, found.route.access);
    if (!who) return {http::problem_response(who.error()), 0, 0};
    r.context.caller = *who;
    if (auto allowed = http::check_caller(found.route, *who); !allowed)
        return {http::problem_response(allowed.error()), 0, 0};
    if (found.where && found.where->down.load(std::memory_order_relaxed)) return {down(), 0, 0};
    return {std::nullopt, found.route.body_bytes_max, match.value, found.route.streaming};
}

async<http::response> edge::handle(http::request& r, std::size_t index) {
    if (index == healthz || index == readyz) co_return health(index == readyz);
    // Held here, since the table may grow while the request is under way.
    const auto found = views_[this_io_thread()]->targets[index];
    if (found->where) co_return co_await forward(r, *found);
    co_return co_await found->route.handler(r);
}

// The request built anew from its parsed parts, sealed.
http::client_request edge::rebuilt(http::request& r, const target& to) const {
    envelope what;
    what.context = r.context;
    what.key = r.key;
    what.client_address = r.client.address;
    what.user_agent = r.client.user_agent;
    what.referrer_host = r.client.referrer_host;

    http::client_request out;
    // The server leaves the body of an answer to HEAD out, so the module may see a GET.
    out.method = r.method == http::verb::head ? http::verb::get : r.method;
    out.target = r.target;
    out.repeatable = to.route.kind == method_kind::query || r.key;
    out.headers = http::envelope_header(given_.credentials, what,
                                        {http::verb_name(out.method), out.target, r.body});
    if (!r.body.empty()) out.headers += "Content-Type: application/json\r\n";
    if (!r.last_event_id.empty())
        out.headers += fmt::format("Last-Event-ID: {}\r\n", r.last_event_id);
    out.body = std::move(r.body);
    return out;
}

async<http::response> edge::forward(http::request& r, const target& to) {
    http::client_request out = rebuilt(r, to);
    if (to.route.streaming) co_return co_await forward_stream(std::move(out), to);
    auto answer = co_await to.where->client.send(std::move(out), r.context.deadline);
    if (!answer) co_return http::problem_response(answer.error());
    co_return relayed(std::move(*answer));
}

// The time limit is that of the head. What follows is as long as both sides want it to be.
async<http::response> edge::forward_stream(http::client_request out, const target& to) {
    const auto deadline = std::chrono::steady_clock::now() + http::call_timeout;
    auto answer = co_await to.where->client.open(std::move(out), deadline);
    if (!answer) co_return http::problem_response(answer.error());
    auto reply = relayed(std::move(answer->head));
    if (answer->body)
        reply.stream = [from = std::shared_ptr(std::move(answer->body))](http::body_stream& to) {
            return relay(from, to);
        };
    co_return reply;
}

std::optional<http::route> edge::route_at(std::size_t index) {
    const std::scoped_lock lock(mutex_);
    if (index >= latest_->targets.size()) return std::nullopt;
    return latest_->targets[index]->route;
}

http::response edge::health(bool readiness) const {
    http::response r;
    r.body = R"({"status":")";
    const bool ready = !readiness || ready_;
    if (!ready) r.status = 503;
    r.body += ready ? "ok" : "starting";
    r.body += R"(","down":[)";
    bool first = true;
    for (const auto& [module, where] : given_.remote) {
        if (!where->down.load(std::memory_order_relaxed)) continue;
        if (!first) r.body += ',';
        first = false;
        append_json_string(r.body, module);
    }
    r.body += "]}";
    return r;
}

bool edge::has_reached_all() const {
    return std::ranges::all_of(given_.remote, [](const auto& entry) {
        return entry.second->reached.load(std::memory_order_relaxed);
    });
}

void edge::learn(const http::route_registration& registration) {
    const std::scoped_lock lock(mutex_);
    bool changed = false;
    for (const auto& rows : registration.modules) {
        const bool expected = std::ranges::any_of(
            given_.remote, [&](const auto& entry) { return entry.first == rows.module; });
        if (!expected || known_[rows.module] == rows) continue;
        const auto before = std::exchange(known_[rows.module], rows);
        try {
            rebuild();
            save_cache(rows);
            changed = true;
        } catch (const std::invalid_argument& e) {
            log::error("gateway", "the routes of {} are refused: {}", rows.module, e.what());
            known_[rows.module] = before;
        }
    }
    if (!changed) return;
    std::size_t count = given_.local.all().size();
    for (const auto& [module, rows] : known_) count += rows.routes.size();
    log::info("gateway", "{} routes are known", count);
}

// Every thread takes the new view over when it next has nothing else to do.
void edge::rebuild() {
    auto fresh = std::make_shared<view>();
    if (latest_) fresh->targets = latest_->targets;
    const auto add = [&](const std::string& module, const http::route& r, peer* where) {
        fresh->router.add(r.method, r.path, fresh->targets.size());
        fresh->targets.push_back(std::make_shared<const target>(target{r, module, where}));
    };
    for (const auto& [module, route] : given_.local.all()) add(module, route, nullptr);
    for (const auto& [module, where] : given_.remote)
        for (const auto& route : http::from_rows(known_[module])) add(module, route, where);
    latest_ = fresh;
    for (std::size_t i = 0; i < views_.size(); ++i)
        asio::post(given_.threads.context(i), [this, i, fresh] { views_[i] = fresh; });
}

void edge::load_cache() {
    for (const auto& [module, where] : given_.remote) {
        const auto text = read_file(given_.cache / (module + ".json"));
        if (!text) continue;
        auto rows = decode<http::module_routes>(
            {reinterpret_cast<const char*>(text->data()), text->size()});
        if (rows && rows->module == module) known_[module] = std::move(*rows);
    }
}

void edge::save_cache(const http::module_routes& rows) const {
    const auto file = given_.cache / (rows.module + ".json");
    const auto draft = given_.cache / (rows.module + ".json.draft");
    std::filesystem::create_directories(given_.cache);
    std::ofstream(draft) << encode(rows);
    std::filesystem::rename(draft, file);
}

}  // namespace cleave::gateway
