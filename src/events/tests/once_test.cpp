#include <catch2/catch.hpp>

#include "scratch_events.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

struct answer {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(answer, (), (number))

// A command whose every execution has another answer.
struct counting_command {
    scratch_platform p{tested_schema};
    std::int64_t executions = 0;

    result<answer> send(const command_context& context, std::string_view method = "count",
                        bool fails = false) {
        return p.write([&](sqlite::connection& db) -> result<answer> {
            const events::once once{p.outbox, context, method, p.clock.now()};
            return once(db, [&]() -> result<answer> {
                note(db, "done");
                ++executions;
                if (fails) return fail(errc::conflict, "number", "has already been taken");
                return answer{executions};
            });
        });
    }
};

command_context keyed(std::uint8_t key, std::int64_t user_id = 7) {
    command_context context = command_by(user_id);
    context.key = key_number(key);
    return context;
}

}  // namespace

TEST_CASE("without a key a command is done as often as it is sent") {
    counting_command c;
    CHECK(c.send(command_by(7))->number == 1);
    CHECK(c.send(command_by(7))->number == 2);
}

TEST_CASE("with the same key a command is done once and gives the same answer") {
    counting_command c;
    CHECK(c.send(keyed(1))->number == 1);
    CHECK(c.send(keyed(1))->number == 1);
    CHECK(c.executions == 1);
    CHECK(notes(c.p) == "done ");
}

TEST_CASE("another key, another method and another caller are other commands") {
    counting_command c;
    CHECK(c.send(keyed(1))->number == 1);
    CHECK(c.send(keyed(2))->number == 2);
    CHECK(c.send(keyed(1), "count_again")->number == 3);
    CHECK(c.send(keyed(1, 8))->number == 4);
}

TEST_CASE("a failure is not remembered, and leaves nothing") {
    counting_command c;
    const auto failed = c.send(keyed(1), "count", true);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == errc::conflict);
    CHECK(notes(c.p).empty());
    CHECK(c.send(keyed(1))->number == 2);
    CHECK(c.send(keyed(1))->number == 2);
    CHECK(notes(c.p) == "done ");
}

TEST_CASE("an answer is kept for a day") {
    counting_command c;
    CHECK(c.send(keyed(1))->number == 1);
    c.p.clock.advance(std::chrono::hours(24));
    CHECK(c.send(keyed(2))->number == 2);
    CHECK(c.send(keyed(1))->number == 1);
    c.p.clock.advance(std::chrono::milliseconds(1));
    CHECK(c.send(keyed(3))->number == 3);
    CHECK(c.send(keyed(1))->number == 4);
}
