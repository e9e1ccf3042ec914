#pragma once
// A module's part in sagas: the service <module>.saga. Each step takes effect once, however often
// it is asked for: that it was done is remembered in the transaction of its effect.
#include <contract/proxy.hpp>
#include <events/outbox.hpp>
#include <functional>
#include <map>

namespace cleave::saga {

struct step_request {
    std::string saga{};     // its id
    std::int64_t step = 0;  // its number
    std::string action{};
    std::int64_t subject = 0;  // what it is about: an account's id
};
BOOST_DESCRIBE_STRUCT(step_request, (), (saga, step, action, subject))

struct step_outcome {
    bool finished = true;  // false: there was no time for all of it; ask again
};
BOOST_DESCRIBE_STRUCT(step_outcome, (), (finished))

class participant {
public:
    static constexpr const char* module_name = "saga";
    virtual ~participant() = default;

    // Does the action. Fails with not_found (no such action), conflict (the step was undone), or as
    // the action fails.
    virtual task<step_outcome> run(command_context, step_request) = 0;

    // Takes the step back, whether it was done or not; `action` is the one that undoes it. It is
    // not done any more afterwards, not by a request either that comes late. Fails as run() does.
    virtual task<step_outcome> undo(command_context, step_request) = 0;
};
BOOST_DESCRIBE_STRUCT(participant, (), (run, undo))

class participant_proxy final : public proxy_of<participant> {
public:
    using proxy_of::proxy_of;
    task<step_outcome> run(command_context c, step_request r) override {
        return call<&participant::run>(c, std::move(r));
    }
    task<step_outcome> undo(command_context c, step_request r) override {
        return call<&participant::undo>(c, std::move(r));
    }
};

// "posts.saga"
inline std::string participant_service(std::string_view module) {
    return std::string(module) + ".saga";
}

// Inside a write job: does it to the subject, or a part of it. True: nothing is left to do. May be
// called again at any time, and changes nothing where all is done already.
using action = std::function<result<bool>(sqlite::connection&, std::int64_t subject)>;
using action_list = std::map<std::string, action, std::less<>>;

// One that is done in one go: `act(connection&, std::int64_t subject)`.
template <class F>
action at_once(F act) {
    return [act](sqlite::connection& db, std::int64_t subject) -> result<bool> {
        act(db, subject);
        return true;
    };
}
// For what is asked of every module, where this one has nothing to do for it.
inline action nothing_to_do() {
    return [](sqlite::connection&, std::int64_t) -> result<bool> { return true; };
}

inline constexpr std::int64_t sagas_kept_ms = std::int64_t{30} * 24 * 3600 * 1000;  // once over

class participant_service_of final : public participant {
public:
    // The outbox of the module whose actions they are. Makes its table, but in a replica:
    // before the first request.
    participant_service_of(events::outbox& own, action_list actions,
                           const wall_clock& clock = system_clock());

    task<step_outcome> run(command_context context, step_request r) override;
    task<step_outcome> undo(command_context context, step_request r) override;

    // Inside a write job of a module whose tables are in the same database: all of it. Fails as
    // run() does, and that job with it.
    result<nothing> run_within(sqlite::connection& db, const step_request& r) const;

private:
    enum class way { forward, back };
    task<step_outcome> perform(command_context context, step_request r, way which);
    result<step_outcome> apply(sqlite::connection& db, const step_request& r, way which,
                               const action& what) const;

    sqlite::database& store_;
    const action_list actions_;
    const wall_clock& clock_;
    // Kept for the life of the module: the statement cache goes by the address of the text.
    std::string find_, keep_, forget_;
};

}  // namespace cleave::saga
