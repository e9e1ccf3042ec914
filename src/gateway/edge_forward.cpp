// To a module in another process, and back.
#include <gateway/edge.hpp>
#include <http/text.hpp>

namespace cleave::gateway {

namespace {

http::response relayed(http::client_response answer) {
    http::response out;
    out.status = answer.status;
    out.body = std::move(answer.body);
    out.headers = std::move(answer.headers);
    out.authority = std::move(answer.authority);
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
    if (!r.body.empty()) out.headers += "Content-Type: application/json\r\n";
    if (!r.last_event_id.empty())
        out.headers += fmt::format("Last-Event-ID: {}\r\n", r.last_event_id);
    out.body = std::move(r.body);
    what.once = !out.repeatable;
    http::seal(out, given_.credentials, std::move(what));
    return out;
}

async<http::response> edge::forward(http::request& r, const target& to, http::upstream& where) {
    const auto begin = std::chrono::steady_clock::now();
    http::client_request out = rebuilt(r, to);
    if (to.route.streaming) co_return co_await forward_stream(std::move(out), where);
    auto answer = co_await where.send(std::move(out), to.whose, r.context.deadline);
    r.elsewhere = std::chrono::steady_clock::now() - begin;
    if (!answer) co_return http::problem_response(answer.error());
    co_return relayed(std::move(*answer));
}

// The time limit is that of the head. What follows is as long as both sides want it to be.
async<http::response> edge::forward_stream(http::client_request out, http::upstream& where) {
    const auto deadline = std::chrono::steady_clock::now() + http::call_timeout;
    auto answer = co_await where.open(std::move(out), http::recipient::owner, deadline);
    if (!answer) co_return http::problem_response(answer.error());
    auto reply = relayed(std::move(answer->head));
    if (answer->body)
        reply.stream = [from = std::shared_ptr(std::move(answer->body))](http::body_stream& to) {
            return relay(from, to);
        };
    co_return reply;
}

}  // namespace cleave::gateway
