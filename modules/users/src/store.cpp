#include "store.hpp"

#include <events/once.hpp>
#include <unordered_set>

namespace cleave::users {

namespace {

constexpr std::string_view account_columns_where_id =
    "SELECT id, username, email, bio, image, role FROM users_users WHERE id = ?1";

account read_account(const sqlite::statement& row) {
    account a;
    a.id = row.integer(0);
    a.username = row.text(1);
    a.email = row.text(2);
    a.bio = row.optional_text(3);
    a.image = row.optional_text(4);
    const std::string name(row.text(5));
    describe::enum_from_string(name.c_str(), a.role);
    return a;
}

profile read_profile(const sqlite::statement& row) {
    return {row.integer(0), std::string(row.text(1)), row.optional_text(2), row.optional_text(3),
            row.integer(4)};
}

result<void> conflict_in(sqlite::connection& db, const std::string& username,
                         const std::string& email) {
    const auto taken = [](std::string_view field) {
        return fail(errc::conflict, field, "has already been taken");
    };
    if (db.query("SELECT 1 FROM users_users WHERE username = ?1", username).step())
        return taken("username");
    if (db.query("SELECT 1 FROM users_users WHERE email = ?1", email).step()) return taken("email");
    return {};
}

}  // namespace

task<account> store::add(command_context context, new_account what) {
    auto job = [this, context, what = std::move(what)](sqlite::connection& db) -> result<account> {
        // The names are part of what is remembered, since nobody is the caller of all of these.
        const std::string scope = fmt::format("register_account:{}\n{}", what.username, what.email);
        const events::once once{given_.outbox, context, scope, what.created_at};
        return once(db, [&]() -> result<account> {
            if (auto free = conflict_in(db, what.username, what.email); !free)
                return fail(std::move(free.error()));
            db.run(
                "INSERT INTO users_users (username, email, password_hash, created_at) "
                "VALUES (?1, ?2, ?3, ?4)",
                what.username, what.email, what.password_hash, what.created_at);
            auto row = db.query(account_columns_where_id, db.last_insert_rowid());
            row.step();
            account made = read_account(row);
            const profile_changed event{{made.id, made.username, made.bio, made.image, 1}};
            given_.outbox.append(db, made.id, what.created_at, event);
            return made;
        });
    };
    return given_.store.writer().submit<account>(context.deadline, std::move(job));
}

result<void> store::find_conflict(const query_context& context, const std::string& username,
                                  const std::string& email) {
    auto found = given_.store.try_read(
        context.deadline, [&](sqlite::connection& db) { return conflict_in(db, username, email); });
    if (!found) return fail(std::move(found.error()));
    return std::move(*found);
}

result<std::optional<credentials>> store::find_credentials(const query_context& context,
                                                           const std::string& email) {
    return given_.store.try_read(
        context.deadline, [&](sqlite::connection& db) -> std::optional<credentials> {
            auto row = db.query(
                "SELECT id, username, email, bio, image, role, password_hash FROM users_users "
                "WHERE email = ?1",
                email);
            if (!row.step()) return std::nullopt;
            return credentials{read_account(row), std::string(row.text(6))};
        });
}

result<std::optional<account>> store::find_account(const query_context& context, std::int64_t id) {
    return given_.store.try_read(context.deadline,
                                 [&](sqlite::connection& db) -> std::optional<account> {
                                     auto row = db.query(account_columns_where_id, id);
                                     if (!row.step()) return std::nullopt;
                                     return read_account(row);
                                 });
}

result<profile_list> store::find_profiles(const query_context& context,
                                          const std::vector<std::int64_t>& ids) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        profile_list out;
        for (const auto id : ids) {
            auto row = db.query(
                "SELECT id, username, bio, image, version FROM users_users WHERE id = ?1", id);
            if (row.step()) out.profiles.push_back(read_profile(row));
        }
        return out;
    });
}

result<profile_list> store::find_profiles(const query_context& context,
                                          const std::vector<std::string>& usernames) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        profile_list out;
        std::unordered_set<std::int64_t> found;
        for (const auto& name : usernames) {
            auto row = db.query(
                "SELECT id, username, bio, image, version FROM users_users WHERE username = ?1",
                name);
            if (row.step() && found.insert(row.integer(0)).second)
                out.profiles.push_back(read_profile(row));
        }
        return out;
    });
}

result<id_list> store::find_followed(const query_context& context,
                                     const std::vector<std::int64_t>& among) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        id_list out;
        for (const auto id : among)
            if (db.query("SELECT 1 FROM users_follows WHERE follower_id = ?1 AND followed_id = ?2",
                         context.caller.user_id, id)
                    .step())
                out.ids.push_back(id);
        return out;
    });
}

result<id_list> store::find_followed(const query_context& context) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        id_list out;
        auto rows = db.query("SELECT followed_id FROM users_follows WHERE follower_id = ?1",
                             context.caller.user_id);
        while (rows.step()) out.ids.push_back(rows.integer(0));
        return out;
    });
}

}  // namespace cleave::users
