#pragma once
// What a fault proxy knows of the messages that pass it: where one ends, and how to spoil it.
#include <optional>
#include <support/fault_proxy.hpp>

namespace cleave::test {

// splitmix64 and FNV-1a: from a seed and a text, always the same.
std::uint64_t mixed(std::uint64_t z);
std::uint64_t hash_of(std::string_view text);

// A message's size, as far as its head tells; nothing where it does not (chunked, or to the end).
std::optional<std::size_t> size_of(const std::string& bytes, bool request);

// One bit of it, but none of what says where it ends: that would be a message that never does.
void corrupt(std::string& bytes, std::uint64_t chance);

}  // namespace cleave::test
