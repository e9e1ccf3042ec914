#pragma once
// How src/app makes the posts module.
#include <contract/lookup.hpp>
#include <events/follower.hpp>
#include <events/platform.hpp>
#include <http/routing/route.hpp>
#include <memory>
#include <posts/api.hpp>
#include <posts/import.hpp>
#include <saga/participant.hpp>
#include <users/api.hpp>

namespace cleave::posts {

extern const sqlite::migration_list migrations;

class module : public api {
public:
    virtual http::route_list routes() = 0;
    virtual importing& imports() = 0;
    virtual std::vector<events::subscription> subscriptions() = 0;
    virtual saga::action_list saga_actions() = 0;

    // Publishes the views counted since the last call. To be called about once a second, and once
    // at the end. How many articles they are of; 0: nothing was to be told.
    virtual async<std::size_t> publish_views(command_context context) = 0;
};

// `owner`: where another process may own the data, the module as that one has it; else null.
// `authors`: how a read comes by whose the articles are.
std::unique_ptr<module> make_module(platform given, users::api& users, std::size_t io_threads,
                                    api* owner = nullptr, lookup authors = lookup::view);

}  // namespace cleave::posts
