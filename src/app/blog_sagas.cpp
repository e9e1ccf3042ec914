// Who takes part in sagas here, and who brings them to their ends.
#include <app/blog.hpp>
#include <app/known_modules.hpp>
#include <topology/topology.hpp>

namespace cleave::app {

void blog::offer_saga_steps(std::string_view name, saga::action_list actions) {
    auto part =
        std::make_unique<saga::participant_service_of>(*store_of(name)->outbox, std::move(actions));
    services_.emplace(saga::participant_service(name), make_call_handler<saga::participant>(*part));
    takes_part_.emplace(name, std::move(part));
}

void blog::offer_sagas() {
    if (users_here_) offer_saga_steps("users", users_here_->saga_actions());
    if (posts_here_) offer_saga_steps("posts", posts_here_->saga_actions());
    if (comments_here_) offer_saga_steps("comments", comments_here_->saga_actions());
    if (notifications_here_) offer_saga_steps("notifications", notifications_here_->saga_actions());
    if (stats_here_) offer_saga_steps("stats", stats_here_->saga_actions());
    if (!users_here_) return;
    if (settings_.delivery == event_delivery::inline_) join_transactions(users_here_->sagas());
    orchestrate("users", users_here_->sagas());
}

// All modules are here, and have their tables in one database: then so is a saga one transaction.
// Those that began before, with another delivery, are brought to their ends as they were begun.
void blog::join_transactions(saga::journal& sagas) {
    sagas.run_within([this](sqlite::connection& db, std::string_view module,
                            const saga::step_request& r) -> result<nothing> {
        const auto found = takes_part_.find(module);
        if (found == takes_part_.end()) return fail(errc::not_found, "module", "not found");
        return found->second->run_within(db, r);
    });
}

// In the process of the module whose sagas they are: it has them on its disk.
void blog::orchestrate(std::string_view module, const saga::journal& sagas) {
    for (const auto& m : known_modules()) {
        try {
            participants_.emplace(m.name, reach_participant(module, m.name));
        } catch (const topology::config_error& e) {
            log::warning({"saga", module}, "{} cannot be reached from here: {}", m.name, e.what());
        }
    }
    operating_ = std::make_unique<saga::operating_service_of>(sagas);
    services_.emplace(saga::operating_service(module),
                      make_call_handler<saga::operating>(*operating_));
    auto find = [this](std::string_view name) -> saga::participant* {
        const auto found = participants_.find(name);
        return found == participants_.end() ? nullptr : found->second.get();
    };
    orchestrator_ =
        std::make_unique<saga::orchestrator>(sagas, std::move(find), saga::orchestrator::limits{});
}

// In the way in which modules call each other here.
std::unique_ptr<saga::participant_proxy> blog::reach_participant(std::string_view caller,
                                                                 const std::string& module) {
    const auto here = takes_part_.find(module);
    std::string service = saga::participant_service(module);
    std::string_view mode = "direct";
    std::unique_ptr<saga::participant_proxy> made;
    if (here == takes_part_.end() || settings_.local == topology::local_calls::loopback) {
        mode = here == takes_part_.end() ? "process" : "loopback";
        made = std::make_unique<saga::participant_proxy>(others_.channel_to(module), service);
    } else if (settings_.local == topology::local_calls::direct) {
        made = std::make_unique<saga::participant_proxy>(*here->second);
    } else {
        mode = "serialized";
        serialized_.push_back(std::make_unique<serialized_channel>(
            make_call_handler<saga::participant>(*here->second)));
        made = std::make_unique<saga::participant_proxy>(*serialized_.back(), service);
    }
    made->count_in(
        count_calls(caller, std::move(service), mode, method_names<saga::participant>()));
    return made;
}

}  // namespace cleave::app
