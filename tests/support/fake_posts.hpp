#pragma once
// The posts module as its callers' tests need it: a list of articles, and a count of the calls.
#include <map>
#include <posts/api.hpp>

namespace cleave::test {

class fake_posts final : public posts::api {
public:
    std::map<std::string, posts::article_ref> articles;
    bool down = false;
    int calls = 0;

    posts::article_ref add(std::int64_t id, const std::string& slug, std::int64_t author_id) {
        return articles[slug] = {id, slug, "The title of " + slug, author_id};
    }

    task<posts::article_ref> find(query_context, posts::get_request r) override {
        ++calls;
        if (down) co_return not_executed();
        const auto it = articles.find(r.slug);
        if (it == articles.end()) co_return fail(errc::not_found, "article", "not found");
        co_return it->second;
    }

    task<posts::article> create(command_context, posts::create_request) override {
        co_return internal_error();
    }
    task<posts::article> change(command_context, posts::change_request) override {
        co_return internal_error();
    }
    task<nothing> remove(command_context, posts::get_request) override {
        co_return internal_error();
    }
    task<posts::article> favorite(command_context, posts::get_request) override {
        co_return internal_error();
    }
    task<posts::article> unfavorite(command_context, posts::get_request) override {
        co_return internal_error();
    }
    task<posts::article> get(query_context, posts::get_request) override {
        co_return internal_error();
    }
    task<posts::page> list(query_context, posts::list_request) override {
        co_return internal_error();
    }
    task<posts::page> feed(query_context, posts::feed_request) override {
        co_return internal_error();
    }
    task<posts::tag_list> tags(query_context, nothing) override { co_return internal_error(); }
    task<posts::visitor_key> count_views(command_context, posts::counted_views) override {
        co_return internal_error();
    }
};

}  // namespace cleave::test
