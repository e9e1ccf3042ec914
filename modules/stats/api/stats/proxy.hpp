#pragma once
// stats::api, called here, run here or elsewhere. One line a method.
#include <contract/proxy.hpp>
#include <stats/api.hpp>

namespace cleave::stats {

class proxy final : public proxy_of<api> {
public:
    using proxy_of::proxy_of;
    task<blog_stats> figures(query_context c, nothing r) override {
        return call<&api::figures>(c, r);
    }
    task<top_list> top(query_context c, top_request r) override { return call<&api::top>(c, r); }
    task<article_stats> figures_of(query_context c, article_request r) override {
        return call<&api::figures_of>(c, r);
    }
    task<rebuilt> rebuild(command_context c, nothing r) override {
        return call<&api::rebuild>(c, r);
    }
};

}  // namespace cleave::stats
