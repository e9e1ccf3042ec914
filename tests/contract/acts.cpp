#include "acts.hpp"

#include <cstring>

namespace cleave::test {

namespace {

command_context with_key(command_context c) {
    static std::uint64_t number = 0;
    const std::uint64_t mine = ++number;
    std::memcpy(c.key.value.data(), &mine, sizeof mine);
    return c;
}

}  // namespace

command_context once_by(const identity& who) {
    command_context c;
    c.caller = who;
    return with_key(c);
}

command_context once_by(std::int64_t user_id) {
    return with_key(command_by(user_id));
}

async<users::account> sign_up(world& w, std::string name) {
    users::register_request wanted{name, name + "@example.com", "correct horse"};
    auto made = co_await w.users().register_account(once_by(0), std::move(wanted));
    REQUIRE(made.has_value());
    co_return std::move(*made);
}

async<posts::article> publish(world& w, std::int64_t author_id, std::string title) {
    posts::create_request wanted{std::move(title), "about", "the text", {"b", "a"}};
    auto made = co_await w.posts().create(once_by(author_id), std::move(wanted));
    REQUIRE(made.has_value());
    co_return std::move(*made);
}

}  // namespace cleave::test
