#include "rules.hpp"

namespace cleave::comments {

namespace {

constexpr std::string_view white_space = " \t\r\n\f\v";

result<void> invalid(std::string_view field, std::string_view why) {
    problem p{errc::invalid_argument, std::string(field), std::string(why),
              "/comment/" + std::string(field)};
    return fail(std::move(p));
}

}  // namespace

result<void> check_comment(const create_request& r) {
    if (r.body.find_first_not_of(white_space) == std::string::npos)
        return invalid("body", "can't be blank");
    if (r.body.size() > body_bytes_max) return invalid("body", "is too long (at most 65536 bytes)");
    return {};
}

}  // namespace cleave::comments
