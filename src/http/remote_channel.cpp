#include <algorithm>
#include <http/remote_channel.hpp>
#include <http/text.hpp>

namespace cleave::http {

namespace {

// Whoever is asked has a little less time, so that its word of having run out of it still comes in
// time; else its callers would take it for hanging.
steady_time a_little_before(steady_time deadline) {
    constexpr std::chrono::steady_clock::duration reserve_max = std::chrono::milliseconds(50);
    if (deadline == steady_time::max()) return deadline;
    const auto left = deadline - std::chrono::steady_clock::now();
    return deadline - std::clamp(left / 20, std::chrono::steady_clock::duration(0), reserve_max);
}

}  // namespace

void seal(client_request& out, const credentials& who, envelope what) {
    what.context.deadline = a_little_before(what.context.deadline);
    const sealed_request request{verb_name(out.method), out.target, out.body};
    out.envelope = cleave::seal(who.key, what, request, who.clock->now());
    out.key = &who.key;
    const auto& trace = what.context.trace;
    append_header(out.headers, "Cleave-Call", out.envelope);
    if (trace.is_recorded()) append_header(out.headers, "traceparent", to_traceparent(trace));
}

recipient recipient_of(const outgoing_call& call) {
    const bool may_be_any =
        call.kind == method_kind::query && call.service.find('.') == std::string::npos;
    return may_be_any ? recipient::any_instance : recipient::owner;
}

task<reply> remote_channel::send(outgoing_call call) {
    const recipient whose = recipient_of(call);
    envelope what;
    what.context = call.context;
    if (what.context.deadline == steady_time::max())
        what.context.deadline = std::chrono::steady_clock::now() + call_timeout;
    what.key = call.key;

    client_request out;
    out.method = verb::post;
    out.target = "/rpc/" + call.service + "/";
    out.target += call.method;
    out.repeatable = call.repeatable();
    out.headers = "Content-Type: application/json\r\n";
    out.body = std::move(call.body);
    what.once = !out.repeatable;
    const auto deadline = what.context.deadline;
    seal(out, who_, std::move(what));
    auto answer = co_await peer_.send(std::move(out), whose, deadline);
    if (!answer) co_return fail(std::move(answer.error()));
    co_return reply{answer->status, std::move(answer->body)};
}

}  // namespace cleave::http
