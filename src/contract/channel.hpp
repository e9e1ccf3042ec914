#pragma once
// How a serialized call leaves its caller.
#include <contract/method.hpp>

namespace cleave {

// One call as it travels: POST /rpc/<service>/<method> with a JSON body.
struct outgoing_call {
    std::string service;      // "posts", or "posts.feed" for the module's event feed
    std::string_view method;  // Static storage: the name in the description.
    method_kind kind = method_kind::query;
    call_context context{};
    idempotency_key key{};
    std::string body;

    // May be sent again although it may have run: a query, or a command that its owner remembers.
    bool repeatable() const { return kind == method_kind::query || key; }
};

struct reply {
    unsigned status = 200;  // 200: the body is the response; else: a problem
    std::string body;
};

// Carries one call to where the module is and brings its reply back.
// Fails only with not_executed (nothing was done) or outcome_unknown.
class channel {
public:
    virtual ~channel() = default;
    virtual task<reply> send(outgoing_call call) = 0;
};

}  // namespace cleave
