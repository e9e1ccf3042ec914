#pragma once
// How articles are read, for the parts of the store.
#include <posts/api.hpp>
#include <sqlite/connection.hpp>

namespace cleave::posts {

// Texts put together when the program is compiled, so that a statement has one address.
template <const std::string_view&... Parts>
struct joined {
    static constexpr auto text = [] {
        std::array<char, (Parts.size() + ...)> out{};
        auto at = out.begin();
        ((at = std::ranges::copy(Parts, at).out), ...);
        return out;
    }();
    static constexpr std::string_view sql{text.data(), text.size()};
};

// Columns 0 to 12 of posts_articles a and posts_authors u, which read_article() reads. Whether it
// is a favourite costs a look-up a row, so it is not asked for nobody; ?1 is who asks.
inline constexpr std::string_view article_columns =
    "SELECT a.id, a.slug, a.title, a.description, a.tags, a.favorites_count, a.created_at, "
    "a.updated_at, u.id, u.username, u.bio, u.image, ";
inline constexpr std::string_view favorite_of_nobody = "0";
inline constexpr std::string_view favorite_of_caller =
    "EXISTS (SELECT 1 FROM posts_favorites f WHERE f.user_id = ?1 AND f.article_id = a.id)";

article read_article(const sqlite::statement& row);

// With its body. The slug is one that it has or had.
std::optional<article> find_in(sqlite::connection& db, std::string_view slug, std::int64_t caller);
std::optional<article_ref> find_ref_in(sqlite::connection& db, std::string_view slug);

// Without their bodies, in the order of the ids; those that are gone are left out.
std::vector<article> read_articles(sqlite::connection& db, const std::vector<std::int64_t>& ids,
                                   std::int64_t caller);

}  // namespace cleave::posts
