#include "rules.hpp"

namespace cleave::stats {

result<void> check_reader(const identity& caller, const posts::article_ref& article) {
    if (caller && caller.user_id == article.author_id) return {};
    return fail(errc::forbidden, "article", "forbidden");
}

}  // namespace cleave::stats
