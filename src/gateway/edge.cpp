#include <unistd.h>

#include <base/secret_file.hpp>
#include <boost/asio/post.hpp>
#include <fstream>
#include <gateway/edge.hpp>
#include <gateway/guarded_stream.hpp>
#include <telemetry/log.hpp>

namespace cleave::gateway {

namespace {

void refuse(const std::string& module, const std::invalid_argument& why) {
    log::error({"gateway", module}, "the routes of {} are refused: {}", module, why.what());
}

http::response down() {
    return http::problem_response(not_executed().error());
}

// RFC 9110, 15.5.20: to be asked of another server. Not 404, which would say that what was asked
// for is nowhere.
http::response belongs_elsewhere(const std::string& module) {
    return http::error_response(
        421, "path", fmt::format("is answered by {}, which runs in another process", module));
}

}  // namespace

edge::edge(parts given)
    : given_(std::move(given)),
      cors_(given_.settings.cors_origins),
      by_user_(given_.settings.users.requests_per_second_max,
               given_.settings.users.requests_burst_max),
      loopback_is_limited_(given_.settings.users.from_loopback) {
    if (!given_.settings.web.empty()) web_.emplace(given_.settings.web);
    load_cache();
    const std::scoped_lock lock(mutex_);
    try {
        rebuild();
    } catch (const std::invalid_argument& e) {
        // Of a newer release that was here before, perhaps: the modules tell theirs again.
        log::warning("gateway", "the routes that were kept are not used: {}", e.what());
        known_.clear();
        rebuild();
    }
    views_.assign(given_.threads.size(), latest_);
}

http::service::admission edge::admit(http::request& r) {
    if (r.wants.preflight && r.method == http::verb::options) return {cors_.preflight(r), 0, 0};
    const view& mine = *views_[this_io_thread()];
    const auto match = mine.router.find(r);
    if (match.is == http::router::match::outcome::no_path) {
        if (auto own = own_answer(r, mine)) return {std::move(own), 0, 0};
        // Before every module has told its routes, nobody can say that there is none.
        if (!given_.own_routes_alone && !has_reached_all()) return {down(), 0, 0};
        return {http::no_path(), 0, 0};
    }
    if (match.is == http::router::match::outcome::no_method) return {http::no_method(match), 0, 0};
    const target& found = *mine.targets[match.value];
    if (found.where && given_.own_routes_alone) return {belongs_elsewhere(found.module), 0, 0};
    r.recorded.name = found.route.span_name;
    auto who = given_.callers.identify(r.authorization, found.route.access);
    if (!who) return {http::problem_response(who.error()), 0, 0};
    r.context.caller = *who;
    if (auto allowed = http::check_caller(found.route, *who); !allowed)
        return {http::problem_response(allowed.error()), 0, 0};
    if (*who && asks_too_often(r, *who))
        return {http::error_response(429, "rate", "exceeded"), 0, 0};
    auto* const where = elsewhere(found);
    r.recorded.elsewhere = where != nullptr;
    if (where && where->is_down(found.whose)) return {down(), 0, 0};
    return {std::nullopt, found.route.body_bytes_max, match.value, found.route.streaming,
            http::shedding::at_once};
}

bool edge::asks_too_often(const http::request& r, const identity& who) {
    if (by_user_.is_off()) return false;
    const std::string_view from = r.client.address;
    const bool is_local = from.empty() || from == "::1" || from.starts_with("127.");
    if (is_local && !loopback_is_limited_.load(std::memory_order_relaxed)) return false;
    return !by_user_.take(static_cast<std::uint64_t>(who.user_id), r.received);
}

void edge::limit_users(const user_limits& to) {
    by_user_.set(to.requests_per_second_max, to.requests_burst_max);
    loopback_is_limited_ = to.from_loopback;
}

async<http::response> edge::handle(http::request& r, std::size_t index) {
    // A target stays where it is for as long as the edge lives.
    const target& found = *views_[this_io_thread()]->targets[index];
    const bool plain = found.route.kind == method_kind::query && !found.route.streaming;
    // Most of them: no coroutine of its own.
    return plain ? call(r, found) : call_and_apply(r, found);
}

async<http::response> edge::call(http::request& r, const target& to) {
    if (auto* where = elsewhere(to)) return forward(r, to, *where);
    return to.route.handler(r);
}

// Null: it is answered here.
http::upstream* edge::elsewhere(const target& to) const {
    if (to.where || !given_.instances || to.whose == http::recipient::any_instance) return to.where;
    return given_.is_owner->load(std::memory_order_relaxed) ? nullptr : given_.instances;
}

async<http::response> edge::call_and_apply(http::request& r, const target& to) {
    const bool was_here = elsewhere(to) == nullptr;
    auto answer = co_await call(r, to);
    // Refused because another process took over meanwhile: nothing was done, and that one may.
    if (auto* where = elsewhere(to); was_here && where && answer.status == 503)
        answer = co_await forward(r, to, *where);
    if (!answer.authority.empty()) keep(answer);
    if (answer.stream && r.context.caller) guard(answer, r, to);
    co_return answer;
}

// Before the answer leaves, so that it holds for the very next request.
void edge::keep(http::response& told) {
    const auto change = decode<authority_changed>(told.authority);
    if (change)
        given_.changes.apply({&*change, 1});
    else
        log::error("gateway", "unreadable change of authority: {}", change.error().detail);
    told.authority.clear();
}

// Nobody is told anything any more whose session is over, though he connected before.
void edge::guard(http::response& streaming, const http::request& r, const target& to) {
    auto still_welcome = [this, authorization = r.authorization, access = to.route.access] {
        const auto who = given_.callers.identify(authorization, access);
        return who || who.error().code == errc::not_executed;
    };
    streaming.stream = guarded(std::move(streaming.stream), std::move(still_welcome));
}

void edge::add_routes(view& to, const std::string& module, const http::route_list& routes,
                      http::upstream* where) const {
    for (const auto& r : routes) {
        to.router.add(r.method, r.path, to.targets.size());
        // A stream tells what happens where the changes are made.
        const bool may_be_any = r.kind == method_kind::query && !r.streaming;
        target made{r, module, where,
                    may_be_any ? http::recipient::any_instance : http::recipient::owner};
        made.route.span_name = http::span_name(module, r);
        to.targets.push_back(std::make_shared<const target>(std::move(made)));
    }
}

std::optional<http::route> edge::route_at(std::size_t index) {
    const std::scoped_lock lock(mutex_);
    if (index >= latest_->targets.size()) return std::nullopt;
    return latest_->targets[index]->route;
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
            refuse(rows.module, e);
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
    std::set<std::string> without;
    latest_ = build(without);
    for (std::size_t i = 0; i < views_.size(); ++i)
        asio::post(given_.threads.context(i), [this, i, fresh = latest_] { views_[i] = fresh; });
}

// Other programs come last, and one whose routes overlap goes without any.
std::shared_ptr<const edge::view> edge::build(std::set<std::string>& without) {
    auto fresh = std::make_shared<view>();
    if (latest_) fresh->targets = latest_->targets;
    fresh->first = fresh->targets.size();
    for (const auto& [module, route] : given_.local.all())
        add_routes(*fresh, module, {route}, nullptr);
    for (const auto& [module, where] : given_.remote)
        if (!given_.foreign.contains(module))
            add_routes(*fresh, module, http::from_rows(known_[module]), where);
    for (const auto& [module, where] : given_.remote) {
        if (!given_.foreign.contains(module) || without.contains(module)) continue;
        try {
            add_routes(*fresh, module, http::from_rows(known_[module]), where);
        } catch (const std::invalid_argument& e) {
            refuse(module, e);
            without.insert(module);
            return build(without);
        }
    }
    return fresh;
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
    // Several processes may learn the same at once.
    const auto draft = given_.cache / fmt::format("{}.json.{}", rows.module, ::getpid());
    std::filesystem::create_directories(given_.cache);
    std::ofstream(draft) << encode(rows);
    std::filesystem::rename(draft, file);
}

}  // namespace cleave::gateway
