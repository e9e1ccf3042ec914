#include "login_throttle.hpp"

#include <arpa/inet.h>
#include <sodium.h>

#include <algorithm>
#include <base/text.hpp>

namespace cleave::users {

namespace {

constexpr std::size_t ways = 8;  // entries among which a key has its place

std::optional<std::chrono::seconds> in_seconds(std::int64_t ms) {
    if (ms <= 0) return std::nullopt;
    return std::chrono::seconds((ms + 999) / 1000);
}

std::string small_letters(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

}  // namespace

std::string network_of(std::string_view address) {
    std::string text(address);
    in6_addr bytes{};
    if (text.starts_with("127.")) return {};
    if (::inet_pton(AF_INET6, text.c_str(), &bytes) != 1) return text;
    if (IN6_IS_ADDR_LOOPBACK(&bytes)) return {};
    const auto* raw = reinterpret_cast<const char*>(&bytes);
    // ::ffff:203.0.113.7 is 203.0.113.7 (RFC 4291, 2.5.5.2).
    if (IN6_IS_ADDR_V4MAPPED(&bytes)) {
        char v4[INET_ADDRSTRLEN];
        return network_of(::inet_ntop(AF_INET, raw + 12, v4, sizeof v4));
    }
    return {raw, 8};
}

login_throttle::table::table(std::size_t remembered, std::uint32_t attempts,
                             std::chrono::milliseconds every)
    : entries_((std::max(remembered, ways) + ways - 1) / ways * ways),
      every_ms_(every.count()),
      burst_ms_(every.count() * (std::max<std::int64_t>(attempts, 1) - 1)) {
}

login_throttle::table::entry* login_throttle::table::find(std::uint64_t key) {
    const auto first =
        entries_.begin() + static_cast<std::ptrdiff_t>(key % (entries_.size() / ways) * ways);
    const auto found = std::find_if(
        first, first + ways, [&](const entry& e) { return e.key == key && e.whole_at != 0; });
    return found == first + ways ? nullptr : &*found;
}

std::int64_t login_throttle::table::wait_ms(std::uint64_t key, std::int64_t now) {
    const entry* known = find(key);
    return known ? std::max<std::int64_t>(known->whole_at - now - burst_ms_, 0) : 0;
}

void login_throttle::table::take(std::uint64_t key, std::int64_t now) {
    auto* mine = find(key);
    if (!mine) {
        const auto first =
            entries_.begin() + static_cast<std::ptrdiff_t>(key % (entries_.size() / ways) * ways);
        mine = &*std::ranges::min_element(first, first + ways, {}, &entry::whole_at);
        *mine = {key, 0};
    }
    mine->whole_at = std::max(mine->whole_at, now) + every_ms_;
}

void login_throttle::table::give_back(std::uint64_t key) {
    if (auto* mine = find(key)) mine->whole_at -= every_ms_;
}

login_throttle::login_throttle(const login_limits& limits, const wall_clock& clock,
                               random_source& random)
    : clock_(clock),
      accounts_(limits.remembered, limits.failures_per_account, limits.account_recovers_every),
      addresses_(limits.remembered, limits.failures_per_address, limits.address_recovers_every) {
    static_assert(std::tuple_size_v<decltype(secret_)> == crypto_shorthash_KEYBYTES);
    random.fill(secret_);
}

std::uint64_t login_throttle::hash(std::string_view text) const {
    std::uint64_t out = 0;
    static_assert(sizeof out == crypto_shorthash_BYTES);
    crypto_shorthash(reinterpret_cast<unsigned char*>(&out),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     secret_.data());
    return out;
}

login_throttle::keys login_throttle::keys_of(std::string_view account,
                                             std::string_view address) const {
    const auto network = network_of(address);
    return {hash(small_letters(trimmed(account))), network.empty() ? 0 : hash(network)};
}

std::int64_t login_throttle::wait_ms(const keys& who, std::int64_t now) {
    return std::max(accounts_.wait_ms(who.account, now),
                    who.address == 0 ? 0 : addresses_.wait_ms(who.address, now));
}

std::optional<std::chrono::seconds> login_throttle::take(std::string_view account,
                                                         std::string_view address) {
    const auto who = keys_of(account, address);
    const auto now = clock_.now().unix_ms;
    const std::scoped_lock lock(mutex_);
    if (const auto wait = in_seconds(wait_ms(who, now))) return wait;
    accounts_.take(who.account, now);
    if (who.address != 0) addresses_.take(who.address, now);
    return std::nullopt;
}

void login_throttle::give_back(std::string_view account, std::string_view address) {
    const auto who = keys_of(account, address);
    const std::scoped_lock lock(mutex_);
    accounts_.give_back(who.account);
    if (who.address != 0) addresses_.give_back(who.address);
}

std::optional<std::chrono::seconds> login_throttle::wait(std::string_view account,
                                                         std::string_view address) {
    const auto who = keys_of(account, address);
    const auto now = clock_.now().unix_ms;
    const std::scoped_lock lock(mutex_);
    return in_seconds(wait_ms(who, now));
}

}  // namespace cleave::users
