#include "store_authority.hpp"

#include <events/once.hpp>

#include "store_rows.hpp"

namespace cleave::users {

namespace {

constexpr std::int64_t exceptions_in_a_page = 1000;

std::unexpected<problem> no_such_user() {
    return fail(errc::not_found, "user", "not found");
}

std::unexpected<problem> not_allowed(std::string_view field, std::string_view why) {
    problem p{errc::invalid_argument, std::string(field), std::string(why),
              "/user/" + std::string(field)};
    return fail(std::move(p));
}

managed_account read_managed(const sqlite::statement& row) {
    return {std::string(row.text(0)), std::string(row.text(1)), read_enum<role>(row, 2),
            read_enum<account_status>(row, 3), row.time(4)};
}

// Whatever means something in a LIKE pattern means itself.
std::string pattern_of(std::string_view part) {
    std::string out = "%";
    for (const char c : part) {
        if (c == '%' || c == '_' || c == '\\') out += '\\';
        out += c;
    }
    return out + "%";
}

}  // namespace

bool authority_store::is_last_admin(sqlite::connection& db, std::int64_t id) {
    return !db.query(
                  "SELECT 1 FROM users_users WHERE role = 'admin' AND status = 'active' "
                  "AND frozen = 0 AND id <> ?1 LIMIT 1",
                  id)
                .step();
}

result<account> authority_store::own_account(sqlite::connection& db, const identity& caller) {
    const auto over = [] { return fail(errc::unauthenticated, "token", "is invalid"); };
    if (!caller) return fail(errc::unauthenticated, "token", "is missing");
    auto row = db.query(
        "SELECT id, username, email, bio, image, role, authority_version, "
        "authority_version, role, status, sessions_from, kept_session "
        "FROM users_users WHERE id = ?1 AND frozen = 0",
        caller.user_id);
    if (!row.step()) return over();
    const auto now = read_authority(row, account_columns);
    if (is_over(now, caller)) return over();
    if (caller.session_id != 0 &&
        db.query("SELECT 1 FROM users_exceptions WHERE user_id = ?1 AND session_id = ?2",
                 caller.user_id, caller.session_id)
            .step())
        return over();
    if (now.status == account_status::suspended)
        return fail(errc::forbidden, "account", "suspended");
    return read_account(row);
}

authority_changed authority_store::raise(sqlite::connection& db, std::int64_t user_id,
                                         std::optional<std::uint64_t> kept) const {
    if (kept) {
        db.run(
            "UPDATE users_users SET authority_version = authority_version + 1, "
            "sessions_from = authority_version + 1, kept_session = ?2 WHERE id = ?1",
            user_id, *kept);
        // Their tokens are all of a lower version.
        db.run("DELETE FROM users_exceptions WHERE user_id = ?1 AND session_id <> 0", user_id);
    } else {
        db.run("UPDATE users_users SET authority_version = authority_version + 1 WHERE id = ?1",
               user_id);
    }
    return note(db, user_id, 0);
}

// Of the session, or with 0 of the account: kept until it is of no consequence, and told.
authority_changed authority_store::note(sqlite::connection& db, std::int64_t user_id,
                                        std::uint64_t session_id) const {
    const timestamp now = given_.clock.now();
    authority_changed change;
    change.user_id = user_id;
    change.until = {now.unix_ms + std::chrono::milliseconds(tokens_live_).count()};
    if (session_id != 0) {
        change.ended_session = session_id;
    } else {
        auto row = db.query(
            "SELECT authority_version, role, status, sessions_from, kept_session FROM users_users "
            "WHERE id = ?1",
            user_id);
        row.step();
        change.account = read_authority(row, 0);
    }
    db.run("DELETE FROM users_exceptions WHERE until < ?1", now);
    // REPLACE gives it a new id, so that who lists them meanwhile does not miss it.
    db.run(
        "INSERT OR REPLACE INTO users_exceptions (user_id, session_id, until) VALUES (?1, ?2, ?3)",
        user_id, session_id, change.until);
    given_.outbox.append(db, user_id, now, change);
    return change;
}

task<authority_changed> authority_store::end_session(command_context context) {
    auto job = [this, context](sqlite::connection& db) -> result<authority_changed> {
        const events::once once{given_.outbox, context, "end_session", given_.clock.now()};
        return once(db, [&]() -> result<authority_changed> {
            const auto& caller = context.caller;
            auto mine = own_account(db, caller);
            if (!mine) return fail(std::move(mine.error()));
            auto ended = db.query(
                "SELECT count(*) FROM users_exceptions WHERE user_id = ?1 AND session_id <> 0",
                caller.user_id);
            ended.step();
            if (ended.integer(0) >= ended_sessions_max) return raise(db, caller.user_id, 0);
            return note(db, caller.user_id, caller.session_id);
        });
    };
    return given_.store.writer().submit<authority_changed>(context, std::move(job));
}

result<authority_answer> authority_store::apply(sqlite::connection& db,
                                                const command_context& context,
                                                const authority_request& what) const {
    auto row = db.query(
        "SELECT username, email, role, status, created_at, id FROM users_users WHERE username = ?1",
        what.username);
    if (!row.step()) return no_such_user();
    authority_answer answer{read_managed(row), std::nullopt};
    const std::int64_t id = row.integer(5);
    auto& now = answer.account;
    const role role_before = std::exchange(now.role, what.role.value_or(now.role));
    const account_status status_before =
        std::exchange(now.status, what.status.value_or(now.status));
    if (now.role == role_before && now.status == status_before) return answer;
    if (now.status == account_status::suspended && id == context.caller.user_id)
        return not_allowed("status", "can't be set to suspended by oneself");
    const bool stays = now.role == role::admin && now.status == account_status::active;
    if (role_before == role::admin && status_before == account_status::active && !stays &&
        is_last_admin(db, id))
        return not_allowed(now.role != role::admin ? "role" : "status",
                           "can't be taken from the last admin: make somebody else one first");
    db.run("UPDATE users_users SET role = ?2, status = ?3 WHERE id = ?1", id,
           name_of_enum(now.role), name_of_enum(now.status));
    answer.authority = raise(db, id, std::nullopt);
    return answer;
}

task<authority_answer> authority_store::set_authority(command_context context,
                                                      authority_request what) {
    auto job = [this, context,
                what = std::move(what)](sqlite::connection& db) -> result<authority_answer> {
        const events::once once{given_.outbox, context, "set_authority", given_.clock.now()};
        return once(db, [&] { return apply(db, context, what); });
    };
    return given_.store.writer().submit<authority_answer>(context, std::move(job));
}

task<authority_changed> authority_store::set_password(command_context context, std::string username,
                                                      std::string password_hash) {
    auto job = [this, username = std::move(username), hash = std::move(password_hash)](
                   sqlite::connection& db) -> result<authority_changed> {
        auto row = db.query("SELECT id FROM users_users WHERE username = ?1", username);
        if (!row.step()) return no_such_user();
        db.run("UPDATE users_users SET password_hash = ?2 WHERE id = ?1", row.integer(0), hash);
        return raise(db, row.integer(0), 0);
    };
    return given_.store.writer().submit<authority_changed>(context, std::move(job));
}

task<account_page> authority_store::list_accounts(query_context context, accounts_request what) {
    auto listing = [pattern = pattern_of(what.q.value_or("")), limit = what.limit,
                    offset = what.offset](sqlite::connection& db) {
        account_page page;
        const auto read_all = [&page](sqlite::statement rows) {
            while (rows.step()) page.accounts.push_back(read_managed(rows));
        };
        const auto read_total = [&page](sqlite::statement row) {
            row.step();
            page.total = row.integer(0);
        };
        if (pattern == "%%") {
            read_all(
                db.query("SELECT username, email, role, status, created_at FROM users_users "
                         "ORDER BY id DESC LIMIT ?1 OFFSET ?2",
                         limit, offset));
            read_total(db.query("SELECT count(*) FROM users_users"));
            return page;
        }
        read_all(
            db.query("SELECT username, email, role, status, created_at FROM users_users "
                     "WHERE username LIKE ?1 ESCAPE '\\' OR email LIKE ?1 ESCAPE '\\' "
                     "ORDER BY id DESC LIMIT ?2 OFFSET ?3",
                     pattern, limit, offset));
        read_total(
            db.query("SELECT count(*) FROM users_users "
                     "WHERE username LIKE ?1 ESCAPE '\\' OR email LIKE ?1 ESCAPE '\\'",
                     pattern));
        return page;
    };
    return given_.store.read_slow(context.deadline, std::move(listing));
}

result<exceptions_page> authority_store::list_exceptions(const query_context& context,
                                                         std::int64_t after) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        exceptions_page page;
        page.last = after;
        if (auto row = db.query("SELECT coalesce(max(id), 0) FROM users_outbox"); row.step())
            page.feed_position = row.integer(0);
        auto rows = db.query(
            "SELECT e.id, e.user_id, e.session_id, e.until, "
            "coalesce(u.authority_version, g.authority_version), coalesce(u.role, 'reader'), "
            "coalesce(u.status, 'active'), coalesce(u.sessions_from, g.authority_version), "
            "coalesce(u.kept_session, 0) FROM users_exceptions e "
            "LEFT JOIN users_users u ON u.id = e.user_id "
            "LEFT JOIN users_erased g ON g.id = e.user_id WHERE e.id > ?1 ORDER BY e.id LIMIT ?2",
            after, exceptions_in_a_page);
        while (rows.step()) {
            authority_changed change;
            change.user_id = rows.integer(1);
            change.until = rows.time(3);
            if (const auto session = rows.integer(2); session != 0)
                change.ended_session = static_cast<std::uint64_t>(session);
            else
                change.account = read_authority(rows, 4);
            page.changes.push_back(change);
            page.last = rows.integer(0);
        }
        page.more = page.changes.size() == static_cast<std::size_t>(exceptions_in_a_page);
        return page;
    });
}

}  // namespace cleave::users
