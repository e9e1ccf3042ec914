#include <algorithm>
#include <app/keys.hpp>
#include <base/secret_file.hpp>

namespace cleave::app {

namespace {

namespace fs = std::filesystem;

template <class Array>
Array to_array(const bytes& from) {
    Array out{};
    std::copy_n(from.begin(), std::min(from.size(), out.size()), out.begin());
    return out;
}

fs::path public_half(const fs::path& data) {
    return data / "keys" / "token.pub";
}

}  // namespace

fs::path internal_key_file(const fs::path& data) {
    return data / "keys" / "internal.key";
}

internal_key load_internal_key(const fs::path& data) {
    return to_array<internal_key>(load_or_create_secret(
        internal_key_file(data), std::tuple_size_v<internal_key>, secure_random()));
}

token_signer load_token_signer(const fs::path& data) {
    const token_signer signer(to_array<token_seed>(load_or_create_secret(
        data / "keys" / "token.seed", std::tuple_size_v<token_seed>, secure_random())));
    create_file_once(public_half(data), signer.public_key(), 0644);
    return signer;
}

std::optional<token_public_key> find_token_key(const fs::path& data) {
    const auto found = read_file(public_half(data));
    if (!found || found->size() != std::tuple_size_v<token_public_key>) return std::nullopt;
    return to_array<token_public_key>(*found);
}

}  // namespace cleave::app
