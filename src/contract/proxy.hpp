#pragma once
// How a call reaches its module. The proxy implements the module's interface; whether the module is
// here or elsewhere is which constructor was called, and its caller cannot tell.
//
//     class proxy final : public proxy_of<api> {
//     public:
//         using proxy_of::proxy_of;
//         task<article> get(query_context c, get_request r) override {
//             return call<&api::get>(c, std::move(r));
//         }
//     };
#include <contract/service.hpp>

namespace cleave {

// Reads what a channel brought back. A peer that cannot even fail properly counts as lost: what it
// did is unknown, unless the call was a query, which can have done nothing.
problem read_failure_reply(const reply& answer, method_kind kind);

template <class Api>
class proxy_of : public Api {
public:
    using api_type = Api;

    explicit proxy_of(Api& module) : module_(&module) {}
    // The service's name on the wire: the module's, unless it is one of several of a kind.
    explicit proxy_of(channel& remote, std::string service = Api::module_name)
        : remote_(&remote), service_(std::move(service)) {}

    // From now on its calls are counted there; before the first of them.
    void count_in(call_counts& counts) { counts_ = &counts; }

protected:
    // Not a coroutine itself: a direct call has one frame (invoke's) and no copy.
    template <auto Method>
    task<response_of<Method>> call(context_of<Method> context, request_of<Method> request) {
        if (module_)
            return invoke<Method>(*module_, std::move(context), std::move(request), counts_);
        return call_remote<Method>(*remote_, service_, counts_, std::move(context),
                                   std::move(request));
    }

private:
    template <auto Method>
    static task<response_of<Method>> call_remote(channel& remote, std::string service,
                                                 call_counts* counts, context_of<Method> context,
                                                 request_of<Method> request) {
        call_timer timer(counts, index_of<Method>(), context.trace);
        outgoing_call call;
        call.service = std::move(service);
        call.method = name_of<Method>();
        call.kind = kind_of<Method>;
        call.context = context;
        if constexpr (kind_of<Method> == method_kind::command) call.key = context.key;
        append_json(call.body, request);
        const std::size_t sent_bytes = call.body.size();
        auto answer = co_await remote.send(std::move(call));
        auto out = read_answer<Method>(answer);
        timer.ended(out, sent_bytes, answer ? answer->body.size() : 0);
        co_return out;
    }

    template <auto Method>
    static result<response_of<Method>> read_answer(result<reply>& answer) {
        if (!answer) return fail(std::move(answer.error()));
        if (answer->status != 200) return fail(read_failure_reply(*answer, kind_of<Method>));
        auto response = decode<response_of<Method>>(answer->body);
        if (!response) return fail(read_failure_reply(*answer, kind_of<Method>));
        return std::move(*response);
    }

    Api* module_ = nullptr;
    channel* remote_ = nullptr;
    call_counts* counts_ = nullptr;
    std::string service_;
};

// The calling mode `serialized`: through the codec both ways, but in this process.
class serialized_channel final : public channel {
public:
    explicit serialized_channel(call_handler target) : target_(std::move(target)) {}
    task<reply> send(outgoing_call call) override;

private:
    call_handler target_;
};

}  // namespace cleave
