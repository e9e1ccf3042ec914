#include "store.hpp"

#include <events/once.hpp>

#include "store_rows.hpp"

namespace cleave::users {

namespace {

constexpr std::string_view account_where_id =
    "SELECT id, username, email, bio, image, role, authority_version FROM users_users "
    "WHERE id = ?1";

// By anyone but `me`.
result<void> conflict_in(sqlite::connection& db, std::int64_t me,
                         const std::optional<std::string>& username,
                         const std::optional<std::string>& email) {
    const auto taken = [](std::string_view field) {
        return fail(errc::conflict, field, "has already been taken");
    };
    if (username &&
        db.query("SELECT 1 FROM users_users WHERE username = ?1 AND id <> ?2", *username, me)
            .step())
        return taken("username");
    if (email &&
        db.query("SELECT 1 FROM users_users WHERE email = ?1 AND id <> ?2", *email, me).step())
        return taken("email");
    return {};
}

std::optional<std::string> none_if_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

account store::insert(sqlite::connection& db, const new_account& what) {
    db.run(
        "INSERT INTO users_users (username, email, password_hash, created_at, bio) "
        "VALUES (?1, ?2, ?3, ?4, ?5)",
        what.username, what.email, what.password_hash, what.created_at, what.bio);
    auto row = db.query(account_where_id, db.last_insert_rowid());
    row.step();
    account made = read_account(row);
    const profile_changed event{{made.id, made.username, made.bio, made.image, 1}};
    given_.outbox.append(db, made.id, what.created_at, event);
    return made;
}

task<account> store::add(command_context context, new_account what) {
    auto job = [this, context, what = std::move(what)](sqlite::connection& db) -> result<account> {
        // The names are part of what is remembered, since nobody is the caller of all of these.
        const std::string scope = fmt::format("register_account:{}\n{}", what.username, what.email);
        const events::once once{given_.outbox, context, scope, what.created_at};
        return once(db, [&]() -> result<account> {
            if (auto free = conflict_in(db, 0, what.username, what.email); !free)
                return fail(std::move(free.error()));
            return insert(db, what);
        });
    };
    return given_.outbox.commit<account>(context, std::move(job));
}

result<updated_account> store::apply(sqlite::connection& db, const command_context& context,
                                     const account_change& what) const {
    auto mine = authority_store::own_account(db, context.caller);
    if (!mine) return fail(std::move(mine.error()));
    if (auto free = conflict_in(db, mine->id, what.username, what.email); !free)
        return fail(std::move(free.error()));
    account next = *mine;
    if (what.username) next.username = *what.username;
    if (what.email) next.email = *what.email;
    if (what.bio) next.bio = none_if_empty(*what.bio);
    if (what.image) next.image = none_if_empty(*what.image);
    const bool shows =
        next.username != mine->username || next.bio != mine->bio || next.image != mine->image;
    db.run(
        "UPDATE users_users SET username = ?2, email = ?3, bio = ?4, image = ?5, "
        "version = version + ?6 WHERE id = ?1",
        next.id, next.username, next.email, next.bio, next.image, shows ? 1 : 0);
    if (shows) {
        auto row = db.query(
            "SELECT id, username, bio, image, version FROM users_users WHERE id = ?1", next.id);
        row.step();
        given_.outbox.append(db, next.id, given_.clock.now(), profile_changed{read_profile(row)});
    }
    updated_account answer{std::move(next), std::nullopt};
    if (what.password_hash) {
        db.run("UPDATE users_users SET password_hash = ?2 WHERE id = ?1", answer.account.id,
               *what.password_hash);
        answer.authority = authority_.raise(db, answer.account.id, context.caller.session_id);
        answer.account.authority_version = answer.authority->account->version;
    }
    return answer;
}

task<updated_account> store::change(command_context context, account_change what) {
    auto job = [this, context,
                what = std::move(what)](sqlite::connection& db) -> result<updated_account> {
        const events::once once{given_.outbox, context, "update_account", given_.clock.now()};
        return once(db, [&] { return apply(db, context, what); });
    };
    return given_.outbox.commit<updated_account>(context, std::move(job));
}

result<void> store::find_conflict(const query_context& context,
                                  const std::optional<std::string>& username,
                                  const std::optional<std::string>& email) {
    auto found = given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        return conflict_in(db, context.caller.user_id, username, email);
    });
    if (!found) return fail(std::move(found.error()));
    return std::move(*found);
}

result<std::optional<credentials>> store::find_credentials(const query_context& context,
                                                           const std::string& email) {
    return given_.store.try_read(
        context.deadline, [&](sqlite::connection& db) -> std::optional<credentials> {
            auto row = db.query(
                "SELECT id, username, email, bio, image, role, authority_version, password_hash, "
                "status FROM users_users WHERE email = ?1 AND frozen = 0",
                email);
            if (!row.step()) return std::nullopt;
            return credentials{read_account(row), std::string(row.text(account_columns)),
                               read_enum<account_status>(row, account_columns + 1)};
        });
}

result<std::optional<account>> store::find_account(const query_context& context, std::int64_t id) {
    return given_.store.try_read(context.deadline,
                                 [&](sqlite::connection& db) -> std::optional<account> {
                                     auto row = db.query(account_where_id, id);
                                     if (!row.step()) return std::nullopt;
                                     return read_account(row);
                                 });
}

result<account> store::find_own(const query_context& context) {
    auto found = given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        return authority_store::own_account(db, context.caller);
    });
    if (!found) return fail(std::move(found.error()));
    return std::move(*found);
}

}  // namespace cleave::users
