#include <contract/proxy.hpp>

namespace cleave {

namespace {

// A problem as any release tells it.
struct told_problem {
    std::string code{};
    std::string subject{};
    std::string detail{};
    std::optional<std::string> pointer{};
};
BOOST_DESCRIBE_STRUCT(told_problem, (), (code, subject, detail, pointer))

std::optional<errc> code_with(unsigned status) {
    std::optional<errc> found;
    mp11::mp_for_each<describe::describe_enumerators<errc>>([&](auto e) {
        if (http_status(e.value) == status) found = e.value;
    });
    return found;
}

}  // namespace

problem read_failure_reply(const reply& answer, method_kind kind) {
    if (answer.status != 200) {
        if (auto p = decode<problem>(answer.body)) return std::move(*p);
        // A newer release may have codes of its own; the status says what is to be made of them.
        auto told = decode<told_problem>(answer.body);
        if (const auto code = code_with(answer.status); told && code)
            return {*code, std::move(told->subject), std::move(told->detail),
                    std::move(told->pointer)};
    }
    log::error("contract", "unreadable reply with status {}", answer.status);
    return kind == method_kind::query ? not_executed().error() : outcome_unknown().error();
}

task<reply> serialized_channel::send(outgoing_call call) {
    incoming_call arrived;
    arrived.method = call.method;
    arrived.context = call.context;
    arrived.key = call.key;
    arrived.body = std::move(call.body);
    co_return co_await target_(std::move(arrived));
}

}  // namespace cleave
