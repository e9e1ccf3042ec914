#pragma once
// Comments that come from elsewhere. For tools (`cleave seed`), not for other modules.
#include <contract/proxy.hpp>
#include <vector>

namespace cleave::comments {

struct imported_comment {
    std::string slug{};  // of the article
    std::int64_t author_id = 0;
    std::string body{};
    timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(imported_comment, (), (slug, author_id, body, created_at))

inline constexpr std::size_t comments_imported_max = 1'000;  // in one call

struct import_comments_request {
    std::string source{};  // where they come from; what came from there once does not come again
    std::vector<imported_comment> comments{};
};
BOOST_DESCRIBE_STRUCT(import_comments_request, (), (source, comments))

struct imported_comments {
    std::int64_t added = 0;  // 0 where they were there already
};
BOOST_DESCRIBE_STRUCT(imported_comments, (), (added))

class importing {
public:
    static constexpr const char* module_name = "comments.import";
    virtual ~importing() = default;

    // All or none. Fails with invalid_argument (blank, too long, too many) or not_found (an
    // article, an author).
    virtual task<imported_comments> add(command_context, import_comments_request) = 0;
};
BOOST_DESCRIBE_STRUCT(importing, (), (add))

class import_proxy final : public proxy_of<importing> {
public:
    using proxy_of::proxy_of;
    task<imported_comments> add(command_context c, import_comments_request r) override {
        return call<&importing::add>(c, std::move(r));
    }
};

}  // namespace cleave::comments
