#include <fmt/format.h>
#include <fmt/ranges.h>

#include <config/key.hpp>
#include <http/endpoint.hpp>

namespace cleave::config {

std::string toml_list(const std::vector<std::string>& texts) {
    std::vector<std::string> quoted;
    for (const auto& t : texts) quoted.push_back(toml_text(t));
    return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string range_text(std::int64_t least, std::int64_t most) {
    return fmt::format("a number from {} to {}", least, most);
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        if (auto one = trimmed(text.substr(0, end)); !one.empty()) out.push_back(std::move(one));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

bool is_address(std::string_view text) {
    try {
        http::parse_endpoint(std::string(text));
        return true;
    } catch (const std::invalid_argument&) {
        return false;
    }
}

}  // namespace cleave::config
