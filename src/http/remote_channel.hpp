#pragma once
// A call to a module in another process: POST /rpc/<service>/<method>, sealed.
#include <contract/channel.hpp>
#include <contract/envelope.hpp>
#include <http/upstream.hpp>

namespace cleave::http {

// How this process proves to others that it belongs to the system.
struct credentials {
    internal_key key{};
    const wall_clock* clock = nullptr;
};

inline constexpr std::chrono::milliseconds call_timeout{10'000};  // where a call brings no deadline

// Seals a request that is complete but for its headers, which are added to, and has its answer
// checked. Where it is recorded, it gets its traceparent too, for what stands between the two, or a
// module that is not written here. This program goes by the sealed one.
void seal(client_request& out, const credentials& who, envelope what);

// Who answers a call: queries of a module's own interface any instance, all else the owner.
// Services beside it ("posts.feed", "posts.events") tell of what only the owner has.
recipient recipient_of(const outgoing_call& call);

class remote_channel final : public channel {
public:
    // Both must outlive the channel.
    remote_channel(upstream& peer, const credentials& who) : peer_(peer), who_(who) {}
    task<reply> send(outgoing_call call) override;

private:
    upstream& peer_;
    const credentials& who_;
};

}  // namespace cleave::http
