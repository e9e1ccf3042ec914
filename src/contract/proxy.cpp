#include <contract/proxy.hpp>

namespace cleave {

problem read_failure_reply(const reply& answer, method_kind kind) {
    if (answer.status != 200)
        if (auto p = decode<problem>(answer.body)) return std::move(*p);
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
