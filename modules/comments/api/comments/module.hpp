#pragma once
// How src/app makes the comments module.
#include <comments/api.hpp>
#include <comments/import.hpp>
#include <contract/lookup.hpp>
#include <events/follower.hpp>
#include <events/platform.hpp>
#include <http/routing/route.hpp>
#include <memory>
#include <posts/api.hpp>
#include <saga/participant.hpp>
#include <users/api.hpp>

namespace cleave::comments {

extern const sqlite::migration_list migrations;

class module : public api {
public:
    virtual http::route_list routes() = 0;
    virtual importing& imports() = 0;
    virtual std::vector<events::subscription> subscriptions() = 0;
    virtual saga::action_list saga_actions() = 0;
};

// `authors`: how a read comes by whose the comments are.
std::unique_ptr<module> make_module(platform given, posts::api& posts, users::api& users,
                                    lookup authors = lookup::view);

}  // namespace cleave::comments
