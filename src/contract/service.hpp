#pragma once
// A module as the receiving end of calls: finds the method by its name, reads the request, calls it
// and writes the reply. The counterpart of proxy.hpp.
#include <contract/call_counts.hpp>
#include <contract/channel.hpp>
#include <contract/codec.hpp>
#include <memory>
#include <telemetry/log.hpp>

namespace cleave {

// A call as it arrived. The context is that of the envelope, which was verified.
struct incoming_call {
    std::string method;
    call_context context{};
    idempotency_key key{};
    std::string body;
};

// Nothing thrown inside a module leaves it, in any mode: it is logged here, once, and the caller
// gets `internal`.
problem contain(std::string_view method, std::exception_ptr thrown,
                const trace_context& trace = {}) noexcept;

// Work whose deadline has passed is not begun.
bool is_late(const call_context& context);

template <auto Method>
task<response_of<Method>> invoke(api_of<Method>& module, context_of<Method> context,
                                 request_of<Method> request, call_counts* counts = nullptr) {
    call_timer timer(counts, index_of<Method>(), context.trace);
    const trace_context trace = context.trace;
    result<response_of<Method>> out = not_executed();
    try {
        if (!is_late(context))
            out = co_await (module.*Method)(std::move(context), std::move(request));
    } catch (...) {
        out = fail(contain(name_of<Method>(), std::current_exception(), trace));
    }
    timer.ended(out);
    co_return out;
}

template <auto Method>
context_of<Method> context_for(const call_context& context, [[maybe_unused]] idempotency_key key) {
    if constexpr (kind_of<Method> == method_kind::query)
        return {context};
    else
        return {context, key};
}

template <class T>
reply to_reply(const result<T>& outcome) {
    if (outcome) return {200, encode(*outcome)};
    return {http_status(outcome.error().code), encode(outcome.error())};
}

template <class Api>
class service_of {
public:
    explicit service_of(Api& module) : module_(&module) {}

    async<reply> dispatch(incoming_call call) const {
        auto* handler = &refuse;
        mp11::mp_for_each<methods_of<Api>>([&](auto descriptor) {
            if (call.method == descriptor.name) handler = &serve<decltype(descriptor)::pointer>;
        });
        return handler(*module_, std::move(call));
    }

private:
    template <auto Method>
    static async<reply> serve(Api& module, incoming_call call) {
        auto request = decode<request_of<Method>>(call.body);
        if (!request) co_return to_reply(result<nothing>(fail(std::move(request.error()))));
        auto context = context_for<Method>(call.context, call.key);
        auto outcome = co_await invoke<Method>(module, std::move(context), std::move(*request));
        co_return to_reply(outcome);
    }

    static async<reply> refuse(Api&, incoming_call) {
        co_return to_reply(result<nothing>(fail(errc::not_found, "method", "not found")));
    }

    Api* module_;
};

// The same with the interface's type forgotten, for tables of services.
using call_handler = std::function<async<reply>(incoming_call)>;

template <class Api>
call_handler make_call_handler(Api& module) {
    return [service = service_of<Api>(module)](incoming_call call) {
        return service.dispatch(std::move(call));
    };
}

}  // namespace cleave
