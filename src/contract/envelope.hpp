#pragma once
// What goes with a request from one process to another, and how the receiver knows that it comes
// from a process of this system: the call context, sealed with a keyed MAC (BLAKE2b, libsodium)
// over method, target, context and body. Travels as one header, `Cleave-Call`.
//
//     v1;t=<unix ms>;d=<ms left>;tr=<32 hex>-<16 hex>;sp=<16 hex>;u=<user>;s=<session>;r=<role>;
//     v=<authority version>;i=<idempotency key>;o=<number>;a=<client address>;ua=<user agent>;
//     rh=<referrer host>;m=<MAC>
//
// tr: trace and request; sp: the span that sends it, where the request is recorded. Without it (an
// older release sends none) the receiver records nothing.
//
// o is on what may be done once and has no key to be known by: a number unlike any other. Whoever
// has received it does not take it again.
//
// The answer is sealed as well, together with the request that it belongs to (`Cleave-Seal`): a
// bit that another made of itself, or the answer to another question, is no answer.
//
// The deadline travels as what is left of it, since no two clocks agree. An envelope is accepted
// for 30 seconds around the receiver's wall clock.
#include <array>
#include <base/clock.hpp>
#include <contract/channel.hpp>
#include <contract/context.hpp>
#include <contract/problem.hpp>
#include <span>
#include <string>
#include <string_view>

namespace cleave {

using internal_key = std::array<std::uint8_t, 32>;

struct envelope {
    call_context context{};
    idempotency_key key{};
    bool once = false;
    std::string client_address;
    std::string user_agent;
    std::string referrer_host;
};

// The request line and body that the envelope belongs to.
struct sealed_request {
    std::string_view method;  // "POST"
    std::string_view target;
    std::string_view body;
};

// The header's value.
std::string seal(const internal_key& key, const envelope& what, const sealed_request& request,
                 timestamp now);

// The context's deadline is set from now on. Fails with unauthenticated: no envelope, one that is
// malformed, too old, from the future, or whose MAC does not fit.
result<envelope> open_envelope(const internal_key& key, std::string_view header,
                               const sealed_request& request, timestamp now);

// What an answer says, but for its framing.
struct sealed_answer {
    unsigned status = 0;
    std::string_view content_type;
    std::string_view headers;  // whole lines
    std::string_view authority;
    std::string_view body;
};

// The value of the answer's header. `envelope`: the value of the request's.
std::string seal_answer(const internal_key& key, std::string_view envelope,
                        const sealed_answer& answer);

}  // namespace cleave
