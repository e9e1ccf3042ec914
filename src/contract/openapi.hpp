#pragma once
// The OpenAPI 3.1 document of a module's interface, derived from its declaration. A snapshot of it
// is committed beside the interface, so a change of the contract is a change in a review.
#include <contract/codec.hpp>

namespace cleave {

template <class T>
json::object schema_of() {
    if constexpr (is_optional<T>) {
        json::object schema = schema_of<typename T::value_type>();
        if (schema.contains("type"))
            schema["type"] = json::array{std::move(schema["type"]), "null"};
        return schema;
    } else if constexpr (is_vector<T>) {
        return {{"type", "array"}, {"items", schema_of<typename T::value_type>()}};
    } else if constexpr (describe::has_describe_enumerators<T>::value) {
        json::array names;
        mp11::mp_for_each<describe::describe_enumerators<T>>(
            [&](auto descriptor) { names.emplace_back(descriptor.name); });
        return {{"type", "string"}, {"enum", std::move(names)}};
    } else if constexpr (describe::has_describe_members<T>::value) {
        json::object properties;
        json::array required;
        mp11::mp_for_each<fields_of<T>>([&](auto descriptor) {
            using field = std::remove_reference_t<decltype(std::declval<T&>().*descriptor.pointer)>;
            properties[descriptor.name] = schema_of<field>();
            if (!is_optional<field>) required.emplace_back(descriptor.name);
        });
        return {{"type", "object"},
                {"properties", std::move(properties)},
                {"required", std::move(required)}};
    } else if constexpr (std::is_same_v<T, bool>) {
        return {{"type", "boolean"}};
    } else if constexpr (std::is_same_v<T, timestamp>) {
        return {{"type", "string"}, {"format", "date-time"}};
    } else if constexpr (std::is_integral_v<T>) {
        return {{"type", "integer"}};
    } else {
        static_assert(std::is_same_v<T, std::string>, "this type has no wire format");
        return {{"type", "string"}};
    }
}

namespace detail {
template <class T>
json::object json_content() {
    return {{"content", {{"application/json", {{"schema", schema_of<T>()}}}}}};
}
}  // namespace detail

template <class Api>
json::object openapi_of(std::string_view service = Api::module_name) {
    json::object paths;
    mp11::mp_for_each<methods_of<Api>>([&](auto descriptor) {
        constexpr auto method = decltype(descriptor)::pointer;
        json::object ok = detail::json_content<response_of<method>>();
        ok["description"] = "the response";
        json::object failed = detail::json_content<problem>();
        failed["description"] = "a problem; its code decides the status";
        const std::string path = "/rpc/" + std::string(service) + "/" + descriptor.name;
        paths[path] = {{"post",
                        {{"operationId", std::string(service) + "." + descriptor.name},
                         {"x-cleave-kind", describe::enum_to_string(kind_of<method>, "")},
                         {"requestBody", detail::json_content<request_of<method>>()},
                         {"responses", {{"200", std::move(ok)}, {"default", std::move(failed)}}}}}};
    });
    return {{"openapi", "3.1.0"},
            {"info", {{"title", std::string(service)}, {"version", "1"}}},
            {"paths", std::move(paths)}};
}

// Indented by two, keys in the order of declaration, so that a change reads well in a diff.
std::string pretty(const json::value& document);

}  // namespace cleave
