#include <http/call_service.hpp>
#include <http/response_head.hpp>
#include <http/text.hpp>
#include <telemetry/log.hpp>
#include <telemetry/recorder.hpp>

namespace cleave::http {

namespace {

constexpr std::string_view call_prefix = "/rpc/";
constexpr std::size_t call_target = SIZE_MAX;
constexpr std::size_t routes_target = SIZE_MAX - 1;

}  // namespace

service::admission call_service::admit(request& r) {
    if (r.path.starts_with(call_prefix)) {
        if (r.method == verb::post) return {std::nullopt, call_body_bytes_max, call_target};
        router::match only_post;
        only_post.allow = "POST";
        return {no_method(only_post), 0, 0};
    }
    if (r.path == "/routes" && r.method == verb::get) return {std::nullopt, 0, routes_target};
    const auto match = routes_.find(r);
    if (match.is == router::match::outcome::no_path) return {no_path(), 0, 0};
    if (match.is == router::match::outcome::no_method) return {no_method(match), 0, 0};
    const route& found = routes_.at(match.value).route;
    // A call between modules is part of a request that others have worked for.
    return {std::nullopt, found.body_bytes_max, match.value, found.streaming,
            shedding::by_the_service};
}

// The identity, the deadline and the client are those of the envelope, and of nothing else.
// Whether it may be received once alone.
result<bool> call_service::authenticate(request& r) const {
    const sealed_request sealed{verb_name(r.method), r.target, r.body};
    auto opened = open_envelope(who_.key, r.envelope, sealed, who_.clock->now());
    if (!opened) return fail(std::move(opened.error()));
    const auto own_limit = r.context.deadline;
    // A tool's call, which comes by the control socket, is recorded from here on, by the numbers
    // that the tool gave it. What no request has caused, as reading a feed, gets some here.
    auto& trace = opened->context.trace;
    const bool begins_here = r.context.trace.is_recorded() && !trace.is_recorded();
    if (!trace) trace = r.context.trace;
    if (begins_here) trace.within = trace.span_id;
    r.context = opened->context;
    // What is recorded of it here hangs below what the caller recorded.
    if (begins_here) r.recorded.parent = {};
    if (auto& within = r.context.trace.within; !begins_here && r.context.trace.is_recorded())
        r.recorded.parent = std::exchange(within, new_span_id());
    if (r.context.deadline == steady_time::max()) r.context.deadline = own_limit;
    r.key = opened->key;
    r.client = {std::move(opened->client_address), std::move(opened->user_agent),
                std::move(opened->referrer_host)};
    return opened->once;
}

async<response> call_service::handle(request& r, std::size_t target) {
    const auto once = authenticate(r);
    if (!once) co_return problem_response(once.error());
    const auto now = who_.clock->now();
    response out;
    if (target == shed_target) {
        out = overloaded();
    } else if (*once && !received_.is_first(r.envelope, now)) {
        log::warning(r.context.trace, "http", "{} {} came a second time", verb_name(r.method),
                     r.path);
        out = problem_response(outcome_unknown().error());
    } else {
        try {
            out = co_await answer(r, target);
        } catch (const std::exception& e) {
            log::error(r.context.trace, {"http", telemetry::label_of(r.recorded.name).module},
                       "{} {} failed: {}", verb_name(r.method), r.path, e.what());
            out = problem_response(problem{});
        }
        // Nothing was done, so it may be sent again.
        if (*once && out.status == 503) received_.forget(r.envelope);
    }
    const bool typed = may_have_body(out.status) && (out.stream || !out.body.empty());
    const sealed_answer what{out.status, typed ? out.content_type : std::string_view(), out.headers,
                             out.authority, out.body};
    append_header(out.headers, seal_header, seal_answer(who_.key, r.envelope, what));
    if (!out.authority.empty()) append_header(out.headers, authority_header, out.authority);
    // What had begun before and is refused now counts too: nothing was done.
    if (out.status == 503 && moving_.load(std::memory_order_relaxed)) {
        append_header(out.headers, moving_header, "1");
        out.is_routine = true;
    }
    co_return out;
}

async<response> call_service::answer(request& r, std::size_t target) {
    if (target == call_target) co_return co_await call(r);
    if (target == routes_target) {
        response out;
        append_json(out.body, to_rows(routes_));
        co_return out;
    }
    const route& found = routes_.at(target).route;
    r.recorded.name = found.span_name;
    if (auto allowed = check_caller(found, r.context.caller); !allowed)
        co_return problem_response(allowed.error());
    co_return co_await found.handler(r);
}

async<response> call_service::call(request& r) {
    const std::string_view rest = r.path.substr(call_prefix.size());
    const auto slash = rest.find('/');
    const auto found = calls_.find(rest.substr(0, slash));
    response out;
    if (slash == std::string_view::npos || found == calls_.end()) {
        // Not the public shape: the caller is a proxy and reads a problem.
        const problem unknown{errc::not_found, "service", "not found", std::nullopt};
        out.status = 404;
        append_json(out.body, unknown);
        co_return out;
    }
    incoming_call arrived;
    arrived.method = std::string(rest.substr(slash + 1));
    if (r.context.trace.is_recorded())
        r.recorded.name = telemetry::span_name(found->first, arrived.method);
    arrived.context = r.context;
    arrived.key = r.key;
    arrived.body = std::move(r.body);
    auto answer = co_await found->second(std::move(arrived));
    out.status = answer.status;
    out.body = std::move(answer.body);
    co_return out;
}

}  // namespace cleave::http
