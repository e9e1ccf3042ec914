#include "store.hpp"

namespace cleave::comments {

task<imported_comments> store::import(command_context context, std::string source,
                                      std::vector<new_comment> wanted,
                                      std::vector<users::profile> authors) {
    auto job = [this, source = std::move(source), wanted = std::move(wanted),
                authors = std::move(authors)](sqlite::connection& db) -> result<imported_comments> {
        imported_comments out;
        if (db.query("SELECT 1 FROM comments_imports WHERE source = ?1", source).step()) return out;
        for (const auto& profile : authors) keep_author(db, profile);
        for (const auto& one : wanted) {
            if (auto made = insert(db, one); !made) return fail(std::move(made.error()));
            ++out.added;
        }
        db.run("INSERT INTO comments_imports (source) VALUES (?1)", source);
        return out;
    };
    return given_.store.writer().submit<imported_comments>(context, std::move(job));
}

}  // namespace cleave::comments
