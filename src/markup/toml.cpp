#include <fmt/format.h>
#include <toml++/toml.h>

#include <markup/head.hpp>
#include <sstream>

namespace cleave::markup {

namespace {

// As it stands in a file, without quotes; nothing for what is no single value.
std::optional<std::string> text_of(const toml::node& value) {
    if (const auto* text = value.as_string()) return text->get();
    if (const auto* flag = value.as_boolean()) return flag->get() ? "true" : "false";
    if (value.is_table() || value.is_array()) return std::nullopt;
    std::ostringstream out;
    value.visit([&out](const auto& v) {
        if constexpr (toml::is_value<decltype(v)>) out << v.get();
    });
    return std::move(out).str();
}

}  // namespace

// toml++ bounds the nesting itself.
outcome read_toml(std::string_view head, document& into) {
    try {
        for (const auto& [key, value] : toml::parse(head)) {
            std::vector<std::string> values;
            if (const auto* items = value.as_array()) {
                for (const auto& item : *items)
                    if (auto text = text_of(item)) values.push_back(std::move(*text));
                take(into, key.str(), values, true);
            } else if (auto text = text_of(value)) {
                values.push_back(std::move(*text));
                take(into, key.str(), values, false);
            }
        }
        return std::nullopt;
    } catch (const toml::parse_error& e) {
        return fmt::format("its head is no TOML: {} (line {})", e.description(),
                           e.source().begin.line + 1);
    }
}

}  // namespace cleave::markup
