#pragma once
// posts::api, called here, run here or elsewhere. One line a method.
#include <contract/proxy.hpp>
#include <posts/api.hpp>

namespace cleave::posts {

class proxy final : public proxy_of<api> {
public:
    using proxy_of::proxy_of;
    task<article> create(command_context c, create_request r) override {
        return call<&api::create>(c, std::move(r));
    }
    task<article> get(query_context c, get_request r) override {
        return call<&api::get>(c, std::move(r));
    }
    task<page> list(query_context c, list_request r) override { return call<&api::list>(c, r); }
    task<article_ref> find(query_context c, get_request r) override {
        return call<&api::find>(c, std::move(r));
    }
};

}  // namespace cleave::posts
