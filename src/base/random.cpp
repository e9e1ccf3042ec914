#include <sodium.h>

#include <base/random.hpp>
#include <cstring>
#include <stdexcept>

namespace cleave {

namespace {

class sodium_random final : public random_source {
public:
    sodium_random() {
        if (sodium_init() < 0) throw std::runtime_error("libsodium could not be initialised");
    }
    void fill(std::span<std::uint8_t> out) override {
        if (!out.empty()) randombytes_buf(out.data(), out.size());
    }
};

}  // namespace

std::uint64_t random_source::next_u64() {
    std::uint8_t raw[8];
    fill(raw);
    std::uint64_t value = 0;
    std::memcpy(&value, raw, sizeof value);
    return value;
}

random_source& secure_random() {
    static sodium_random source;
    return source;
}

}  // namespace cleave
