#pragma once
// notifications::api, called here, run here or elsewhere. One line a method.
#include <contract/proxy.hpp>
#include <notifications/api.hpp>

namespace cleave::notifications {

class proxy final : public proxy_of<api> {
public:
    using proxy_of::proxy_of;
    task<page> list(query_context c, list_request r) override { return call<&api::list>(c, r); }
    task<nothing> mark_read(command_context c, read_request r) override {
        return call<&api::mark_read>(c, r);
    }
    task<nothing> mark_all_read(command_context c, nothing r) override {
        return call<&api::mark_all_read>(c, r);
    }
    task<preferences> get_preferences(query_context c, nothing r) override {
        return call<&api::get_preferences>(c, r);
    }
    task<preferences> set_preferences(command_context c, preference_changes r) override {
        return call<&api::set_preferences>(c, r);
    }
    task<webhook> get_webhook(query_context c, nothing r) override {
        return call<&api::get_webhook>(c, r);
    }
    task<webhook> set_webhook(command_context c, webhook_request r) override {
        return call<&api::set_webhook>(c, std::move(r));
    }
    task<nothing> remove_webhook(command_context c, nothing r) override {
        return call<&api::remove_webhook>(c, r);
    }
};

}  // namespace cleave::notifications
