#pragma once
// The stats module as the other modules see it. This file is its whole contract.
#include <contract/method.hpp>

namespace cleave::stats {

struct views_request {
    std::int64_t article_id = 0;
};
BOOST_DESCRIBE_STRUCT(views_request, (), (article_id))

struct article_stats {
    std::int64_t views = 0;
};
BOOST_DESCRIBE_STRUCT(article_stats, (), (views))

class api {
public:
    static constexpr const char* module_name = "stats";
    virtual ~api() = default;

    // All zero for an article that nobody has looked at, or that does not exist.
    virtual task<article_stats> views_of(query_context, views_request) = 0;
};
BOOST_DESCRIBE_STRUCT(api, (), (views_of))

}  // namespace cleave::stats
