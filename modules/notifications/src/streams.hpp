#pragma once
// A user's notifications as they come: Server-Sent Events (HTML standard, section 9.2).
//
//     retry: 3000
//     id: 41
//
//     id: 42
//     event: notification
//     data: {"id":42,"kind":"comment", …}
//
// The first id is that of the newest notification there is, so whoever loses the connection before
// the first event can resume as well. A client that names the last id it has seen (Last-Event-ID)
// gets all that came after it, then what comes. A line with a colon alone is a heartbeat.
#include <http/routing/route.hpp>
#include <users/api.hpp>

#include "audience.hpp"
#include "store.hpp"

namespace cleave::notifications {

class streams {
public:
    streams(store& stored, users::api& users, audience& who, settings s)
        : store_(stored), users_(users), audience_(who), settings_(s) {}

    // 429 where there are too many.
    async<http::response> open(http::request& r);

private:
    async<void> tell(http::body_stream& to, query_context context, std::int64_t after,
                     audience::place& here);
    // What came after the id, a page at most; moves the id on. Fails where the store does.
    task<std::string> news_after(query_context context, std::int64_t& after);

    store& store_;
    users::api& users_;
    audience& audience_;
    settings settings_;
};

// An id as a client says it; nothing where that is none.
std::optional<std::int64_t> parse_event_id(std::string_view text);

}  // namespace cleave::notifications
