#include "store_deletion.hpp"

#include <events/once.hpp>
#include <saga/sagas.hpp>

#include "store_rows.hpp"

namespace cleave::users {

namespace {

constexpr std::string_view begin_method = "begin_deletion";

deletion_state public_state(saga::saga_state s) {
    switch (s) {
        case saga::saga_state::completed: return deletion_state::completed;
        case saga::saga_state::undone: return deletion_state::undone;
        case saga::saga_state::stuck: return deletion_state::stuck;
        case saga::saga_state::running:
        case saga::saga_state::undoing: break;
    }
    return deletion_state::running;
}

// Whatever of the person stands in what was published and answered. Ids stay: without the account
// they lead to nobody.
void erase_traces(sqlite::connection& db, std::int64_t id) {
    db.run("DELETE FROM users_outbox WHERE key = ?1 AND kind = 'profile_changed'", id);
    const auto scopes = fmt::format("*:{}", id);
    const auto kept = fmt::format("{}:{}", begin_method, id);
    db.run("DELETE FROM users_answers WHERE scope GLOB ?1 AND scope <> ?2", scopes, kept);
    db.run(
        "DELETE FROM users_answers WHERE scope GLOB 'register_account:*' "
        "AND json_extract(body, '$.id') = ?1",
        id);
}

}  // namespace

deletion to_deletion(saga::record r) {
    auto told = saga::to_told(std::move(r));
    deletion out{std::move(told.id), public_state(told.state), told.begun_at, told.changed_at, {}};
    for (auto& s : told.steps)
        out.steps.push_back(
            {std::move(s.module), std::move(s.action), describe::enum_to_string(s.state, "")});
    return out;
}

result<std::optional<begun_deletion>> deletion_store::find_answer(const command_context& context) {
    if (!context.key) return std::nullopt;
    auto read = given_.store.try_read(
        context.deadline, [&](sqlite::connection& db) -> std::optional<std::string> {
            const std::string scope = fmt::format("{}:{}", begin_method, context.caller.user_id);
            const bytes_view key(context.key.value);
            auto row = db.query(given_.outbox.sql().recall, key, scope);
            if (!row.step()) return std::nullopt;
            return std::string(row.text(0));
        });
    if (!read) return fail(std::move(read.error()));
    if (!*read) return std::nullopt;
    auto answer = decode<begun_deletion>(**read);
    if (!answer) return fail(std::move(answer.error()));
    return std::move(*answer);
}

result<deletion_store::proof> deletion_store::find_proof(const query_context& context) {
    auto found =
        given_.store.try_read(context.deadline, [&](sqlite::connection& db) -> result<proof> {
            auto mine = authority_store::own_account(db, context.caller);
            if (!mine) return fail(std::move(mine.error()));
            auto row = db.query("SELECT password_hash FROM users_users WHERE id = ?1", mine->id);
            row.step();
            return proof{std::move(mine->email), std::string(row.text(0))};
        });
    if (!found) return fail(std::move(found.error()));
    return std::move(*found);
}

task<begun_deletion> deletion_store::begin(command_context context, saga::plan what,
                                           std::string id) {
    auto job = [this, context, what = std::move(what),
                id = std::move(id)](sqlite::connection& db) -> result<begun_deletion> {
        const auto now = given_.clock.now();
        const events::once once{given_.outbox, context, begin_method, now};
        return once(db, [&]() -> result<begun_deletion> {
            const auto mine = authority_store::own_account(db, context.caller);
            if (!mine) return fail(mine.error());
            if (mine->role == role::admin && authority_store::is_last_admin(db, mine->id))
                return fail(errc::invalid_argument, "user",
                            "can't be deleted as the last admin: make somebody else one first");
            freeze(db, mine->id);
            // Before the account may be gone, which it is where the saga is over with this.
            const auto sessions = authority_.raise(db, mine->id, 0);
            auto begun = sagas_.begin(db, id, what, mine->id);
            if (!begun) return fail(std::move(begun.error()));
            return begun_deletion{to_deletion(std::move(*begun)), sessions};
        });
    };
    return given_.store.writer().submit<begun_deletion>(context.deadline, std::move(job));
}

void deletion_store::freeze(sqlite::connection& db, std::int64_t id) {
    db.run("UPDATE users_users SET frozen = 1 WHERE id = ?1", id);
}

// The sessions that are over stay so: whoever wants to stay logs in again.
void deletion_store::unfreeze(sqlite::connection& db, std::int64_t id) {
    db.run("UPDATE users_users SET frozen = 0 WHERE id = ?1", id);
}

bool deletion_store::erase(sqlite::connection& db, std::int64_t id) const {
    const auto there = db.run(
        "INSERT INTO users_erased (id, authority_version) "
        "SELECT id, authority_version FROM users_users WHERE id = ?1",
        id);
    if (there == 0) return true;
    db.run("DELETE FROM users_follows WHERE follower_id = ?1 OR followed_id = ?1", id);
    db.run("DELETE FROM users_exceptions WHERE user_id = ?1 AND session_id <> 0", id);
    db.run("DELETE FROM users_users WHERE id = ?1", id);
    erase_traces(db, id);
    given_.outbox.append(db, id, given_.clock.now(), account_erased{id});
    return true;
}

}  // namespace cleave::users
