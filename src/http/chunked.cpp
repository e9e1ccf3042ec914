#include <algorithm>
#include <http/chunked.hpp>

namespace cleave::http {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// A tab and what is printable; bytes above ASCII are obs-text.
bool is_text(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

}  // namespace

chunked_decoder::status chunked_decoder::feed(std::string_view in, std::string& body,
                                              std::size_t& consumed) {
    consumed = 0;
    while (consumed < in.size() && state_ != state::done) {
        if (state_ == state::data) {
            const std::size_t n = std::min<std::uint64_t>(left_, in.size() - consumed);
            body.append(in.substr(consumed, n));
            consumed += n;
            left_ -= n;
            if (left_ == 0) state_ = state::data_cr;
            continue;
        }
        const status s = step(in[consumed++]);
        if (s != status::need_more) return s;
    }
    return state_ == state::done ? status::complete : status::need_more;
}

// One byte of what is not data. A line ends with CRLF and nothing less: peers that differ about
// where one ends can be played against each other (RFC 9112, 11.2).
chunked_decoder::status chunked_decoder::step(char c) {
    const auto expect = [&](char wanted, state next) {
        state_ = next;
        return c == wanted ? status::need_more : status::malformed;
    };
    const auto skip_text = [&](state after_cr) {
        if (c == '\r') {
            state_ = after_cr;
            return status::need_more;
        }
        return is_text(c) && ++overhead_ <= overhead_bytes_max ? status::need_more
                                                               : status::malformed;
    };
    switch (state_) {
        case state::size_first:
            if (hex_digit(c) < 0) return status::malformed;
            left_ = 0;
            digits_ = 0;
            state_ = state::size;
            [[fallthrough]];
        case state::size:
            if (const int digit = hex_digit(c); digit >= 0) {
                if (++digits_ > 15) return status::malformed;
                left_ = left_ * 16 + static_cast<unsigned>(digit);
                return status::need_more;
            }
            if (c == '\r') return expect('\r', state::size_lf);
            [[fallthrough]];
        case state::blank:
            state_ = c == ';' ? state::extension : state::blank;
            return (c == ';' || c == ' ' || c == '\t') && ++overhead_ <= overhead_bytes_max
                       ? status::need_more
                       : status::malformed;
        case state::extension: return skip_text(state::size_lf);
        case state::size_lf:
            if (left_ > room_) return status::too_large;
            room_ -= left_;
            return expect('\n', left_ > 0 ? state::data : state::line_first);
        case state::data_cr: return expect('\r', state::data_lf);
        case state::data_lf: return expect('\n', state::size_first);
        case state::line_first:
            if (c == '\r') return expect('\r', state::end_lf);
            state_ = state::trailer;
            [[fallthrough]];
        case state::trailer: return skip_text(state::trailer_lf);
        case state::trailer_lf: return expect('\n', state::line_first);
        case state::end_lf: return expect('\n', state::done);
        case state::data:
        case state::done: break;
    }
    return status::malformed;
}

}  // namespace cleave::http
