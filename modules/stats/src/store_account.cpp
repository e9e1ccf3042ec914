// The end of an account, and of whatever else has ended: the log forgets what it was.
#include "store.hpp"

namespace cleave::stats {

// None of it is in a projection: those are the same afterwards, and are when they are made again.
bool store::erase_account(sqlite::connection& db, std::int64_t id) {
    const auto subject = fmt::format("user:{}", id);
    db.run(
        "UPDATE stats_log SET body = json_set(body, '$.profile.username', '', '$.profile.bio', "
        "NULL, '$.profile.image', NULL) WHERE subject = ?1 AND kind = 'profile_changed'",
        subject);
    const auto author = fmt::format("\"author_id\":{}}}", id);
    db.run(
        "UPDATE stats_log SET body = json_set(body, '$.article.slug', '', '$.article.title', '') "
        "WHERE kind = 'article_deleted' AND instr(body, ?2) > 0 "
        "AND json_extract(body, '$.article.author_id') = ?1",
        id, author);
    db.run(
        "UPDATE stats_log SET body = json_set(body, '$.author_username', '') "
        "WHERE kind = 'comment_written' AND instr(body, '\"author_id\":' || ?1) > 0 "
        "AND json_extract(body, '$.author_id') = ?1",
        id);
    db.run(
        "DELETE FROM stats_parked WHERE feed = 'users' AND key = ?1 AND kind = 'profile_changed'",
        id);
    return true;
}

void store::forget_what_ended(sqlite::connection& db, const std::string& subject,
                              std::int64_t entry) {
    db.run("DELETE FROM stats_log WHERE subject = ?1 AND id < ?2", subject, entry);
    constexpr std::string_view article = "article:";
    if (!subject.starts_with(article)) return;
    const auto id = subject.substr(article.size());
    const auto from = fmt::format("favorite:{}:", id), to = fmt::format("favorite:{};", id);
    db.run("DELETE FROM stats_log WHERE subject >= ?1 AND subject < ?2 AND id < ?3", from, to,
           entry);
}

}  // namespace cleave::stats
