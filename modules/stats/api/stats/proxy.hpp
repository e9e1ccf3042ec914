#pragma once
// stats::api, called here, run here or elsewhere. One line a method.
#include <contract/proxy.hpp>
#include <stats/api.hpp>

namespace cleave::stats {

class proxy final : public proxy_of<api> {
public:
    using proxy_of::proxy_of;
    task<article_stats> views_of(query_context c, views_request r) override {
        return call<&api::views_of>(c, r);
    }
};

}  // namespace cleave::stats
