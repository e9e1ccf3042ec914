#pragma once
// Which pages of other sites may call (https://fetch.spec.whatwg.org/#http-cors-protocol).
#include <http/routing/route.hpp>

namespace cleave::gateway {

class cors {
public:
    // None: any origin. Throws std::invalid_argument for what is not scheme://host[:port].
    explicit cors(std::vector<std::string> origins);

    // The lines that an answer to this request needs, errors too: a script could not read them.
    void append(std::string& headers, const http::request& r) const;

    // The answer to a browser that asks first. 204, or 403 `origin: not allowed`.
    http::response preflight(const http::request& r) const;

private:
    bool allows(std::string_view origin) const;

    std::vector<std::string> origins_;
};

}  // namespace cleave::gateway
