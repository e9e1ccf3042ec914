#include "login_throttle.hpp"

#include <arpa/inet.h>
#include <sodium.h>

#include <algorithm>
#include <base/text.hpp>
#include <cstring>
#include <telemetry/log.hpp>

namespace cleave::users {

namespace {

constexpr std::size_t secret_words = 2;  // before those that count

std::optional<std::chrono::seconds> in_seconds(std::int64_t ms) {
    if (ms <= 0) return std::nullopt;
    return std::chrono::seconds((ms + 999) / 1000);
}

std::unique_ptr<shared_words> open_words(const login_limits& limits, std::size_t counting,
                                         random_source& random) {
    std::vector<std::uint64_t> initial(secret_words + counting);
    for (std::size_t i = 0; i < secret_words; ++i) initial[i] = random.next_u64();
    if (!limits.counted_in.empty()) {
        try {
            return std::make_unique<shared_words>(limits.counted_in, initial);
        } catch (const std::runtime_error& e) {
            log::warning("users", "failed logins are counted by each instance for itself: {}",
                         e.what());
        }
    }
    return std::make_unique<shared_words>(std::move(initial));
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

login_throttle::login_throttle(const login_limits& limits, const wall_clock& clock,
                               random_source& random)
    : clock_(clock),
      words_each_(login_counts::words_for(limits.remembered)),
      words_(open_words(limits, 2 * words_each_, random)),
      accounts_(words_->all().subspan(secret_words, words_each_), limits.failures_per_account,
                limits.account_recovers_every),
      addresses_(words_->all().subspan(secret_words + words_each_), limits.failures_per_address,
                 limits.address_recovers_every) {
    static_assert(sizeof secret_ == crypto_shorthash_KEYBYTES);
    static_assert(sizeof secret_ == secret_words * sizeof words_->all().front());
    std::memcpy(secret_.data(), words_->all().data(), sizeof secret_);
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

std::int64_t login_throttle::wait_ms(const keys& who, std::int64_t now) const {
    return std::max(accounts_.wait_ms(who.account, now),
                    who.address == 0 ? 0 : addresses_.wait_ms(who.address, now));
}

std::optional<std::chrono::seconds> login_throttle::take(std::string_view account,
                                                         std::string_view address) {
    const auto who = keys_of(account, address);
    const auto now = clock_.now().unix_ms;
    if (const auto wait = accounts_.take(who.account, now); wait != 0)
        return in_seconds(std::max(wait, wait_ms(who, now)));
    if (who.address == 0) return std::nullopt;
    const auto wait = addresses_.take(who.address, now);
    if (wait != 0) accounts_.give_back(who.account);
    return in_seconds(wait);
}

void login_throttle::give_back(std::string_view account, std::string_view address) {
    const auto who = keys_of(account, address);
    accounts_.give_back(who.account);
    if (who.address != 0) addresses_.give_back(who.address);
}

std::optional<std::chrono::seconds> login_throttle::wait(std::string_view account,
                                                         std::string_view address) {
    return in_seconds(wait_ms(keys_of(account, address), clock_.now().unix_ms));
}

}  // namespace cleave::users
