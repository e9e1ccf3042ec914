#pragma once
// The chunked transfer coding (RFC 9112, 7.1), read a piece at a time as it comes.
//
// All that is given is consumed up to the end of the body, so the caller's buffer need not grow.
// Chunk extensions and trailers are dropped, and there may only be so much of them.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cleave::http {

class chunked_decoder {
public:
    static constexpr std::size_t overhead_bytes_max = 8 * 1024;  // extensions and trailers

    explicit chunked_decoder(std::size_t body_bytes_max) : room_(body_bytes_max) {}

    enum class status { need_more, complete, malformed, too_large };
    // Appends to `body`, and says in `consumed` how much of the input it took. After complete what
    // remains belongs to the next message; after an error nothing is worth reading.
    status feed(std::string_view in, std::string& body, std::size_t& consumed);

private:
    enum class state : std::uint8_t {
        size_first,  // a hex digit must come
        size,        // more digits, an extension or the line's end
        blank,       // up to the ';' of an extension
        extension,   // up to CR
        size_lf,     // LF
        data,        // `left_` bytes
        data_cr,     // the CRLF after them
        data_lf,     //
        line_first,  // of the trailers: CR ends the message, else a field
        trailer,     // up to CR
        trailer_lf,  // LF
        end_lf,      // LF
        done
    };
    status step(char c);

    std::size_t room_;
    std::uint64_t left_ = 0;
    std::size_t overhead_ = 0;
    std::uint8_t digits_ = 0;
    state state_ = state::size_first;
};

}  // namespace cleave::http
