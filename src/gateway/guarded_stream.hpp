#pragma once
// A stream that ends soon after its listener is no longer welcome.
#include <http/routing/stream.hpp>

namespace cleave::gateway {

inline constexpr std::chrono::milliseconds stream_guard_interval{250};

// For whoever tells it looks then as if the listener had left.
http::stream_function guarded(http::stream_function stream, std::function<bool()> still_welcome);

}  // namespace cleave::gateway
