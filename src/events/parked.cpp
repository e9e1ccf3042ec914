#include <algorithm>
#include <events/parked.hpp>
#include <telemetry/log.hpp>

namespace cleave::events {

namespace {

std::unexpected<problem> no_such_event() {
    return fail(errc::not_found, "event", "is not parked");
}

parked_event read_row(const sqlite::statement& row) {
    parked_event e;
    e.publisher = row.text(0);
    e.id = row.integer(1);
    e.kind = row.text(2);
    e.key = row.integer(3);
    e.at = row.time(4);
    e.parked_at = row.time(5);
    e.attempts = row.integer(6);
    e.error = row.text(7);
    return e;
}

}  // namespace

parked_events::parked_events(outbox& own, std::vector<subscription> what)
    : store_(own.store()), sql_(own.sql()), what_(std::move(what)) {
}

task<parked_list> parked_events::list(query_context context, parked_choice which) {
    co_return store_.try_read(context.deadline, [&](sqlite::connection& db) {
        parked_list out;
        auto count = db.query(sql_.count_parked);
        if (count.step()) out.total = count.integer(0);
        auto rows = db.query(sql_.list_parked, which.publisher, which.id, parked_listed_max);
        while (rows.step()) out.events.push_back(read_row(rows));
        return out;
    });
}

task<retry_outcome> parked_events::retry(command_context context, parked_choice which) {
    const auto keys = store_.try_read(context.deadline, [&](sqlite::connection& db) {
        std::vector<key_of_feed> found;
        auto rows = db.query(sql_.parked_keys, which.publisher, which.id);
        while (rows.step()) found.push_back({std::string(rows.text(0)), rows.integer(1)});
        return found;
    });
    if (!keys) co_return fail(keys.error());
    if (keys->empty() && which.id) co_return no_such_event();
    retry_outcome out;
    for (const auto& key : *keys) {
        for (bool go_on = true; go_on;) {
            if (is_late(context)) {
                out.finished = false;
                co_return out;
            }
            const auto tried = co_await retry_first(key);
            if (!tried) co_return fail(tried.error());
            out.applied += *tried == attempt::applied;
            out.failed += *tried == attempt::failed;
            go_on = *tried == attempt::applied;
        }
    }
    co_return out;
}

// A job an event: one that fails takes none of those before it along. Events that the follower
// brings meanwhile queue behind, until the last one of the key has gone.
task<parked_events::attempt> parked_events::retry_first(key_of_feed which) {
    std::string why = "nothing here follows that publisher any more";
    std::int64_t id = 0;
    using job = std::move_only_function<result<attempt>(sqlite::connection&)>;
    job apply = [&](sqlite::connection& db) -> result<attempt> {
        event e;
        {
            auto row = db.query(sql_.first_parked, which.publisher, which.key);
            if (!row.step()) return attempt::none_left;
            e = {row.integer(0), std::string(row.text(1)), which.key,
                 row.time(2),    std::string(row.text(3)), std::nullopt};
        }
        id = e.id;
        const auto* const handlers = find(which.publisher);
        if (!handlers) throw std::runtime_error(why);
        handlers->apply(db, e, why);
        db.run(sql_.unpark, which.publisher, which.key, e.id);
        return attempt::applied;
    };
    auto tried = co_await store_.writer().submit<attempt>(steady_time::max(), std::move(apply));
    if (tried || tried.error().code != errc::internal) co_return tried;
    job blame = [&](sqlite::connection& db) -> result<attempt> {
        db.run(sql_.blame, which.publisher, which.key, id, why);
        return attempt::failed;
    };
    co_return co_await store_.writer().submit<attempt>(steady_time::max(), std::move(blame));
}

task<parked_event> parked_events::drop(command_context context, parked_choice which) {
    if (!which.id) co_return fail(errc::invalid_argument, "id", "is missing");
    std::move_only_function<result<parked_event>(sqlite::connection&)> job =
        [&](sqlite::connection& db) -> result<parked_event> {
        std::vector<parked_event> found;
        {
            auto rows = db.query(sql_.list_parked, which.publisher, which.id, 2);
            while (rows.step()) found.push_back(read_row(rows));
        }
        if (found.empty()) return no_such_event();
        if (found.size() > 1)
            return fail(errc::invalid_argument, "publisher",
                        "must be given: several have an event with that id");
        const auto& e = found.front();
        db.run(sql_.unpark, e.publisher, e.key, e.id);
        return found.front();
    };
    auto dropped = co_await store_.writer().submit<parked_event>(context, std::move(job));
    if (dropped)
        log::warning({"events", store_.module()},
                     "dropped event {} ({}) of {}, as an operator wished", dropped->id,
                     dropped->kind, dropped->publisher);
    co_return dropped;
}

const subscription* parked_events::find(std::string_view publisher) const {
    const auto found = std::ranges::find(what_, publisher, &subscription::publisher);
    return found == what_.end() ? nullptr : &*found;
}

}  // namespace cleave::events
