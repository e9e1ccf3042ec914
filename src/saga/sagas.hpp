#pragma once
// Sagas for the operator: the service <module>.sagas of a module that orchestrates some, used by
// `cleave saga`.
#include <contract/proxy.hpp>
#include <saga/journal.hpp>

namespace cleave::saga {

struct told_step {
    std::string module{};
    std::string action{};
    step_state state = step_state::pending;
};
BOOST_DESCRIBE_STRUCT(told_step, (), (module, action, state))

struct told_saga {
    std::string id{};
    std::string kind{};
    std::int64_t subject = 0;
    saga_state state = saga_state::running;
    timestamp begun_at{};
    timestamp changed_at{};
    std::int64_t attempts = 0;  // of the step it is at, that failed
    std::string error{};        // of the last of them
    std::vector<told_step> steps{};
};
BOOST_DESCRIBE_STRUCT(told_saga, (),
                      (id, kind, subject, state, begun_at, changed_at, attempts, error, steps))

struct told_sagas {
    std::vector<told_saga> sagas{};  // newest first; at most sagas_listed_max
};
BOOST_DESCRIBE_STRUCT(told_sagas, (), (sagas))

struct saga_id {
    std::string id{};
};
BOOST_DESCRIBE_STRUCT(saga_id, (), (id))

class operating {
public:
    static constexpr const char* module_name = "sagas";
    virtual ~operating() = default;

    // All that are under way, and those that have ended in the last 30 days.
    virtual task<told_sagas> list(query_context, nothing) = 0;

    // Fails with not_found.
    virtual task<told_saga> show(query_context, saga_id) = 0;

    // One that is stuck goes on where it was. Fails with not_found, or conflict (it is over).
    virtual task<told_saga> retry(command_context, saga_id) = 0;
};
BOOST_DESCRIBE_STRUCT(operating, (), (list, show, retry))

// "users.sagas"
inline std::string operating_service(std::string_view module) {
    return std::string(module) + ".sagas";
}

told_saga to_told(record r);

class operating_service_of final : public operating {
public:
    explicit operating_service_of(const journal& sagas) : sagas_(sagas) {}

    task<told_sagas> list(query_context, nothing) override;
    task<told_saga> show(query_context, saga_id which) override;
    task<told_saga> retry(command_context, saga_id which) override;

private:
    result<told_saga> find(std::string id) const;

    const journal& sagas_;
};

}  // namespace cleave::saga
