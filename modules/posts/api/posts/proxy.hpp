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
    task<article> change(command_context c, change_request r) override {
        return call<&api::change>(c, std::move(r));
    }
    task<nothing> remove(command_context c, get_request r) override {
        return call<&api::remove>(c, std::move(r));
    }
    task<article> favorite(command_context c, get_request r) override {
        return call<&api::favorite>(c, std::move(r));
    }
    task<article> unfavorite(command_context c, get_request r) override {
        return call<&api::unfavorite>(c, std::move(r));
    }
    task<article> get(query_context c, get_request r) override {
        return call<&api::get>(c, std::move(r));
    }
    task<page> list(query_context c, list_request r) override {
        return call<&api::list>(c, std::move(r));
    }
    task<page> feed(query_context c, feed_request r) override { return call<&api::feed>(c, r); }
    task<tag_list> tags(query_context c, nothing r) override { return call<&api::tags>(c, r); }
    task<article_ref> find(query_context c, get_request r) override {
        return call<&api::find>(c, std::move(r));
    }
    task<visitor_key> count_views(command_context c, counted_views r) override {
        return call<&api::count_views>(c, std::move(r));
    }
};

}  // namespace cleave::posts
