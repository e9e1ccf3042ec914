#pragma once
// JSON (RFC 8259) for described types: appended straight to a buffer on the way out, read through
// Boost.JSON's parser on the way in.
//
// On the wire an absent optional is null, an unknown field is ignored (so two releases can talk),
// and a wrong one is named by its JSON pointer (RFC 6901). A field of the public API is camelCase
// where its C++ name is snake_case; between modules it keeps its name.
//
// Limits: nesting 32 deep. Input that is not UTF-8 is malformed.
#include <boost/json.hpp>
#include <concepts>
#include <contract/json_text.hpp>
#include <contract/method.hpp>
#include <vector>

namespace cleave {

namespace json = boost::json;

enum class naming { snake, camel };

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
// std::optional<std::optional<T>>: a field that a request may leave out (nothing), set to null (an
// empty one inside) or give a value. For reading alone, as nothing else on the wire tells the first
// two apart.
template <class T>
constexpr bool is_nullable = false;
template <class T>
constexpr bool is_nullable<std::optional<std::optional<T>>> = true;
template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;

namespace detail {

// `"created_at":` or `"createdAt":`, made when the program is compiled.
template <naming Naming, class Descriptor>
struct json_key {
    static consteval std::size_t length() {
        std::size_t n = 0;
        for (const char* c = Descriptor::name; *c; ++c)
            if (Naming == naming::snake || *c != '_') ++n;
        return n;
    }
    static consteval auto make() {
        std::array<char, length() + 3> out{};
        std::size_t at = 0;
        out[at++] = '"';
        bool raise = false;
        for (const char* c = Descriptor::name; *c; ++c) {
            if (Naming == naming::camel && *c == '_') {
                raise = true;
                continue;
            }
            out[at++] = raise ? static_cast<char>(*c - 'a' + 'A') : *c;
            raise = false;
        }
        out[at++] = '"';
        out[at++] = ':';
        return out;
    }
    static constexpr auto text = make();
    static constexpr std::string_view with_colon{text.data(), text.size()};
    static constexpr std::string_view bare{text.data() + 1, text.size() - 3};
};

// Says what is wrong, and where: the path grows from the inside out while the reader returns.
struct read_failure {
    std::string detail;
    std::string pointer;
};
using read_outcome = std::optional<read_failure>;

template <naming Naming, class T>
read_outcome read(const json::value& in, T& out);

template <naming Naming, class T>
read_outcome read_fields(const json::object& in, T& out) {
    static_assert(is_fully_described<T>, "a field is missing from BOOST_DESCRIBE_STRUCT");
    read_outcome failure;
    mp11::mp_for_each<fields_of<T>>([&](auto descriptor) {
        if (failure) return;
        constexpr std::string_view key = json_key<Naming, decltype(descriptor)>::bare;
        auto& field = out.*descriptor.pointer;
        if (const auto* value = in.if_contains({key.data(), key.size()}))
            failure = read<Naming>(*value, field);
        else if constexpr (!is_optional<std::remove_reference_t<decltype(field)>>)
            failure = read_failure{"is required", ""};
        if (failure) failure->pointer.insert(0, "/" + std::string(key));
    });
    return failure;
}

template <naming Naming, class T>
read_outcome read_items(const json::array& in, std::vector<T>& out) {
    out.reserve(in.size());
    for (const auto& item : in)
        if (auto failure = read<Naming>(item, out.emplace_back())) {
            failure->pointer.insert(0, "/" + std::to_string(out.size() - 1));
            return failure;
        }
    return std::nullopt;
}

template <class T>
read_outcome read_enum(const json::value& in, T& out) {
    const auto* text = in.if_string();
    if (text && describe::enum_from_string(text->c_str(), out)) return std::nullopt;
    return read_failure{"is not one of the known values", ""};
}

template <naming Naming, class T>
read_outcome read(const json::value& in, T& out) {
    if constexpr (is_nullable<T>) {
        auto& field = out.emplace();
        return in.is_null() ? std::nullopt : read<Naming>(in, field.emplace());
    } else if constexpr (is_optional<T>) {
        return in.is_null() ? std::nullopt : read<Naming>(in, out.emplace());
    } else if constexpr (is_vector<T>) {
        const auto* items = in.if_array();
        return items ? read_items<Naming>(*items, out)
                     : read_outcome(read_failure{"must be an array", ""});
    } else if constexpr (describe::has_describe_enumerators<T>::value) {
        return read_enum(in, out);
    } else if constexpr (describe::has_describe_members<T>::value) {
        const auto* object = in.if_object();
        return object ? read_fields<Naming>(*object, out)
                      : read_outcome(read_failure{"must be an object", ""});
    } else if constexpr (std::same_as<T, std::string>) {
        const auto* text = in.if_string();
        if (!text) return read_failure{"must be a string", ""};
        out.assign(text->data(), text->size());
        return std::nullopt;
    } else if constexpr (std::same_as<T, bool>) {
        const auto* flag = in.if_bool();
        if (!flag) return read_failure{"must be true or false", ""};
        out = *flag;
        return std::nullopt;
    } else if constexpr (std::same_as<T, timestamp>) {
        const auto* text = in.if_string();
        const auto at = text ? parse_rfc3339({text->data(), text->size()}) : std::nullopt;
        if (!at) return read_failure{"must be a time like 2026-08-13T10:00:00.123Z", ""};
        out = *at;
        return std::nullopt;
    } else {
        static_assert(std::integral<T>, "this type has no wire format");
        boost::system::error_code ec;
        const T number = in.to_number<T>(ec);
        if (ec) return read_failure{"must be an integer in range", ""};
        out = number;
        return std::nullopt;
    }
}

// Parses with a buffer on the stack first: most bodies need no allocation.
template <class F>
auto with_parsed(std::string_view text, F&& use) -> result<void> {
    unsigned char buffer[4096];
    json::monotonic_resource memory(buffer, sizeof buffer);
    json::parse_options options;
    options.max_depth = 32;
    boost::system::error_code ec;
    const auto value = json::parse({text.data(), text.size()}, ec, &memory, options);
    if (ec) return fail(errc::malformed, "body", "is not valid JSON: " + ec.message());
    if (read_outcome failure = use(value)) {
        problem p{errc::invalid_argument, "body", std::move(failure->detail), failure->pointer};
        if (const auto last = failure->pointer.rfind('/'); last != std::string::npos)
            p.subject = failure->pointer.substr(last + 1);
        return fail(std::move(p));
    }
    return {};
}

}  // namespace detail

template <naming Naming = naming::snake, class T>
void append_json(std::string& out, const T& value) {
    static_assert(!is_nullable<T>, "null would be read as null, and not as left out");
    if constexpr (is_optional<T>) {
        if (value)
            append_json<Naming>(out, *value);
        else
            out += "null";
    } else if constexpr (is_vector<T>) {
        out += '[';
        bool first = true;
        for (const auto& item : value) {
            if (!first) out += ',';
            first = false;
            append_json<Naming>(out, item);
        }
        out += ']';
    } else if constexpr (describe::has_describe_enumerators<T>::value) {
        append_json_string(out, describe::enum_to_string(value, ""));
    } else if constexpr (describe::has_describe_members<T>::value) {
        static_assert(is_fully_described<T>, "a field is missing from BOOST_DESCRIBE_STRUCT");
        char separator = '{';
        mp11::mp_for_each<fields_of<T>>([&](auto descriptor) {
            out += separator;
            separator = ',';
            out += detail::json_key<Naming, decltype(descriptor)>::with_colon;
            append_json<Naming>(out, value.*descriptor.pointer);
        });
        out += separator == '{' ? "{}" : "}";
    } else if constexpr (std::same_as<T, std::string>) {
        append_json_string(out, value);
    } else if constexpr (std::same_as<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::same_as<T, timestamp>) {
        out += '"';
        append_rfc3339(out, value);
        out += '"';
    } else {
        static_assert(std::integral<T>, "this type has no wire format");
        append_json_integer(out, value);
    }
}

template <naming Naming = naming::snake, class T>
std::string encode(const T& value) {
    std::string out;
    append_json<Naming>(out, value);
    return out;
}

// Fails with malformed (not JSON) or invalid_argument (with a pointer; the subject is the last
// field of it).
template <class T, naming Naming = naming::snake>
result<T> decode(std::string_view text) {
    T out{};
    auto read = detail::with_parsed(
        text, [&](const json::value& value) { return detail::read<Naming>(value, out); });
    if (!read) return fail(std::move(read.error()));
    return out;
}

}  // namespace cleave
