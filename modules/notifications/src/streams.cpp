#include "streams.hpp"

#include <base/text.hpp>

#include "actors.hpp"
#include "public_types.hpp"

namespace cleave::notifications {

namespace {

constexpr std::string_view heartbeat = ":\n\n";

std::string as_event(notification n) {
    const auto id = n.id;
    std::string out = fmt::format("id: {}\nevent: notification\ndata: ", id);
    append_json<naming::camel>(out, to_public(std::move(n)));
    return out += "\n\n";
}

}  // namespace

std::optional<std::int64_t> parse_event_id(std::string_view text) {
    std::int64_t id = 0;
    if (!read_number(text, id) || id < 0) return std::nullopt;
    return id;
}

async<http::response> streams::open(http::request& r) {
    const auto user_id = r.context.caller.user_id;
    // First the place, then the look at what there is: nothing comes unseen in between.
    auto place = audience_.enter(user_id, co_await asio::this_coro::executor);
    if (!place)
        co_return http::problem_response({errc::rate_limited, "rate", "exceeded", std::nullopt});
    const auto known = store_.since(r.as_query(), user_id, INT64_MAX, 1);
    if (!known) co_return http::problem_response(known.error());
    const auto seen = parse_event_id(r.last_event_id);
    // An id that is still to come would miss what comes before it.
    const auto after = seen ? std::min(*seen, known->last_id) : known->last_id;

    query_context context;
    context.caller = r.context.caller;
    context.trace = r.context.trace;
    http::response out;
    out.content_type = "text/event-stream";
    // Some proxies keep an answer until it is over, unless they are told not to.
    out.headers = "Cache-Control: no-cache\r\nX-Accel-Buffering: no\r\n";
    out.stream = [this, context, after, place = std::shared_ptr(std::move(place))](
                     http::body_stream& to) { return tell(to, context, after, *place); };
    co_return out;
}

task<std::string> streams::news_after(query_context context, std::int64_t& after) {
    auto found = store_.since(context, context.caller.user_id, after, page_size_max);
    if (!found) co_return fail(std::move(found.error()));
    co_await describe_actors(users_, context, found->notifications);
    std::string out;
    for (auto& n : found->notifications) {
        after = n.id;
        out += as_event(std::move(n));
    }
    co_return out;
}

async<void> streams::tell(http::body_stream& to, query_context context, std::int64_t after,
                          audience::place& here) {
    to.when_closed([bell = here.woken()] { bell::ring(bell); });
    std::string piece = fmt::format("retry: 3000\nid: {}\n\n", after);
    while (!to.closed()) {
        const bool taken = co_await to.write(std::move(piece));
        if (!taken) co_return;
        auto news = co_await news_after(context, after);
        // The client comes again with the last id it has seen.
        if (!news) co_return to.abort();
        piece = std::move(*news);
        if (!piece.empty()) continue;
        const bool rung = co_await here.woken()->wait(settings_.heartbeat);
        if (!rung) piece = heartbeat;
    }
}

}  // namespace cleave::notifications
