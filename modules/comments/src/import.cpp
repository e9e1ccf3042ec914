#include "import.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "mentions.hpp"
#include "rules.hpp"

namespace cleave::comments {

// Of those whom this module has heard of.
std::vector<std::int64_t> importer::mentioned_in(const query_context& context,
                                                 const imported_comment& c) {
    const auto mentions = find_mentions(c.body);
    if (mentions.empty()) return {};
    auto found = store_.find_mentioned(context, mentions);
    if (!found) return {};
    std::erase_if(*found, [&c](std::int64_t id) { return id == 0 || id == c.author_id; });
    std::ranges::sort(*found);
    const auto twice = std::ranges::unique(*found);
    found->erase(twice.begin(), twice.end());
    return std::move(*found);
}

// Posts and users are asked before anything is written, each article and each author once.
task<imported_comments> importer::add(command_context context, import_comments_request r) {
    if (r.comments.size() > comments_imported_max)
        co_return fail(errc::invalid_argument, "comments", "are too many (at most 1000)");
    std::map<std::string, commented_article> articles;
    users::profiles_request authors;
    std::set<std::int64_t> asked;
    for (const auto& c : r.comments) {
        if (auto fine = check_body(c.body); !fine) co_return fail(std::move(fine.error()));
        if (asked.insert(c.author_id).second) authors.ids.push_back(c.author_id);
        if (articles.contains(c.slug)) continue;
        posts::get_request wanted{c.slug};
        auto found = co_await posts_.find(context, std::move(wanted));
        if (!found) co_return fail(std::move(found.error()));
        articles[c.slug] = {found->id, std::move(found->slug), std::move(found->title),
                            found->author_id};
    }
    auto profiles = co_await users_.get_profiles(context, std::move(authors));
    if (!profiles) co_return fail(std::move(profiles.error()));
    if (profiles->profiles.size() != asked.size())
        co_return fail(errc::not_found, "author", "not found");
    std::vector<new_comment> wanted;
    for (auto& c : r.comments) {
        new_comment one;
        one.article = articles[c.slug];
        one.mentioned_ids = mentioned_in(context, c);
        one.body = std::move(c.body);
        one.author_id = c.author_id;
        one.created_at = c.created_at;
        wanted.push_back(std::move(one));
    }
    co_return co_await store_.import(context, std::move(r.source), std::move(wanted),
                                     std::move(profiles->profiles));
}

}  // namespace cleave::comments
