#pragma once
// Who reads, as a number that tells today's readers apart and leads back to nobody: a keyed hash
// (BLAKE2b) of address and user agent, whose key, the salt, lives in this process's memory for a
// day. A restart begins anew: who comes back after it counts as another visitor.
#include <array>
#include <cstdint>
#include <string_view>

namespace cleave::posts {

using visitor_salt = std::array<std::uint8_t, 32>;

// Overwrites it for certain.
void forget(visitor_salt& salt);

// Whether this user agent says that it is a program which reads by itself (a search engine, a feed
// reader's fetcher, a link preview, a script). Those who lie are not found out.
bool is_crawler(std::string_view user_agent);

// One thread's. It remembers the answers for those who have just been here, under a hash that the
// salt keys too, so that an article's second reader costs one short hash.
class visitor_numbers {
public:
    struct answer {
        std::int64_t number = 0;  // never 0
        bool is_crawler = false;
    };

    // Forgets everybody.
    void begin_day(const visitor_salt& salt);
    answer number_of(std::string_view address, std::string_view user_agent);

private:
    struct remembered {
        std::uint64_t key = 0;
        answer who;
    };
    answer find_out(std::string_view address, std::string_view user_agent) const;

    visitor_salt salt_{};
    std::array<remembered, 256> recent_{};
};

}  // namespace cleave::posts
