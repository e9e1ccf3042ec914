#include "views_visitor.hpp"

#include <sodium.h>

#include <algorithm>
#include <base/encoding.hpp>
#include <cstring>
#include <string>

namespace cleave::posts {

namespace {

// What crawlers, fetchers, previews, monitors and libraries call themselves, in small letters. Most
// say "bot" or give the address of a page about them.
constexpr auto names = std::to_array<std::string_view>(
    {"bot",        "crawl",      "spider",      "slurp",      "http://",    "https://",
     "archiver",   "facebookex", "whatsapp",    "preview",    "feedfetch",  "feedly",
     "feedparser", "inoreader",  "newsblur",    "yeti",       "daumoa",     "scrap",
     "mediapart",  "lighthouse", "pagespeed",   "headless",   "phantomjs",  "puppeteer",
     "playwright", "selenium",   "curl/",       "wget/",      "libwww",     "lwp::",
     "python-",    "python/",    "aiohttp",     "httpx/",     "urllib",     "go-http-",
     "okhttp",     "java/",      "apache-http", "axios/",     "node-fetch", "undici",
     "guzzle",     "ruby",       "faraday",     "perl/",      "php/",       "httpclient",
     "postman",    "insomnia",   "monitor",     "pingdom",    "uptime",     "statuscake",
     "validator",  "linkcheck",  "scanner",     "ia_archive", "embedly",    "skypeuri",
     "qwantify"});

char small(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Length first, so that no two pairs are the same bytes.
std::string joined(std::string_view address, std::string_view user_agent) {
    std::string text;
    text.reserve(1 + address.size() + user_agent.size());
    text += static_cast<char>(address.size());
    text += address;
    text += user_agent;
    return text;
}

}  // namespace

void forget(visitor_salt& salt) {
    sodium_memzero(salt.data(), salt.size());
}

bool is_crawler(std::string_view user_agent) {
    std::string text(user_agent);
    std::ranges::transform(text, text.begin(), small);
    return std::ranges::any_of(names, [&](std::string_view name) { return text.contains(name); });
}

void visitor_numbers::begin_day(const visitor_salt& salt) {
    salt_ = salt;
    recent_.fill({});
}

visitor_numbers::answer visitor_numbers::find_out(std::string_view address,
                                                  std::string_view user_agent) const {
    const auto text = joined(address, user_agent);
    std::array<std::uint8_t, crypto_generichash_BYTES_MIN> hash{};
    crypto_generichash(hash.data(), hash.size(), as_bytes(text).data(), text.size(), salt_.data(),
                       salt_.size());
    answer found;
    std::memcpy(&found.number, hash.data(), sizeof found.number);
    found.number = std::max<std::int64_t>(found.number & INT64_MAX, 1);
    found.is_crawler = is_crawler(user_agent);
    return found;
}

visitor_numbers::answer visitor_numbers::number_of(std::string_view address,
                                                   std::string_view user_agent) {
    std::uint64_t parts[2] = {};
    const auto hash = [&](std::uint64_t& out, std::string_view text) {
        // 16 bytes of key: the first half of the salt, which BLAKE2b takes whole.
        crypto_shorthash(reinterpret_cast<unsigned char*>(&out), as_bytes(text).data(), text.size(),
                         salt_.data());
    };
    hash(parts[0], address);
    hash(parts[1], user_agent);
    const std::uint64_t key = (parts[0] ^ (parts[1] * 0x9e37'79b9'7f4a'7c15U)) | 1;
    remembered& place = recent_[(key >> 8) % recent_.size()];
    if (place.key != key) place = {key, find_out(address, user_agent)};
    return place.who;
}

}  // namespace cleave::posts
