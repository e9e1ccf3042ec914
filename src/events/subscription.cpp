#include <events/subscription.hpp>

namespace cleave::events {

namespace {

constexpr std::size_t error_bytes_max = 300;

// For an operator's terminal and for JSON: one line, UTF-8 not cut in two.
std::string brief(std::string_view text) {
    if (text.size() > error_bytes_max) {
        auto end = error_bytes_max;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
        text = text.substr(0, end);
    }
    std::string out(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return out;
}

}  // namespace

void subscription::apply(sqlite::connection& db, const event& e, std::string& why) const {
    const auto found = handlers_.find(e.kind);
    if (found == handlers_.end()) return;
    try {
        found->second(db, e);
    } catch (const std::exception& x) {
        why = brief(x.what());
        throw;
    } catch (...) {
        why = "something that is no exception";
        throw;
    }
}

void subscription::reset(sqlite::connection& db, std::int64_t old_epoch) const {
    if (reset_) reset_(db, old_epoch);
}

}  // namespace cleave::events
