#pragma once
// What happened in a module, for those who follow it. A module appends its events to its own outbox
// in the transaction of the change; the outbox is the log, and the feed is how it is read: one more
// interface, in-process and over HTTP alike.
#include <contract/codec.hpp>
#include <contract/method.hpp>

namespace cleave::events {

struct event {
    std::int64_t id = 0;   // Rises within a feed; gaps are possible.
    std::string kind{};    // "comment_written"
    std::int64_t key = 0;  // Events of one key are applied in order.
    timestamp at{};
    std::string body{};  // JSON of the kind's described type
    // Of the request that caused it, where that is recorded: trace, request and span, in hex.
    std::optional<std::string> trace{};
};
BOOST_DESCRIBE_STRUCT(event, (), (id, kind, key, at, body, trace))

// An event type may say `static constexpr bool passing = true`: it is dropped after a while
// (outbox.hpp). All others stay for good, as whoever starts to follow later needs them.
template <class Event>
constexpr bool is_passing = requires { requires Event::passing; };

struct feed_request {
    std::int64_t after = 0;
    std::int64_t limit = 256;
    std::int64_t wait_ms = 0;  // How long to wait for an event where there is none yet.
    // Who asks, so that the publisher keeps what this consumer has not read; and the epoch that
    // `after` belongs to. Nothing: somebody who only looks, or who starts.
    std::optional<std::string> consumer{};
    std::optional<std::int64_t> epoch{};
};
BOOST_DESCRIBE_STRUCT(feed_request, (), (after, limit, wait_ms, consumer, epoch))

// A feed's epoch is random, made with its database and anew when that is restored: ids of another
// epoch are ids of other events.
struct feed_page {
    std::vector<event> events{};
    std::optional<std::int64_t> after{};  // what was asked for: there is nothing in between
    std::optional<std::int64_t> epoch{};
    // The last id before the epoch began. 0: it began with the log.
    std::optional<std::int64_t> epoch_began_after{};
    // `after` is no position in this log: the epoch is another, or the log ends before it. There
    // are no events then, and no wait.
    std::optional<bool> gone{};
};
BOOST_DESCRIBE_STRUCT(feed_page, (), (events, after, epoch, epoch_began_after, gone))

inline constexpr std::int64_t feed_limit_max = 1024;
inline constexpr std::size_t feed_page_bytes_max = 1 << 20;  // of bodies; a page has one at least
inline constexpr std::int64_t feed_wait_ms_max = 25'000;

class feed {
public:
    static constexpr const char* module_name = "feed";
    virtual ~feed() = default;

    // Events with an id above `after`, oldest first. Limit and wait are clamped.
    virtual task<feed_page> read(query_context, feed_request) = 0;
};
BOOST_DESCRIBE_STRUCT(feed, (), (read))

// The name of a module's feed as a service: "posts.feed".
inline std::string feed_service(std::string_view module) {
    return std::string(module) + ".feed";
}

}  // namespace cleave::events
