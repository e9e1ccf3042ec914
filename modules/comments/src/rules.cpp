#include "rules.hpp"

#include <base/text.hpp>

namespace cleave::comments {

namespace {

result<void> invalid(std::string_view field, std::string_view why) {
    problem p{errc::invalid_argument, std::string(field), std::string(why),
              "/comment/" + std::string(field)};
    return fail(std::move(p));
}

}  // namespace

result<void> check_body(std::string_view body) {
    if (is_blank(body)) return invalid("body", "can't be blank");
    if (body.size() > body_bytes_max) return invalid("body", "is too long (at most 65536 bytes)");
    return {};
}

}  // namespace cleave::comments
