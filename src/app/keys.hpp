#pragma once
// The system's keys, in DIR/keys. Made by whoever needs one first; several processes may start at
// once.
#include <contract/envelope.hpp>
#include <contract/token.hpp>
#include <filesystem>
#include <optional>

namespace cleave::app {

// With which processes of the system prove to each other that they belong to it.
internal_key load_internal_key(const std::filesystem::path& data);
std::filesystem::path internal_key_file(const std::filesystem::path& data);

// The key that signs tokens: only where the users module runs. Leaves its public half beside it.
token_signer load_token_signer(const std::filesystem::path& data);

// Nothing until users has run once.
std::optional<token_public_key> find_token_key(const std::filesystem::path& data);

}  // namespace cleave::app
