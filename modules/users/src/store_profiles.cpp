#include "store_profiles.hpp"

#include <events/once.hpp>
#include <unordered_set>

#include "store_rows.hpp"

namespace cleave::users {

namespace {

std::optional<profile> profile_of(sqlite::connection& db, const std::string& username) {
    auto row = db.query(
        "SELECT id, username, bio, image, version FROM users_users "
        "WHERE username = ?1 AND frozen = 0",
        username);
    if (!row.step()) return std::nullopt;
    return read_profile(row);
}

bool follows(sqlite::connection& db, std::int64_t follower, std::int64_t followed) {
    return db
        .query("SELECT 1 FROM users_follows WHERE follower_id = ?1 AND followed_id = ?2", follower,
               followed)
        .step();
}

// Frozen, or gone: a request of theirs was under way meanwhile.
bool is_ending(sqlite::connection& db, std::int64_t id) {
    return db
        .query(
            "SELECT 1 FROM users_users WHERE id = ?1 AND frozen = 1 "
            "UNION ALL SELECT 1 FROM users_erased WHERE id = ?1",
            id)
        .step();
}

std::unexpected<problem> no_such_profile() {
    return fail(errc::not_found, "profile", "not found");
}

std::unexpected<problem> cannot_follow(std::string_view why) {
    return fail(errc::invalid_argument, "profile", why);
}

}  // namespace

result<profile_list> profile_store::find_profiles(const query_context& context,
                                                  const std::vector<std::int64_t>& ids) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        profile_list out;
        for (const auto id : ids) {
            auto row = db.query(
                "SELECT id, username, bio, image, version FROM users_users "
                "WHERE id = ?1 AND frozen = 0",
                id);
            if (row.step()) out.profiles.push_back(read_profile(row));
        }
        return out;
    });
}

result<profile_list> profile_store::find_profiles(const query_context& context,
                                                  const std::vector<std::string>& usernames) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        profile_list out;
        std::unordered_set<std::int64_t> found;
        for (const auto& name : usernames)
            if (auto one = profile_of(db, name); one && found.insert(one->id).second)
                out.profiles.push_back(std::move(*one));
        return out;
    });
}

result<std::optional<seen_profile>> profile_store::find_seen(const query_context& context,
                                                             const std::string& username) {
    return given_.store.try_read(
        context.deadline, [&](sqlite::connection& db) -> std::optional<seen_profile> {
            auto found = profile_of(db, username);
            if (!found) return std::nullopt;
            const bool following = context.caller && follows(db, context.caller.user_id, found->id);
            return seen_profile{std::move(*found), following};
        });
}

result<id_list> profile_store::find_followed(const query_context& context,
                                             const std::vector<std::int64_t>& among) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        id_list out;
        for (const auto id : among)
            if (follows(db, context.caller.user_id, id)) out.ids.push_back(id);
        return out;
    });
}

result<id_list> profile_store::find_followed(const query_context& context) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        id_list out;
        auto rows = db.query("SELECT followed_id FROM users_follows WHERE follower_id = ?1",
                             context.caller.user_id);
        while (rows.step()) out.ids.push_back(rows.integer(0));
        return out;
    });
}

task<seen_profile> profile_store::follow(command_context context, std::string username) {
    auto job = [this, context,
                username = std::move(username)](sqlite::connection& db) -> result<seen_profile> {
        const timestamp now = given_.clock.now();
        const std::int64_t me = context.caller.user_id;
        const events::once once{given_.outbox, context, "follow", now};
        return once(db, [&]() -> result<seen_profile> {
            if (is_ending(db, me)) return fail(errc::unauthenticated, "token", "is invalid");
            auto other = profile_of(db, username);
            if (!other) return no_such_profile();
            if (other->id == me) return cannot_follow("can't be followed by its own user");
            if (follows(db, me, other->id)) return seen_profile{std::move(*other), true};
            if (db.query("SELECT 1 FROM users_follows WHERE follower_id = ?1 LIMIT 1 OFFSET ?2", me,
                         followed_max - 1)
                    .step())
                return cannot_follow("can't be followed: you follow 10000 already");
            db.run(
                "INSERT INTO users_follows (follower_id, followed_id, created_at) "
                "VALUES (?1, ?2, ?3)",
                me, other->id, now);
            const user_followed event{me, other->id};
            given_.outbox.append(db, other->id, now, event);
            return seen_profile{std::move(*other), true};
        });
    };
    return given_.outbox.commit<seen_profile>(context, std::move(job));
}

task<seen_profile> profile_store::unfollow(command_context context, std::string username) {
    auto job = [this, context,
                username = std::move(username)](sqlite::connection& db) -> result<seen_profile> {
        const events::once once{given_.outbox, context, "unfollow", given_.clock.now()};
        return once(db, [&]() -> result<seen_profile> {
            auto other = profile_of(db, username);
            if (!other) return no_such_profile();
            db.run("DELETE FROM users_follows WHERE follower_id = ?1 AND followed_id = ?2",
                   context.caller.user_id, other->id);
            return seen_profile{std::move(*other), false};
        });
    };
    return given_.outbox.commit<seen_profile>(context, std::move(job));
}

}  // namespace cleave::users
