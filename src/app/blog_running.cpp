// The blog once it is made: who hears of events and how, what the owner of the data does, and how
// it lets go.
#include <app/blog.hpp>
#include <base/timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <events/inline_delivery.hpp>
#include <telemetry/task_span.hpp>

namespace cleave::app {

namespace {

using subscription_list = std::vector<events::subscription>;

constexpr std::chrono::seconds views_published_every(1);
constexpr std::chrono::seconds feeds_trimmed_every(60);
// Who is not answered by then is told that the outcome is unknown.
constexpr std::chrono::seconds answered_within(1);

}  // namespace

template <class F>
void blog::for_each_follower(F&& f) {
    if (posts_here_) f("posts", posts_here_->subscriptions());
    if (comments_here_) f("comments", comments_here_->subscriptions());
    if (notifications_here_) f("notifications", notifications_here_->subscriptions());
    if (stats_here_) f("stats", stats_here_->subscriptions());
}

// What one process delivered in the publisher's transaction, the next may follow, and the other
// way round. Blocks; after the databases are owned and before the first command.
void blog::agree_on_delivery() {
    if (!shared_) return;
    for_each_follower([this](std::string_view module, const subscription_list& all) {
        for (const auto& what : all) {
            auto &publisher = *store_of(what.publisher())->outbox, &own = *store_of(module)->outbox;
            if (settings_.delivery == event_delivery::inline_)
                events::begin_inline(publisher, own, what);
            else
                events::end_inline(publisher, own);
        }
    });
}

void blog::follow(std::string_view module, std::vector<events::subscription> subscriptions) {
    for (auto& subscription : subscriptions) {
        followed_.emplace_back(module, subscription.publisher());
        events::feed& feed = feed_of(module, subscription.publisher());
        events::follower::limits limits;
        if (!store_of(subscription.publisher())) limits.reached = telemetry::span_mode::process;
        followers_.push_back(std::make_unique<events::follower>(
            *store_of(module)->outbox, std::move(subscription), feed, limits));
        asio::co_spawn(threads_.context(0), followers_.back()->run(), asio::detached);
    }
}

void blog::start() {
    if (posts_here_) asio::co_spawn(threads_.context(0), publish_views(), asio::detached);
    asio::co_spawn(threads_.context(0), trim_feeds(), asio::detached);
    // It does nothing while another process is the owner.
    if (orchestrator_) asio::co_spawn(threads_.context(0), orchestrator_->run(), asio::detached);
    if (owns_) begin_owning();
}

// What only the owner does.
void blog::begin_owning() {
    if (settings_.delivery != event_delivery::inline_)
        for_each_follower([this](std::string_view module, subscription_list what) {
            follow(module, std::move(what));
        });
    if (notifications_here_)
        asio::co_spawn(threads_.context(0), notifications_here_->send_webhooks(), asio::detached);
}

async<void> blog::let_go() {
    owns_ = false;
    co_await answer_who_waits();
    if (notifications_here_) notifications_here_->stop_sending();
    for (auto& f : followers_) f->stop();
    followed_.clear();
    for (auto& s : stores_) s->outbox->close();
    const command_context nobody;
    if (posts_here_) co_await posts_here_->publish_views(nobody);
    // It waits for the queue and for the disk, which an I/O thread must not.
    std::move_only_function<bool()> work = [this] {
        for (auto& s : stores_) s->database->release();
        return true;
    };
    co_await handing_over_.run(std::move(work));
}

async<void> blog::take_back() {
    if (notifications_here_) co_await notifications_here_->sending_has_stopped();
    std::move_only_function<bool()> work = [this] {
        for (auto& s : stores_) s->database->own();
        agree_on_delivery();
        return true;
    };
    co_await handing_over_.run(std::move(work));
    for (auto& s : stores_) s->outbox->reopen();
    owns_ = true;
    begin_owning();
}

async<void> blog::trim_feeds() {
    while (!stopping_) {
        co_await resume_after(feeds_trimmed_every);
        if (!owns_) continue;
        for (auto& s : stores_) {
            const telemetry::task_span task(telemetry::span_name(s->module, "trim feed"));
            const events::retention usual;
            co_await s->outbox->trim(system_clock().now(), usual, task.trace());
            task.ended(200);
        }
    }
}

async<void> blog::publish_views() {
    const auto name = telemetry::span_name("posts", "publish views");
    while (!stopping_) {
        co_await resume_after(views_published_every);
        const telemetry::task_span task(name);
        command_context context;
        context.trace = task.trace();
        if (const auto told = co_await posts_here_->publish_views(context); told > 0)
            task.ended(200, told);
    }
}

// A consumer that has asked for what comes after the last event has applied that one.
result<bool> blog::has_caught_up() {
    for (const auto& [consumer, publisher] : followed_) {
        const auto* log = store_of(publisher);
        if (log == nullptr) continue;  // Runs elsewhere, and its owner cares.
        const auto state = log->outbox->look();
        if (!state) return fail(state.error());
        const auto found = state->consumers.find(consumer);
        const auto position = found == state->consumers.end() ? 0 : found->second.position;
        if (position < state->head) return false;
    }
    return true;
}

async<void> blog::answer_who_waits() {
    const auto until = std::chrono::steady_clock::now() + answered_within;
    for (auto& s : stores_) co_await s->outbox->answer_who_waits(until);
}

void blog::close_feeds() {
    stopping_ = true;
    if (orchestrator_) orchestrator_->stop();
    if (notifications_here_) notifications_here_->stop_sending();
    if (webhooks_) webhooks_->stop();
    for (auto& f : followers_) f->stop();
    for (auto& s : stores_) s->outbox->close();
}

async<void> blog::stop() {
    if (notifications_here_) {
        notifications_here_->stop_sending();
        co_await notifications_here_->sending_has_stopped();
    }
    const command_context nobody;
    if (posts_here_) co_await posts_here_->publish_views(nobody);
    if (!owns_) co_return;
    for (auto& s : stores_) s->database->writer().stop();
}

}  // namespace cleave::app
