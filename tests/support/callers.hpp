#pragma once
// Who calls, as the edge would have found out.
#include <contract/context.hpp>

namespace cleave::test {

inline command_context command_by(std::int64_t user_id) {
    command_context context;
    context.caller = {user_id, 1, role::author};
    return context;
}

inline query_context query_by(std::int64_t user_id) {
    return command_by(user_id);
}

inline query_context query_by_nobody() {
    return {};
}

inline idempotency_key key_number(std::uint8_t n) {
    idempotency_key key;
    key.value.fill(n);
    return key;
}

}  // namespace cleave::test
