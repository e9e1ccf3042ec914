#pragma once
// The notifications module's way out into the world.
#include <notifications/module.hpp>
#include <outward/sender.hpp>

namespace cleave::app {

class outward_webhooks final : public notifications::webhook_sender {
public:
    explicit outward_webhooks(outward::limits l) : sender_(l) {}

    std::string what_is_wrong_with(const std::string& url) const override {
        return outward::what_is_wrong_with_url(url);
    }
    async<outcome> post(message what) override {
        outward::message out{std::move(what.url), std::move(what.headers), std::move(what.body)};
        auto answered = co_await sender_.post(std::move(out));
        co_return outcome{answered.is_taken(), sender_.is_stopping(), std::move(answered.error)};
    }
    void stop() { sender_.stop(); }

private:
    outward::sender sender_;
};

}  // namespace cleave::app
