#include <algorithm>
#include <cstring>
#include <telemetry/log_ring.hpp>

namespace cleave::log {

namespace {

// What stands before the texts of a line.
struct header {
    std::uint64_t number;
    std::int64_t unix_ms;
    request_number request;
    trace_number trace;
    std::uint16_t message_bytes, component_bytes, module_bytes;
    level at;

    std::size_t size() const {
        return sizeof(header) + component_bytes + module_bytes + message_bytes;
    }
};
static_assert(std::is_trivially_copyable_v<header>);

// At most so many bytes, and whole characters of UTF-8.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80)
        --bytes_max;
    return text.substr(0, bytes_max);
}

}  // namespace

line_ring::line_ring(std::size_t bytes)
    : bytes_(std::make_unique_for_overwrite<char[]>(bytes)), size_(bytes) {
}

void line_ring::put(const new_line& line) {
    const auto component = cut(line.component, kept_name_bytes_max);
    const auto module = cut(line.module, kept_name_bytes_max);
    const auto message = cut(line.message, kept_message_bytes_max);
    const header head{line.number,
                      line.time.unix_ms,
                      line.request,
                      line.trace,
                      static_cast<std::uint16_t>(message.size()),
                      static_cast<std::uint16_t>(component.size()),
                      static_cast<std::uint16_t>(module.size()),
                      line.at};
    if (head.size() > size_) {  // As if it had been here, and gone: with all before it.
        first_ = used_ = 0;
        overwritten_ = line.number;
        return;
    }
    while (size_ - used_ < head.size()) drop_oldest();
    std::size_t at = first_ + used_;
    const auto append = [&](const void* from, std::size_t size) {
        copy_in(at, static_cast<const char*>(from), size);
        at += size;
    };
    append(&head, sizeof head);
    for (const auto text : {component, module, message}) append(text.data(), text.size());
    used_ += head.size();
}

void line_ring::drop_oldest() {
    header head;
    copy_out(first_, reinterpret_cast<char*>(&head), sizeof head);
    overwritten_ = head.number;
    first_ = (first_ + head.size()) % size_;
    used_ -= head.size();
}

void line_ring::copy_in(std::size_t at, const char* from, std::size_t size) {
    at %= size_;
    const auto before_end = std::min(size, size_ - at);
    std::copy_n(from, before_end, bytes_.get() + at);
    std::copy_n(from + before_end, size - before_end, bytes_.get());
}

void line_ring::copy_out(std::size_t at, char* to, std::size_t size) const {
    at %= size_;
    const auto before_end = std::min(size, size_ - at);
    std::copy_n(bytes_.get() + at, before_end, to);
    std::copy_n(bytes_.get(), size - before_end, to + before_end);
}

std::string line_ring::copy() const {
    std::string out(used_, '\0');
    if (used_ > 0) copy_out(first_, out.data(), used_);
    return out;
}

std::vector<kept_line> read_lines(std::string_view copied, std::string_view process,
                                  std::uint64_t after) {
    std::vector<kept_line> out;
    while (!copied.empty()) {
        header head;
        std::memcpy(&head, copied.data(), sizeof head);
        if (head.number > after) {
            auto texts = copied.substr(sizeof head);
            const auto take = [&texts](std::size_t size) {
                const auto text = texts.substr(0, size);
                texts.remove_prefix(size);
                return std::string(text);
            };
            kept_line line{.number = head.number,
                           .time = {head.unix_ms},
                           .at = head.at,
                           .process = std::string(process),
                           .component = take(head.component_bytes),
                           .module = take(head.module_bytes),
                           .message = take(head.message_bytes)};
            line.request = head.request;
            line.trace = head.trace;
            out.push_back(std::move(line));
        }
        copied.remove_prefix(head.size());
    }
    return out;
}

}  // namespace cleave::log
