#include <base/encoding.hpp>
#include <base/random.hpp>
#include <base/trace.hpp>
#include <cstring>

namespace cleave {

namespace {

// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators). Never 0 twice in
// a row, and a zero id would be none.
std::uint64_t next_number() {
    thread_local std::uint64_t state = secure_random().next_u64();
    std::uint64_t z = 0;
    while (z == 0) {
        z = state += 0x9e37'79b9'7f4a'7c15u;
        z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9u;
        z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebu;
        z ^= z >> 31;
    }
    return z;
}

template <std::size_t N>
void put_number(std::array<std::uint8_t, N>& to, std::size_t at) {
    const auto number = next_number();
    std::memcpy(to.data() + at, &number, sizeof number);
}

}  // namespace

trace_context begin_request(const trace_context& from) {
    trace_context out;
    out.trace_id = from.trace_id;
    if (out.trace_id == trace_context{}.trace_id) {
        put_number(out.trace_id, 0);
        put_number(out.trace_id, 8);
    }
    put_number(out.span_id, 0);
    return out;
}

std::array<std::uint8_t, 8> new_span_id() {
    std::array<std::uint8_t, 8> out{};
    put_number(out, 0);
    return out;
}

std::string to_text(const trace_context& trace) {
    return to_hex(trace.trace_id) + "-" + to_hex(trace.span_id) + "-" + to_hex(trace.within);
}

trace_context trace_from_text(std::string_view text) {
    trace_context out;
    if (text.size() != 66 || text[32] != '-' || text[49] != '-' ||
        !read_hex(text.substr(0, 32), out.trace_id) ||
        !read_hex(text.substr(33, 16), out.span_id) || !read_hex(text.substr(50), out.within))
        return {};
    return out;
}

std::string to_traceparent(const trace_context& trace) {
    const bool recorded = trace.is_recorded();
    std::string out;
    out.reserve(55);
    out += "00-";
    append_hex(out, trace.trace_id);
    out += '-';
    append_hex(out, recorded ? trace.within : trace.span_id);
    out += recorded ? "-01" : "-00";
    return out;
}

}  // namespace cleave
