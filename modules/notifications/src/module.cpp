#include <notifications/module.hpp>

#include "routes.hpp"
#include "rules.hpp"
#include "store.hpp"

namespace cleave::notifications {

namespace {

class notifications_module final : public module {
public:
    explicit notifications_module(platform given) : store_(given), routes_(*this) {}

    task<page> list(query_context context, list_request r) override {
        if (!context.caller) co_return fail(errc::unauthenticated, "token", "is missing");
        const auto limit = std::clamp<std::int64_t>(r.limit, 1, page_size_max);
        const auto offset = std::max<std::int64_t>(r.offset, 0);
        co_return store_.list(context, context.caller.user_id, limit, offset);
    }

    http::route_list routes() override { return routes_.list(); }

    std::vector<events::subscription> subscriptions() override {
        events::subscription users("users");
        users.on<users::profile_changed>(
            [](sqlite::connection& db, const users::profile_changed& e, const events::event&) {
                store::keep_actor(db, e.profile);
            });
        events::subscription comments("comments");
        comments.on<comments::comment_written>([](sqlite::connection& db,
                                                  const comments::comment_written& e,
                                                  const events::event& source) {
            if (const auto told = notification_of(e, source)) store::add(db, *told);
        });
        return {std::move(users), std::move(comments)};
    }

private:
    store store_;
    notifications::routes routes_;
};

}  // namespace

std::unique_ptr<module> make_module(platform given) {
    return std::make_unique<notifications_module>(given);
}

}  // namespace cleave::notifications
