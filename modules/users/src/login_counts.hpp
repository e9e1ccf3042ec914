#pragma once
// How many attempts each key has left, for all processes that share the words.
//
// The generic cell rate algorithm (as in ITU-T I.371): of each key the moment at which all of its
// attempts are there again. A key and its moment are one word, so that both change at once; a key
// has its place among eight words, and where those are full, whoever is nearest to having all
// attempts again is forgotten.
#include <chrono>
#include <cstdint>
#include <span>

namespace cleave::users {

class login_counts {
public:
    // The words outlive it; zeros where nobody has failed. A multiple of eight of them.
    login_counts(std::span<std::uint64_t> words, std::uint32_t attempts,
                 std::chrono::milliseconds every);

    // 0: there is one attempt less now. Else there was none left, and there is one after so many
    // milliseconds. `key` is a hash that nobody can aim.
    std::int64_t take(std::uint64_t key, std::int64_t now_unix_ms);
    // It was no failure after all.
    void give_back(std::uint64_t key);
    // As take(), without taking.
    std::int64_t wait_ms(std::uint64_t key, std::int64_t now_unix_ms) const;

    // How many words remember so many keys.
    static std::size_t words_for(std::size_t keys);

private:
    struct place {
        std::uint64_t* word;
        std::uint64_t value;
        bool is_of_key;
    };
    place find(std::uint64_t key) const;
    std::int64_t whole_at(const place& p, std::int64_t now) const;

    std::span<std::uint64_t> words_;
    std::int64_t every_ms_;
    std::int64_t burst_ms_;
};

}  // namespace cleave::users
