#pragma once
// notifications::api, called here, run here or elsewhere. One line a method.
#include <contract/proxy.hpp>
#include <notifications/api.hpp>

namespace cleave::notifications {

class proxy final : public proxy_of<api> {
public:
    using proxy_of::proxy_of;
    task<page> list(query_context c, list_request r) override { return call<&api::list>(c, r); }
};

}  // namespace cleave::notifications
