#include <endian.h>

#include <cstring>
#include <http/server_core.hpp>

namespace cleave::http {

address_limit::key address_limit::key_of(const client_address& address) const {
    if (!keyed_ || !address || (address->is_loopback() && !loopback_)) return {};
    // No /64 is as small as these: the first 32 bits of a global one are not zero.
    if (address->is_v4()) return {address->to_v4().to_uint()};
    if (address->is_loopback()) return {1};
    key k;
    const auto bytes = address->to_v6().to_bytes();
    std::memcpy(&k.prefix, bytes.data(), sizeof k.prefix);
    k.prefix = be64toh(k.prefix);
    return k;
}

void address_limit::set(std::size_t max, bool keyed, bool loopback) {
    max_ = max;
    keyed_ = keyed || max > 0;
    loopback_ = loopback;
}

// Counted where there is no limit too: there may be one before they leave.
bool address_limit::enter(key k) {
    if (k.prefix == 0) return true;
    const std::lock_guard lock(mutex_);
    std::size_t& count = count_[k.prefix];
    const std::size_t max = max_;
    if (max > 0 && count >= max) return false;
    ++count;
    return true;
}

void address_limit::leave(key k) {
    if (k.prefix == 0) return;
    const std::lock_guard lock(mutex_);
    const auto found = count_.find(k.prefix);
    if (found != count_.end() && --found->second == 0) count_.erase(found);
}

}  // namespace cleave::http
