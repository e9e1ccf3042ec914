#include <algorithm>
#include <events/outbox.hpp>
#include <stdexcept>

namespace cleave::events {

outbox::outbox(sqlite::database& store) : store_(store), sql_(store.module()) {
    store_.writer().on_commit([this] {
        if (appending_.exchange(false)) appended_.raise();
    });
    const auto made =
        store_.writer().submit_blocking<nothing>([this](sqlite::connection& db) -> result<nothing> {
            db.run_script(sql_.create_tables);
            return nothing{};
        });
    if (!made)
        throw std::runtime_error("the event tables of " + std::string(store.module()) +
                                 " could not be made: " + made.error().detail);
}

void outbox::append_raw(sqlite::connection& db, std::string_view kind, std::int64_t key,
                        timestamp at, const std::string& body) {
    db.run(sql_.append, kind, key, at, body);
    appending_.store(true);  // An undone job wakes readers in vain, which is harmless.
}

task<feed_page> outbox::read(query_context context, feed_request request) {
    const auto limit = std::clamp<std::int64_t>(request.limit, 1, feed_limit_max);
    const auto wait =
        std::chrono::milliseconds(std::clamp<std::int64_t>(request.wait_ms, 0, feed_wait_ms_max));
    const auto until = std::min(std::chrono::steady_clock::now() + wait, context.deadline);
    for (;;) {
        const auto seen = appended_.now();
        auto page = store_.try_read(context.deadline, [&](sqlite::connection& db) {
            feed_page found;
            auto rows = db.query(sql_.read_feed, request.after, limit);
            while (rows.step())
                found.events.push_back({rows.integer(0), std::string(rows.text(1)), rows.integer(2),
                                        rows.time(3), std::string(rows.text(4))});
            return found;
        });
        if (!page || !page->events.empty()) co_return page;
        if (closed_) co_return not_executed();
        if (std::chrono::steady_clock::now() >= until) co_return page;
        co_await appended_.wait(seen, until);
    }
}

void outbox::close() {
    closed_ = true;
    appended_.raise();
}

}  // namespace cleave::events
