#pragma once
// From the bytes of a response's header to what follows it.
#include <cstdint>
#include <http/client.hpp>
#include <string_view>

namespace cleave::http {

struct response_facts {
    bool keep_alive = false;
    bool chunked = false;
    bool until_eof = false;  // RFC 9112, 6.3: neither a length nor chunks
    std::uint64_t content_length = 0;
};

// `bytes` is a whole header with the empty line that ends it; `method` is what was asked, since the
// answer to HEAD has no body. False: this is not a response to rely on.
bool parse_response_head(std::string_view bytes, verb method, client_response& into,
                         response_facts& out);

}  // namespace cleave::http
