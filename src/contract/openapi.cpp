#include <contract/openapi.hpp>

namespace cleave {

namespace {

void append_pretty(std::string& out, const json::value& value, std::size_t indent) {
    const std::string inner(indent + 2, ' ');
    if (const auto* object = value.if_object(); object && !object->empty()) {
        const char* separator = "{\n";
        for (const auto& [key, item] : *object) {
            out += separator;
            separator = ",\n";
            out += inner + json::serialize(key) + ": ";
            append_pretty(out, item, indent + 2);
        }
        out += "\n" + std::string(indent, ' ') + "}";
    } else if (const auto* array = value.if_array(); array && !array->empty()) {
        const char* separator = "[";
        for (const auto& item : *array) {
            out += separator;
            separator = ", ";
            append_pretty(out, item, indent);
        }
        out += "]";
    } else {
        out += json::serialize(value);
    }
}

}  // namespace

std::string pretty(const json::value& document) {
    std::string out;
    append_pretty(out, document, 0);
    return out + "\n";
}

}  // namespace cleave
