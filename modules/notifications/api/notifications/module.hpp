#pragma once
// How src/app makes the notifications module.
#include <events/follower.hpp>
#include <events/platform.hpp>
#include <http/routing/route.hpp>
#include <memory>
#include <notifications/api.hpp>

namespace cleave::notifications {

extern const sqlite::migration_list migrations;

class module : public api {
public:
    virtual http::route_list routes() = 0;
    virtual std::vector<events::subscription> subscriptions() = 0;
};

std::unique_ptr<module> make_module(platform given);

}  // namespace cleave::notifications
