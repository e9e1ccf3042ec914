#include <saga/sagas.hpp>

namespace cleave::saga {

told_saga to_told(record r) {
    told_saga out;
    out.id = std::move(r.id);
    out.kind = std::move(r.plan.kind);
    out.subject = r.subject;
    out.state = r.at.state;
    out.begun_at = r.begun_at;
    out.changed_at = r.changed_at;
    out.attempts = r.attempts;
    out.error = std::move(r.error);
    for (std::size_t i = 0; i < r.plan.steps.size(); ++i) {
        auto& s = r.plan.steps[i];
        out.steps.push_back({std::move(s.module), std::move(s.action),
                             state_of(r.at, static_cast<std::int64_t>(i))});
    }
    return out;
}

task<told_sagas> operating_service_of::list(query_context, nothing) {
    auto found = sagas_.list();
    if (!found) co_return fail(std::move(found.error()));
    told_sagas out;
    for (auto& r : *found) out.sagas.push_back(to_told(std::move(r)));
    co_return out;
}

task<told_saga> operating_service_of::show(query_context, saga_id which) {
    co_return find(std::move(which.id));
}

task<told_saga> operating_service_of::retry(command_context, saga_id which) {
    const auto goes_on = co_await sagas_.retry(which.id);
    if (!goes_on) co_return fail(goes_on.error());
    co_return find(std::move(which.id));
}

result<told_saga> operating_service_of::find(std::string id) const {
    auto found = sagas_.find(std::move(id));
    if (!found) return fail(std::move(found.error()));
    if (!*found) return fail(errc::not_found, "saga", "not found");
    return to_told(std::move(**found));
}

}  // namespace cleave::saga
