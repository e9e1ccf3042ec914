#include "import.hpp"

#include <base/text.hpp>
#include <map>

#include "rules.hpp"

namespace cleave::posts {

namespace {

constexpr std::size_t source_bytes_max = 1'024;

// The same for the same source, so that what is brought along twice gets the same addresses.
// FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
std::uint64_t number_of(std::string_view source) {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
    for (const char c : source) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
    return hash >> 16;
}

result<void> check(const imported_article& a, bool author_is_there) {
    if (is_blank(a.source) || a.source.size() > source_bytes_max)
        return fail(errc::invalid_argument, "source", "can't be blank or above 1024 bytes");
    if (!author_is_there) return fail(errc::not_found, "author", "not found");
    const create_request as_usual{a.title, a.description, a.body, a.tag_list};
    return check_article(as_usual);
}

}  // namespace

task<imported_articles> importer::add(command_context context, import_articles_request r) {
    if (r.articles.size() > articles_imported_max)
        co_return fail(errc::invalid_argument, "articles", "are too many (at most 1000)");
    std::map<std::int64_t, std::optional<users::profile>> authors;
    for (const auto& a : r.articles) authors.try_emplace(a.author_id);
    users::profiles_request asked;
    for (const auto& [id, profile] : authors) asked.ids.push_back(id);
    auto found = co_await users_.get_profiles(context, std::move(asked));
    if (!found) co_return fail(std::move(found.error()));
    for (auto& p : found->profiles) authors[p.id] = std::move(p);

    std::vector<article_import> wanted;
    for (auto& a : r.articles) {
        article_import one;
        const auto& author = authors[a.author_id];
        if (auto fine = check(a, author.has_value()); !fine) one.refused = std::move(fine.error());
        one.source = std::move(a.source);
        auto& what = one.what;
        what.slug = make_slug(a.slug ? *a.slug : a.title);
        what.slug_if_taken = fmt::format("{}-{:012x}", what.slug, number_of(one.source));
        what.title = std::move(a.title);
        what.description = std::move(a.description);
        what.body = std::move(a.body);
        what.tags = tidy_tags(std::move(a.tag_list));
        what.author_id = a.author_id;
        what.author = author;
        what.created_at = a.created_at;
        wanted.push_back(std::move(one));
    }
    co_return co_await store_.import(context, std::move(wanted));
}

}  // namespace cleave::posts
