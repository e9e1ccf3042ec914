#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <base/encoding.hpp>
#include <charconv>
#include <http/routing/router.hpp>
#include <http/text.hpp>

namespace cleave::http {

namespace {

constexpr std::size_t verb_count = mp11::mp_size<describe::describe_enumerators<verb>>::value;

enum class segment_kind { literal, text, integer };

struct segment {
    segment_kind kind = segment_kind::literal;
    std::string_view name;  // the literal, or the parameter's name
};

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

[[noreturn]] void malformed(std::string_view path, std::string_view why) {
    throw std::invalid_argument(fmt::format("route \"{}\": {}", path, why));
}

segment parse_segment(std::string_view path, std::string_view text) {
    if (text.empty()) malformed(path, "has an empty segment");
    if (text.find_first_of("{}") == text.npos) {
        if (text.find_first_of("%?# ") != text.npos)
            malformed(path, "is written as it reads: no %, ?, # or space");
        return {segment_kind::literal, text};
    }
    if (!text.starts_with('{') || !text.ends_with('}'))
        malformed(path, "a parameter takes a whole segment, as in /a/{name}");
    std::string_view name = text.substr(1, text.size() - 2);
    auto kind = segment_kind::text;
    if (name.ends_with(":int")) {
        kind = segment_kind::integer;
        name.remove_suffix(4);
    }
    if (!is_name(name)) malformed(path, "a parameter is {name} or {name:int}, in a-z, 0-9 and _");
    return {kind, name};
}

std::vector<segment> parse_template(std::string_view path) {
    if (!path.starts_with('/')) malformed(path, "must start with /");
    std::vector<segment> out;
    if (path == "/") return out;
    for (std::size_t at = 1;;) {
        const auto slash = path.find('/', at);
        out.push_back(parse_segment(path, path.substr(at, slash - at)));
        if (out.back().kind != segment_kind::literal &&
            std::ranges::any_of(out.begin(), out.end() - 1, [&](const segment& s) {
                return s.kind != segment_kind::literal && s.name == out.back().name;
            }))
            malformed(path, "has two parameters of one name");
        if (slash == path.npos) return out;
        at = slash + 1;
    }
}

bool is_int64(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    return ec == std::errc{} && end == text.data() + text.size();
}

}  // namespace

// A node is what a path has been matched to so far. Its parameter children hold no names: these
// differ from template to template ("/a/{x}/b", "/a/{y}/c") and stand with the route.
struct router::node {
    struct leaf {
        std::string path;
        std::vector<std::string> params;
        std::size_t value = 0;
    };
    std::vector<std::pair<std::string, std::unique_ptr<node>>> literals;
    std::unique_ptr<node> integer;
    std::unique_ptr<node> text;
    std::array<std::unique_ptr<leaf>, verb_count> leaves;

    node& child(const segment& s) {
        if (s.kind == segment_kind::literal) {
            for (auto& [name, to] : literals)
                if (name == s.name) return *to;
            return *literals.emplace_back(s.name, std::make_unique<node>()).second;
        }
        auto& to = s.kind == segment_kind::integer ? integer : text;
        if (!to) to = std::make_unique<node>();
        return *to;
    }

    // The route that matches just what these segments do: literals alike, a parameter of whatever
    // kind where they have one.
    const leaf* rival(verb method, std::span<const segment> rest) const {
        if (rest.empty()) return leaves[std::size_t(method)].get();
        if (rest.front().kind == segment_kind::literal) {
            for (const auto& [name, to] : literals)
                if (name == rest.front().name) return to->rival(method, rest.subspan(1));
            return nullptr;
        }
        for (const node* to : {integer.get(), text.get()})
            if (const leaf* found = to ? to->rival(method, rest.subspan(1)) : nullptr) return found;
        return nullptr;
    }

