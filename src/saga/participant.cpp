#include <saga/participant.hpp>
#include <stdexcept>

namespace cleave::saga {

namespace {

constexpr std::string_view table = R"sql(
CREATE TABLE IF NOT EXISTS {0}_saga_steps (
    saga TEXT NOT NULL,
    step INTEGER NOT NULL,
    undone INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (saga, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS {0}_saga_steps_at ON {0}_saga_steps (at);
)sql";

std::string named(std::string_view sql, std::string_view module) {
    return fmt::format(fmt::runtime(sql), module);
}

}  // namespace

participant_service_of::participant_service_of(events::outbox& own, action_list actions,
                                               const wall_clock& clock)
    : store_(own.store()), actions_(std::move(actions)), clock_(clock) {
    const auto module = store_.module();
    find_ = named("SELECT undone FROM {0}_saga_steps WHERE saga = ?1 AND step = ?2", module);
    keep_ = named(
        "INSERT INTO {0}_saga_steps (saga, step, undone, at) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (saga, step) DO UPDATE SET undone = excluded.undone, at = excluded.at",
        module);
    forget_ = named("DELETE FROM {0}_saga_steps WHERE at < ?1", module);
    if (!store_.is_owned_here()) return;
    const auto made =
        store_.writer().submit_blocking<nothing>([&](sqlite::connection& db) -> result<nothing> {
            db.run_script(named(table, module));
            return nothing{};
        });
    if (!made)
        throw std::runtime_error(fmt::format("the table of saga steps of {} could not be made: {}",
                                             module, made.error().detail));
}

task<step_outcome> participant_service_of::run(command_context context, step_request r) {
    return perform(context, std::move(r), way::forward);
}

task<step_outcome> participant_service_of::undo(command_context context, step_request r) {
    return perform(context, std::move(r), way::back);
}

// A job after the other, so that an action with much to do lets others write in between.
task<step_outcome> participant_service_of::perform(command_context context, step_request r,
                                                   way which) {
    const auto found = actions_.find(r.action);
    if (found == actions_.end()) co_return fail(errc::not_found, "action", "not found");
    const action& what = found->second;
    for (;;) {
        // The request is on this frame, and is sent again as it is.
        std::move_only_function<result<step_outcome>(sqlite::connection&)> job =
            [this, &r, which, &what](sqlite::connection& db) { return apply(db, r, which, what); };
        auto done = co_await store_.writer().submit<step_outcome>(context.deadline, std::move(job));
        if (!done || done->finished || is_late(context)) co_return done;
    }
}

result<nothing> participant_service_of::run_within(sqlite::connection& db,
                                                   const step_request& r) const {
    const auto found = actions_.find(r.action);
    if (found == actions_.end()) return fail(errc::not_found, "action", "not found");
    for (;;) {
        const auto done = apply(db, r, way::forward, found->second);
        if (!done) return fail(done.error());
        if (done->finished) return nothing{};
    }
}

result<step_outcome> participant_service_of::apply(sqlite::connection& db, const step_request& r,
                                                   way which, const action& what) const {
    {
        auto known = db.query(find_, r.saga, r.step);
        if (known.step()) {
            const bool undone = known.integer(0) != 0;
            if (undone && which == way::forward)
                return fail(errc::conflict, "step", "has been undone");
            if (undone == (which == way::back)) return step_outcome{true};
        }
    }
    const auto finished = what(db, r.subject);
    if (!finished) return fail(finished.error());
    if (*finished) {
        const auto now = clock_.now();
        db.run(forget_, now.unix_ms - sagas_kept_ms);
        db.run(keep_, r.saga, r.step, which == way::back, now);
    }
    return step_outcome{*finished};
}

}  // namespace cleave::saga
