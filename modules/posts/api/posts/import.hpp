#pragma once
// Articles that come from elsewhere, with the day on which they were written there. For tools
// (`cleave import`, `cleave seed`), not for other modules.
#include <contract/proxy.hpp>
#include <posts/api.hpp>

namespace cleave::posts {

struct imported_article {
    std::string source{};  // where it comes from; what came from there once does not come again
    std::int64_t author_id = 0;
    std::optional<std::string> slug{};  // wanted; without one, it is made from the title
    std::string title{};
    std::string description{};
    std::string body{};
    std::vector<std::string> tag_list{};
    timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(imported_article, (),
                      (source, author_id, slug, title, description, body, tag_list, created_at))

inline constexpr std::size_t articles_imported_max = 1'000;  // in one call

struct import_articles_request {
    std::vector<imported_article> articles{};
};
BOOST_DESCRIBE_STRUCT(import_articles_request, (), (articles))

struct import_outcome {
    std::optional<problem> refused{};  // why it is not there: as creating it would have failed
    bool added = false;                // it was not there before
    std::int64_t id = 0;
    std::string slug{};
};
BOOST_DESCRIBE_STRUCT(import_outcome, (), (refused, added, id, slug))

// In the order of the request. The slug of one that was there and has been deleted is empty.
struct imported_articles {
    std::vector<import_outcome> articles{};
};
BOOST_DESCRIBE_STRUCT(imported_articles, (), (articles))

class importing {
public:
    static constexpr const char* module_name = "posts.import";
    virtual ~importing() = default;

    // Each by itself: one that is refused keeps no other from being added. Fails as a whole with
    // invalid_argument (too many) or where users cannot be asked for the authors.
    virtual task<imported_articles> add(command_context, import_articles_request) = 0;
};
BOOST_DESCRIBE_STRUCT(importing, (), (add))

class import_proxy final : public proxy_of<importing> {
public:
    using proxy_of::proxy_of;
    task<imported_articles> add(command_context c, import_articles_request r) override {
        return call<&importing::add>(c, std::move(r));
    }
};

}  // namespace cleave::posts
