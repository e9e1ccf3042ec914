#include <fmt/format.h>

#include <toml++/toml.h>
#include <config/table.hpp>
#include <fstream>
#include <iterator>
#include <topology/nearest.hpp>

namespace cleave::config {

namespace {

using topology::config_error;

constexpr std::string_view variable_prefix = "CLEAVE_";

std::string_view section_of(std::string_view key) {
    const auto dot = key.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

std::string_view name_of(std::string_view key) {
    return key.substr(key.rfind('.') + 1);
}

bool has(std::span<const std::string> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// Nothing where it is none of the kinds that settings have.
std::optional<raw> raw_of(const toml::node& value) {
    if (const auto n = value.value_exact<std::int64_t>()) return *n;
    if (const auto b = value.value_exact<bool>()) return *b;
    if (const auto t = value.value_exact<std::string>()) return *t;
    const auto* items = value.as_array();
    if (!items) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& item : *items) {
        const auto text = item.value_exact<std::string>();
        if (!text) return std::nullopt;
        texts.push_back(*text);
    }
    return texts;
}

std::string place(std::string_view source, const toml::source_region& at) {
    return fmt::format("{}:{}", source, at.begin.line);
}

}  // namespace

std::string variable_of(std::string_view key) {
    std::string out(variable_prefix);
    for (const char c : key)
        out += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

void table::read_file(const std::filesystem::path& file, std::span<const std::string> elsewhere) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) throw config_error(fmt::format("cannot read the config file {}", file.string()));
    read_text(text, file.string(), elsewhere);
}

void table::read_text(std::string_view toml, std::string_view source,
                      std::span<const std::string> elsewhere) {
    const auto known = keys();
    const std::function<void(const toml::table&, const std::string&)> read =
        [&](const toml::table& from, const std::string& prefix) {
            for (const auto& [name, value] : from) {
                if (prefix.empty() && has(elsewhere, name.str())) continue;
                const auto key = prefix + std::string(name.str());
                const auto at = place(source, name.source());
                if (const auto* section = value.as_table()) {
                    const auto inside = std::ranges::any_of(
                        known, [&](const auto& k) { return k.starts_with(key + "."); });
                    if (inside) {
                        read(*section, key + ".");
                        continue;
                    }
                }
                slot* found = find(key);
                if (!found) {
                    auto names = known;
                    if (prefix.empty()) {
                        names = top_names();
                        names.insert(names.end(), elsewhere.begin(), elsewhere.end());
                    }
                    throw config_error(fmt::format("{}: unknown key \"{}\"{}", at, key,
                                                   topology::hint(key, names)));
                }
                const auto given = raw_of(value);
                if (!given || !found->take(*given))
                    throw config_error(
                        fmt::format("{}: \"{}\" must be {}", at, key, found->expects));
                found->origin = at;
            }
        };
    try {
        read(toml::parse(toml, source), "");
    } catch (const toml::parse_error& e) {
        throw config_error(
            fmt::format("{}: {}", place(source, e.source()), std::string(e.description())));
    }
}

void table::read_environment(const char* const* environment,
                             std::span<const std::string> elsewhere) {
    std::vector<std::string> known;
    for (const auto& s : slots_) known.push_back(variable_of(s.key));
    for (; *environment != nullptr; ++environment) {
        const std::string_view text = *environment;
        const auto name = text.substr(0, text.find('='));
        if (!text.starts_with(variable_prefix) || has(elsewhere, name)) continue;
        const auto found = std::ranges::find(known, name);
        if (found == known.end())
            throw config_error(fmt::format("the environment variable {} is no setting{}", name,
                                           topology::hint(name, known)));
        const auto at = static_cast<std::size_t>(found - known.begin());
        put(slots_[at].key, text.substr(std::min(name.size() + 1, text.size())), name);
    }
}

void table::read_assignment(std::string_view text, std::string_view flag) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos)
        throw config_error(
            fmt::format("{} takes KEY=VALUE, like {} http.idle_timeout_ms=5000", flag, flag));
    put(text.substr(0, equals), text.substr(equals + 1), flag);
}

void table::put(std::string_view key, std::string_view text, std::string_view origin) {
    slot* found = find(key);
    if (!found)
        throw config_error(
            fmt::format("{}: unknown key \"{}\"{}", origin, key, topology::hint(key, keys())));
    if (!found->take_text(text))
        throw config_error(fmt::format("{}: \"{}\" must be {}", origin, key, found->expects));
    found->origin = origin;
}

std::vector<entry> table::entries() const {
    std::vector<entry> out;
    for (const auto& s : slots_) {
        const auto shown = [&](std::string value) {
            return s.secret && value != "\"\"" ? "\"***\"" : std::move(value);
        };
        out.push_back({s.key, variable_of(s.key), shown(s.toml()), shown(s.default_value), s.origin,
                       s.expects, std::string(s.help)});
    }
    return out;
}

std::string table::sections_as_toml(std::span<const std::string> elsewhere) const {
    std::string out;
    std::string_view section;
    for (const auto& s : slots_) {
        if (section_of(s.key).empty() || has(elsewhere, section_of(s.key))) continue;
        if (section_of(s.key) != section) {
            section = section_of(s.key);
            out += fmt::format("\n[{}]\n", section);
        }
        out += fmt::format("{} = {}\n", name_of(s.key), s.toml());
    }
    return out;
}

std::vector<std::string> table::top_names() const {
    std::vector<std::string> out;
    for (const auto& s : slots_)
        if (auto top = s.key.substr(0, s.key.find('.')); !has(out, top))
            out.push_back(std::move(top));
    return out;
}

table::slot* table::find(std::string_view key) {
    const auto found = std::ranges::find(slots_, key, &slot::key);
    return found == slots_.end() ? nullptr : &*found;
}

std::vector<std::string> table::keys() const {
    std::vector<std::string> out;
    for (const auto& s : slots_) out.push_back(s.key);
    return out;
}

}  // namespace cleave::config
