#include <sodium.h>

#include <algorithm>
#include <atomic>
#include <base/encoding.hpp>
#include <base/text.hpp>
#include <contract/envelope.hpp>

namespace cleave {

namespace {

constexpr std::int64_t clock_skew_ms_max = 30'000;
constexpr std::size_t mac_bytes = 16;
using mac = std::array<std::uint8_t, mac_bytes>;

// The parts are short and many: they are handed over together.
class keyed_hash {
public:
    explicit keyed_hash(const internal_key& key) {
        crypto_generichash_init(&state_, key.data(), key.size(), mac_bytes);
    }

    void add(bytes_view data) {
        if (data.size() > pending_.size() - size_) flush();
        if (data.size() > pending_.size()) {
            crypto_generichash_update(&state_, data.data(), data.size());
        } else {
            std::ranges::copy(data, pending_.begin() + static_cast<std::ptrdiff_t>(size_));
            size_ += data.size();
        }
    }

    mac finish() {
        flush();
        mac out{};
        crypto_generichash_final(&state_, out.data(), out.size());
        return out;
    }

private:
    void flush() {
        crypto_generichash_update(&state_, pending_.data(), size_);
        size_ = 0;
    }

    crypto_generichash_state state_;
    std::array<std::uint8_t, 1024> pending_;  // of which size_ bytes have been written
    std::size_t size_ = 0;
};

// Each part is preceded by its length, so that no two messages give the same bytes.
mac mac_of(const internal_key& key, std::initializer_list<std::string_view> parts) {
    keyed_hash hash(key);
    for (const std::string_view part : parts) {
        const std::uint64_t size = part.size();
        hash.add({reinterpret_cast<const std::uint8_t*>(&size), sizeof size});
        hash.add(as_bytes(part));
    }
    return hash.finish();
}

mac mac_of(const internal_key& key, std::string_view context, const sealed_request& request) {
    return mac_of(key, {request.method, request.target, context, request.body});
}

// Two of the same kind in the same millisecond are two all the same.
std::uint64_t unlike_any_other() {
    static std::atomic<std::uint64_t> next = [] {
        std::uint64_t first = 0;
        randombytes_buf(&first, sizeof first);
        return first;
    }();
    return next.fetch_add(1, std::memory_order_relaxed);
}

void append_field(std::string& out, std::string_view name, std::int64_t number) {
    out += name;
    append_number(out, number);
}

void append_field(std::string& out, std::string_view name, std::string_view text) {
    if (text.empty()) return;
    out += name;
    out += percent_encode(text);
}

void append_caller(std::string& out, const identity& caller) {
    append_field(out, ";u=", caller.user_id);
    out += ";s=";
    append_number(out, caller.session_id, 16);
    append_field(out, ";r=", static_cast<std::int64_t>(caller.role));
    append_field(out, ";v=", caller.authority_version);
}

bool read_text(std::string_view text, std::string& out) {
    auto decoded = percent_decode(text);
    if (!decoded) return false;
    out = std::move(*decoded);
    return true;
}

struct times {
    std::int64_t sent_unix_ms = 0;
    std::int64_t left_ms = -1;
};

bool read_field(std::string_view name, std::string_view value, envelope& out, times& at) {
    if (name == "t") return read_number(value, at.sent_unix_ms);
    if (name == "d") return read_number(value, at.left_ms);
    if (name == "tr")
        return value.size() == 49 && read_hex(value.substr(0, 32), out.context.trace.trace_id) &&
               read_hex(value.substr(33), out.context.trace.span_id);
    if (name == "sp") return read_hex(value, out.context.trace.within);
    if (name == "u") return read_number(value, out.context.caller.user_id);
    if (name == "s") return read_number(value, out.context.caller.session_id, 16);
    if (name == "r") {
        unsigned number = 0;
        if (!read_number(value, number) || number > static_cast<unsigned>(role::admin))
            return false;
        out.context.caller.role = static_cast<role>(number);
        return true;
    }
    if (name == "v") return read_number(value, out.context.caller.authority_version);
    if (name == "i") return read_hex(value, out.key.value);
    if (name == "o") {
        std::uint64_t number = 0;
        out.once = read_number(value, number, 16);
        return out.once;
    }
    if (name == "a") return read_text(value, out.client_address);
    if (name == "ua") return read_text(value, out.user_agent);
    if (name == "rh") return read_text(value, out.referrer_host);
    return true;  // A newer release may say more.
}

bool read_fields(std::string_view text, envelope& out, times& at) {
    while (!text.empty()) {
        const auto end = std::min(text.find(';'), text.size());
        const auto field = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = field.find('=');
        if (equals == std::string_view::npos) return false;
        if (!read_field(field.substr(0, equals), field.substr(equals + 1), out, at)) return false;
    }
    return true;
}

}  // namespace

std::string seal(const internal_key& key, const envelope& what, const sealed_request& request,
                 timestamp now) {
    namespace chrono = std::chrono;
    std::string out;
    out.reserve(320);
    append_field(out, "v1;t=", now.unix_ms);
    if (what.context.deadline != steady_time::max()) {
        const auto left = chrono::duration_cast<chrono::milliseconds>(what.context.deadline -
                                                                      chrono::steady_clock::now());
        append_field(out, ";d=", std::max<std::int64_t>(left.count(), 0));
    }
    const auto& trace = what.context.trace;
    if (trace != trace_context{}) {
        out += ";tr=";
        append_hex(out, trace.trace_id);
        out += '-';
        append_hex(out, trace.span_id);
    }
    if (trace.is_recorded()) {
        out += ";sp=";
        append_hex(out, trace.within);
    }
    if (what.context.caller) append_caller(out, what.context.caller);
    if (what.key) {
        out += ";i=";
        append_hex(out, what.key.value);
    }
    if (what.once) {
        out += ";o=";
        append_number(out, unlike_any_other(), 16);
    }
    append_field(out, ";a=", what.client_address);
    append_field(out, ";ua=", what.user_agent);
    append_field(out, ";rh=", what.referrer_host);
    const mac sealed = mac_of(key, out, request);
    out += ";m=";
    append_hex(out, sealed);
    return out;
}

result<envelope> open_envelope(const internal_key& key, std::string_view header,
                               const sealed_request& request, timestamp now) {
    const auto refused = [] { return fail(errc::unauthenticated, "call", "is not authenticated"); };
    const auto seam = header.rfind(";m=");
    if (seam == std::string_view::npos || !header.starts_with("v1;")) return refused();
    mac claimed{};
    if (!read_hex(header.substr(seam + 3), claimed)) return refused();
    const mac real = mac_of(key, header.substr(0, seam), request);
    if (sodium_memcmp(claimed.data(), real.data(), mac_bytes) != 0) return refused();

    envelope out;
    times at;
    if (!read_fields(header.substr(3, seam - 3), out, at)) return refused();
    if (std::abs(now.unix_ms - at.sent_unix_ms) > clock_skew_ms_max) return refused();
    if (at.left_ms >= 0)
        out.context.deadline =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(at.left_ms);
    return out;
}

std::string seal_answer(const internal_key& key, std::string_view envelope,
                        const sealed_answer& answer) {
    std::string status;
    append_number(status, answer.status);
    return to_hex(mac_of(key, {"answer", envelope, status, answer.content_type, answer.headers,
                               answer.authority, answer.body}));
}

}  // namespace cleave
