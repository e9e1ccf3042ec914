#pragma once
// How src/app makes the stats module.
#include <events/follower.hpp>
#include <events/platform.hpp>
#include <http/routing/route.hpp>
#include <memory>
#include <posts/api.hpp>
#include <saga/participant.hpp>
#include <stats/api.hpp>

namespace cleave::stats {

extern const sqlite::migration_list migrations;

class module : public api {
public:
    virtual http::route_list routes() = 0;
    virtual std::vector<events::subscription> subscriptions() = 0;
    virtual saga::action_list saga_actions() = 0;
};

std::unique_ptr<module> make_module(platform given, posts::api& posts);

}  // namespace cleave::stats
