#include <algorithm>
#include <boost/json.hpp>
#include <http/openapi_routes.hpp>
#include <http/text.hpp>

namespace cleave::http {

namespace {

namespace json = boost::json;

constexpr std::string_view public_prefix = "/api/";
constexpr std::string_view edges_own = "/api/openapi.json";
constexpr std::string_view own_prefix = "x-cleave-";

using parameters = std::vector<std::pair<std::string, std::string>>;  // in paths: name and type

[[noreturn]] void refuse(std::string_view where, std::string_view what) {
    throw std::invalid_argument(fmt::format("{}: {}", where, what));
}

std::string_view view(json::string_view text) {
    return {text.data(), text.size()};
}

const json::object& object_at(const json::object& in, std::string_view name,
                              std::string_view where) {
    static const json::object none;
    const auto* const value = in.if_contains(name);
    if (!value) return none;
    if (const auto* found = value->if_object()) return *found;
    refuse(where, fmt::format("\"{}\" must be an object", name));
}

// A word of ours among those of an enumeration.
template <class Enum>
std::optional<Enum> word(const json::object& in, std::string_view name, std::string_view where) {
    const auto* const value = in.if_contains(name);
    if (!value) return std::nullopt;
    Enum out{};
    if (value->is_string() && describe::enum_from_string(value->get_string().c_str(), out))
        return out;
    std::string known;
    mp11::mp_for_each<describe::describe_enumerators<Enum>>([&](auto descriptor) {
        known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", descriptor.name);
    });
    refuse(where, fmt::format("\"{}\" must be one of {}", name, known));
}

void expect_known_words(const json::object& operation, std::string_view where) {
    constexpr std::array<std::string_view, 5> known{"x-cleave-access", "x-cleave-kind",
                                                    "x-cleave-body-bytes-max",
                                                    "x-cleave-least-role", "x-cleave-streaming"};
    for (const auto& [key, value] : operation)
        if (view(key).starts_with(own_prefix) && std::ranges::find(known, view(key)) == known.end())
            refuse(where, fmt::format("there is no \"{}\"", view(key)));
}

// OpenAPI's own word for it: [] is nobody in particular, {} among others that it may be anybody.
policy access_of(const json::object& operation, std::string_view where) {
    if (const auto said = word<policy>(operation, "x-cleave-access", where)) {
        if (*said != policy::unset) return *said;
        refuse(where, "\"x-cleave-access\" must say who may call");
    }
    const auto* const security = operation.if_contains("security");
    const auto* const all = security ? security->if_array() : nullptr;
    if (!all) return policy::user;
    if (all->empty()) return policy::anyone;
    const bool may_be_nobody = std::ranges::any_of(
        *all, [](const auto& one) { return one.is_object() && one.get_object().empty(); });
    return may_be_nobody ? policy::optional_user : policy::user;
}

std::size_t body_bytes_of(const json::object& operation, std::string_view where) {
    constexpr auto most = static_cast<std::int64_t>(foreign_body_bytes_max);
    const auto* const said = operation.if_contains("x-cleave-body-bytes-max");
    if (!said) return operation.contains("requestBody") ? foreign_body_bytes : 0;
    const auto* const bytes = said->if_int64();
    if (bytes && *bytes >= 0 && *bytes <= most) return static_cast<std::size_t>(*bytes);
    refuse(where, fmt::format("\"x-cleave-body-bytes-max\" must be a number from 0 to {}", most));
}

bool streaming_of(const json::object& operation, std::string_view where) {
    const auto* const said = operation.if_contains("x-cleave-streaming");
    if (!said) return false;
    if (!said->is_bool()) refuse(where, "\"x-cleave-streaming\" must be true or false");
    return said->get_bool();
}

void read_parameters(const json::object& in, std::string_view where, parameters& out) {
    const auto* const listed = in.if_contains("parameters");
    const auto* const all = listed ? listed->if_array() : nullptr;
    if (!all) return;
    for (const auto& one : *all) {
        const auto* const p = one.if_object();
        if (!p || !p->if_contains("in") || p->at("in") != "path" || !p->if_contains("name"))
            continue;
        const auto& schema = object_at(*p, "schema", where);
        const auto* const type = schema.if_contains("type");
        if (p->at("name").is_string() && type && type->is_string())
            out.emplace_back(view(p->at("name").get_string()), view(type->get_string()));
    }
}

// "/api/things/{id}" where id is an integer: "/api/things/{id:int}".
std::string template_of(std::string path, const parameters& known) {
    for (const auto& [name, type] : known) {
        const auto at = path.find("{" + name + "}");
        if (type == "integer" && at != path.npos) path.insert(at + 1 + name.size(), ":int");
    }
    return path;
}

route route_of(const json::object& operation, verb method, std::string path,
               std::string_view where) {
    expect_known_words(operation, where);
    route out;
    out.method = method;
    out.path = std::move(path);
    out.access = access_of(operation, where);
    // Whatever its verb: a command goes to the owner of the data, and is not sent twice.
    out.kind = word<method_kind>(operation, "x-cleave-kind", where).value_or(method_kind::command);
    out.body_bytes_max = body_bytes_of(operation, where);
    out.least = word<role>(operation, "x-cleave-least-role", where).value_or(role::reader);
    if (out.least != role::reader && out.access != policy::user)
        refuse(where, "\"x-cleave-least-role\" asks a role of nobody: the access must be \"user\"");
    out.streaming = streaming_of(operation, where);
    return out;
}

std::optional<verb> verb_of(std::string_view name) {
    std::string upper(name);
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return name == upper ? std::nullopt : verb_from_name(upper);
}

json::object parsed(std::string_view document) {
    if (document.size() > openapi_bytes_max)
        refuse("the document", fmt::format("has more than {} bytes", openapi_bytes_max));
    boost::system::error_code ec;
    auto value = json::parse(document, ec);
    if (ec) refuse("the document", "is not valid JSON: " + ec.message());
    if (!value.is_object()) refuse("the document", "must be an object");
    return std::move(value.get_object());
}

}  // namespace

module_routes routes_of_openapi(std::string_view module, std::string_view document) {
    const auto all = parsed(document);
    module_routes out{std::string(module), {}};
    router checked;  // for its complaints about templates
    for (const auto& [key, item] : object_at(all, "paths", "the document")) {
        const auto path = view(key);
        if (!path.starts_with(public_prefix)) continue;  // A call, or nothing for the public.
        if (path == edges_own) refuse(path, "is the gateway's own");
        if (!item.is_object()) refuse(path, "must be an object");
        parameters of_path;
        read_parameters(item.get_object(), path, of_path);
        for (const auto& [name, operation] : item.get_object()) {
            const auto method = verb_of(view(name));
            if (!method) continue;
            const auto where = fmt::format("{} {}", view(name), path);
            if (!operation.is_object()) refuse(where, "must be an object");
            auto known = of_path;
            read_parameters(operation.get_object(), where, known);
            const auto found = route_of(operation.get_object(), *method,
                                        template_of(std::string(path), known), where);
            checked.add(found.method, found.path, out.routes.size());
            out.routes.push_back(to_row(found));
            if (out.routes.size() > foreign_routes_max)
                refuse("the document", fmt::format("has more than {} routes", foreign_routes_max));
        }
    }
    return out;
}

}  // namespace cleave::http
