#include <charconv>
#include <http/received_once.hpp>
#include <utility>

namespace cleave::http {

namespace {

// Sixteen of its digits: among a million, two of the same are one case in forty million.
std::uint64_t mac_in(std::string_view envelope) {
    const auto digits = envelope.substr(envelope.rfind('=') + 1).substr(0, 16);
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return number;
}

}  // namespace

bool received_once::is_first(std::string_view envelope, timestamp now) {
    const auto mac = mac_in(envelope);
    const std::scoped_lock lock(mutex_);
    if (now.unix_ms - recent_since_ms_ > kept_for.count() || recent_.size() >= envelopes_max) {
        older_ = std::exchange(recent_, {});
        recent_since_ms_ = now.unix_ms;
    }
    return !older_.contains(mac) && recent_.insert(mac).second;
}

void received_once::forget(std::string_view envelope) {
    const auto mac = mac_in(envelope);
    const std::scoped_lock lock(mutex_);
    recent_.erase(mac);
    older_.erase(mac);
}

}  // namespace cleave::http
