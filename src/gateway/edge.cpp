#include <base/secret_file.hpp>
#include <boost/asio/post.hpp>
#include <fstream>
#include <gateway/edge.hpp>
#include <gateway/guarded_stream.hpp>
#include <telemetry/log.hpp>

namespace cleave::gateway {

namespace {

http::response down() {
    return http::problem_response(not_executed().error());
}

}  // namespace

edge::edge(parts given) : given_(std::move(given)), cors_(given_.settings.cors_origins) {
    if (!given_.settings.web.empty()) web_.emplace(given_.settings.web);
    load_cache();
    const std::scoped_lock lock(mutex_);
    rebuild();
    views_.assign(given_.threads.size(), latest_);
}

http::service::admission edge::admit(http::request& r) {
    if (r.wants.preflight && r.method == http::verb::options) return {cors_.preflight(r), 0, 0};
    const view& mine = *views_[this_io_thread()];
    const auto match = mine.router.find(r);
    if (match.is == http::router::match::outcome::no_path) {
        if (auto own = own_answer(r, mine)) return {std::move(own), 0, 0};
        // Before every module has told its routes, nobody can say that there is none.
        if (!has_reached_all()) return {down(), 0, 0};
        return {http::no_path(), 0, 0};
    }
    if (match.is == http::router::match::outcome::no_method) return {http::no_method(match), 0, 0};
    const target& found = *mine.targets[match.value];
    r.recorded.name = found.route.span_name;
    auto who = given_.callers.identify(r.authorization, found.route.access);
    if (!who) return {http::problem_response(who.error()), 0, 0};
    r.context.caller = *who;
    if (auto allowed = http::check_caller(found.route, *who); !allowed)
        return {http::problem_response(allowed.error()), 0, 0};
    auto* const where = elsewhere(found);
    r.recorded.elsewhere = where != nullptr;
    if (where && where->is_down(found.whose)) return {down(), 0, 0};
    return {std::nullopt, found.route.body_bytes_max, match.value, found.route.streaming};
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
            log::error({"gateway", rows.module}, "the routes of {} are refused: {}", rows.module,
                       e.what());
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
    fresh->first = fresh->targets.size();
    const auto add = [&](const std::string& module, const http::route& r, http::upstream* where) {
        fresh->router.add(r.method, r.path, fresh->targets.size());
        // A stream tells what happens where the changes are made.
        const bool may_be_any = r.kind == method_kind::query && !r.streaming;
        target made{r, module, where,
                    may_be_any ? http::recipient::any_instance : http::recipient::owner};
        made.route.span_name = http::span_name(module, r);
        fresh->targets.push_back(std::make_shared<const target>(std::move(made)));
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
