#pragma once
// 64-bit words that the processes of one host have in common: a file that each of them maps. What
// one writes the others read at once. There is no lock that one of them could die with: a word is
// changed by compare-and-swap.
#include <base/encoding.hpp>
#include <filesystem>
#include <span>
#include <vector>

namespace cleave {

class shared_words {
public:
    // Of this process alone.
    explicit shared_words(std::vector<std::uint64_t> initial);
    // Those in the file; where there is none, `initial`, stored first (0600). Of several processes
    // that do this at once all get what the first one has stored. Throws std::runtime_error where
    // the file has another size or cannot be read, written or mapped.
    shared_words(const std::filesystem::path& file, const std::vector<std::uint64_t>& initial);
    ~shared_words();
    shared_words(const shared_words&) = delete;

    // To be read and written through std::atomic_ref.
    std::span<std::uint64_t> all() const { return words_; }

private:
    std::vector<std::uint64_t> own_;
    std::span<std::uint64_t> words_;
};

}  // namespace cleave
