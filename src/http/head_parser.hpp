#pragma once
// From the bytes of a header to a request. The only place of the server that knows Beast.
#include <http/guard.hpp>

namespace cleave::http {

struct parsed_head {
    http::framing framing{};
    int version = 11;
    bool keep_alive = false;
    bool expects_continue = false;
    std::string forwarded_for{};  // X-Forwarded-For, by whomever
};

// `bytes` is a whole header with the empty line that ends it. Fills all of the request but its
// body, parameters, client address and context.deadline; its strings keep their capacity.
std::optional<refusal> parse_head(std::string_view bytes, const server_limits& limits,
                                  request& into, parsed_head& out);

// Of a header that is not all there: whether it cannot become one any more.
// Only what follows `from` is looked at.
bool is_hopeless(std::string_view data, std::size_t from);

}  // namespace cleave::http
