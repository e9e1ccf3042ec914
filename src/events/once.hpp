#pragma once
// A command with an idempotency key is applied once, however often it is sent: its answer is kept
// in the transaction of its effect, for a day, under key, method and caller.
#include <contract/codec.hpp>
#include <events/outbox.hpp>

namespace cleave::events {

inline constexpr std::int64_t answers_kept_ms = 24 * 3600 * 1000;

struct once {
    const outbox& owner;
    const command_context& context;
    std::string_view method;
    timestamp now;

    // Inside a write job: apply()'s answer, or the one that it gave the first time. A failure is
    // not kept: its job is undone, and the next attempt may succeed.
    template <class F>
    auto operator()(sqlite::connection& db, F&& apply) const -> std::invoke_result_t<F> {
        using outcome = std::invoke_result_t<F>;
        using answer = typename outcome::value_type;
        if (!context.key) return apply();
        const std::string scope = fmt::format("{}:{}", method, context.caller.user_id);
        const bytes_view key(context.key.value);
        if (auto known = db.query(owner.sql().recall, key, scope); known.step())
            return decode<answer>(known.text(0));
        outcome fresh = apply();
        if (!fresh) return fresh;
        db.run(owner.sql().forget, now.unix_ms - answers_kept_ms);
        db.run(owner.sql().remember, key, scope, now, encode(*fresh));
        return fresh;
    }
};

}  // namespace cleave::events
