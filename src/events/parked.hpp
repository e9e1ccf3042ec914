#pragma once
// Events that a module could not apply, for the operator who mends that: the service
// <module>.events, used by `cleave events`.
#include <contract/proxy.hpp>
#include <events/outbox.hpp>
#include <events/subscription.hpp>

namespace cleave::events {

struct parked_event {
    std::string publisher{};
    std::int64_t id = 0;  // in the publisher's feed
    std::string kind{};
    std::int64_t key = 0;
    timestamp at{};             // when it happened
    timestamp parked_at{};      // 1970: by a release that did not say
    std::int64_t attempts = 0;  // 0: it only queues behind one of its key
    std::string error{};        // of the last attempt; no value from the event is in it
};
BOOST_DESCRIBE_STRUCT(parked_event, (), (publisher, id, kind, key, at, parked_at, attempts, error))

// Which of them; without either: all.
struct parked_choice {
    std::optional<std::string> publisher{};
    std::optional<std::int64_t> id{};
};
BOOST_DESCRIBE_STRUCT(parked_choice, (), (publisher, id))

struct parked_list {
    std::vector<parked_event> events{};  // by publisher, key and id; at most parked_listed_max
    std::int64_t total = 0;              // parked in all, chosen or not
};
BOOST_DESCRIBE_STRUCT(parked_list, (), (events, total))

struct retry_outcome {
    std::int64_t applied = 0;
    std::int64_t failed = 0;  // as many keys cannot go on
    bool finished = true;     // false: there was no more time; ask again
};
BOOST_DESCRIBE_STRUCT(retry_outcome, (), (applied, failed, finished))

inline constexpr std::int64_t parked_listed_max = 1'000;

class parked_api {
public:
    static constexpr const char* module_name = "events";
    virtual ~parked_api() = default;

    virtual task<parked_list> list(query_context, parked_choice) = 0;

    // Applies the key that a chosen event belongs to, from its oldest parked event on and in order,
    // until one fails. Fails with not_found (no such event).
    virtual task<retry_outcome> retry(command_context, parked_choice) = 0;

    // Drops one event, which is never applied then. Those behind it wait for a retry. Fails with
    // not_found, or invalid_argument where it does not say which, or two publishers have that id.
    virtual task<parked_event> drop(command_context, parked_choice) = 0;
};
BOOST_DESCRIBE_STRUCT(parked_api, (), (list, retry, drop))

// "comments.events"
inline std::string parked_service(std::string_view module) {
    return std::string(module) + ".events";
}

class parked_events final : public parked_api {
public:
    // The outbox of the module that follows, and all that it follows.
    parked_events(outbox& own, std::vector<subscription> what);

    task<parked_list> list(query_context context, parked_choice which) override;
    task<retry_outcome> retry(command_context context, parked_choice which) override;
    task<parked_event> drop(command_context context, parked_choice which) override;

private:
    struct key_of_feed {
        std::string publisher;
        std::int64_t key = 0;
    };
    enum class attempt { applied, none_left, failed };
    task<attempt> retry_first(key_of_feed which);
    const subscription* find(std::string_view publisher) const;

    sqlite::database& store_;
    const event_sql& sql_;
    const std::vector<subscription> what_;
};

}  // namespace cleave::events