    // Depth first, so that of two templates the one with the earlier literal wins. Visits no node
    // twice. Fills `values` with what stood in the parameters' places, encoded as it came.
    struct search {
        verb method;
        std::array<bool, verb_count> allowed{};
        std::vector<std::string>* values;
    };
    const leaf* find(search& s, std::string_view rest) const;
    const leaf* here(search& s) const;
};

const router::node::leaf* router::node::here(search& s) const {
    if (const leaf* own = leaves[std::size_t(s.method)].get()) return own;
    // RFC 9110, 9.3.2: HEAD is GET without the content.
    if (s.method == verb::head)
        if (const leaf* get = leaves[std::size_t(verb::get)].get()) return get;
    for (std::size_t i = 0; i < verb_count; ++i) s.allowed[i] = s.allowed[i] || leaves[i];
    return nullptr;
}

const router::node::leaf* router::node::find(search& s, std::string_view rest) const {
    if (rest.empty()) return here(s);
    rest.remove_prefix(1);  // the slash
    const std::string_view raw = rest.substr(0, rest.find('/'));
    rest.remove_prefix(raw.size());
    if (raw.empty()) return nullptr;
    // RFC 3986, 6.2.2.2: "%61" is "a". What is not text after decoding names nothing.
    std::string decoded;
    std::string_view text_here = raw;
    if (raw.find('%') != raw.npos) {
        auto plain = percent_decode(raw);
        if (!plain || !is_utf8(*plain)) return nullptr;
        decoded = std::move(*plain);
        text_here = decoded;
    }
    for (const auto& [name, to] : literals)
        if (name == text_here)
            if (const leaf* found = to->find(s, rest)) return found;
    for (const node* to : {integer.get(), text.get()}) {
        if (!to || (to == integer.get() && !is_int64(text_here))) continue;
        s.values->emplace_back(text_here);
        if (const leaf* found = to->find(s, rest)) return found;
        s.values->pop_back();
    }
    return nullptr;
}

router::router() : root_(std::make_unique<node>()) {
}
router::~router() = default;
router::router(router&&) noexcept = default;
router& router::operator=(router&&) noexcept = default;

void router::add(verb method, std::string_view path_template, std::size_t value) {
    const std::vector<segment> segments = parse_template(path_template);
    if (const auto* rival = root_->rival(method, segments))
        throw std::invalid_argument(fmt::format("route {} {} overlaps {} {}", verb_name(method),
                                                path_template, verb_name(method), rival->path));
    node* at = root_.get();
    auto leaf = std::make_unique<node::leaf>();
    for (const segment& s : segments) {
        at = &at->child(s);
        if (s.kind != segment_kind::literal) leaf->params.emplace_back(s.name);
    }
    leaf->path = path_template;
    leaf->value = value;
    at->leaves[std::size_t(method)] = std::move(leaf);
}

void router::add(const route& r, std::size_t value) {
    if (r.access == policy::unset)
        throw std::invalid_argument(
            fmt::format("route {} {} does not say who may call it: set "
                        ".access to anyone, optional_user or user",
                        verb_name(r.method), r.path));
    add(r.method, r.path, value);
}

router::match router::find(request& r) const {
    r.params.clear();
    if (!r.path.starts_with('/')) return {};
    thread_local std::vector<std::string> values;
    values.clear();
    node::search s{.method = r.method, .values = &values};
    if (const auto* found = root_->find(s, r.path == "/" ? "" : r.path)) {
        for (std::size_t i = 0; i < found->params.size(); ++i)
            r.params.emplace_back(found->params[i], std::move(values[i]));
        return {.is = match::outcome::found, .value = found->value};
    }
    match out;
    for (std::size_t i = 0; i < verb_count; ++i) {
        if (!s.allowed[i]) continue;
        out.is = match::outcome::no_method;
        if (!out.allow.empty()) out.allow += ", ";
        out.allow += verb_name(verb(i));
    }
    return out;
}

}  // namespace cleave::http
