#pragma once
// A feed, wherever its module runs.
#include <contract/proxy.hpp>
#include <events/event.hpp>

namespace cleave::events {

class feed_proxy final : public proxy_of<feed> {
public:
    using proxy_of::proxy_of;
    task<feed_page> read(query_context c, feed_request r) override {
        return call<&feed::read>(c, r);
    }
};

}  // namespace cleave::events
