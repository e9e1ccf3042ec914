// Reading a topology file, strictly: every key is known, every module is placed, and what is wrong
// is said with its line.
#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <fstream>
#include <http/endpoint.hpp>
#include <iterator>
#include <system_error>
#include <topology/keys.hpp>
#include <topology/nearest.hpp>
#include <topology/topology.hpp>

namespace cleave::topology {

namespace {

constexpr std::int64_t threads_max = 256;

using names = std::vector<std::string>;

class reader {
public:
    reader(std::string_view source, std::span<const known_module> known, names elsewhere)
        : source_(source), elsewhere_(std::move(elsewhere)) {
        out_.modules.assign(known.begin(), known.end());
        placed_.emplace_back(gateway_name);
        for (const auto& m : known) placed_.push_back(m.name);
    }

    topology read(std::string_view text) {
        const auto file = parsed(text);
        names keys{"listen", "data", "gateway", "calls", "placement", "processes"};
        keys.insert(keys.end(), elsewhere_.begin(), elsewhere_.end());
        for (const auto& [key, value] : file) {
            expect_known(key, keys, "key");
            if (key == "listen") {
                out_.listen = address(value, "listen");
            } else if (key == "data") {
                out_.data = text_of(value, "data");
            } else if (key == "gateway") {
                out_.gateway = one_of<gateway_use>(value, "gateway");
            } else if (key == "calls") {
                read_calls(table_of(value, "calls"));
            } else if (key == "placement") {
                read_placement(table_of(value, "placement"));
            }
        }
        if (!file.contains("placement")) out_.placement = monolith(out_.modules).placement;
        // Last, because only placements say which processes there are.
        if (const auto* value = file.get("processes"))
            read_processes(table_of(*value, "processes"));
        return std::move(out_);
    }

private:
    [[noreturn]] void refuse(const toml::source_region& at, std::string_view what) const {
        throw config_error(fmt::format("{}:{}: {}", source_, at.begin.line, what));
    }

    toml::table parsed(std::string_view text) const {
        try {
            return toml::parse(text, source_);
        } catch (const toml::parse_error& e) {
            refuse(e.source(), e.description());
        }
    }

    void expect_known(const toml::key& key, const names& known, std::string_view what) const {
        if (std::ranges::find(known, key.str()) == known.end())
            refuse(key.source(),
                   fmt::format("unknown {} \"{}\"{}", what, key.str(), hint(key.str(), known)));
    }

    const toml::table& table_of(const toml::node& value, std::string_view key) const {
        if (const auto* table = value.as_table()) return *table;
        refuse(value.source(), fmt::format("\"{}\" must be a table: write [{}]", key, key));
    }

    std::string text_of(const toml::node& value, std::string_view key) const {
        const auto text = value.value_exact<std::string>();
        if (!text || text->empty())
            refuse(value.source(), fmt::format("\"{}\" must be a text in quotes", key));
        return *text;
    }

    std::string address(const toml::node& value, std::string_view key) {
        return claimed(text_of(value, key), value, key);
    }

    // That can be listened on, and that nobody else has.
    std::string claimed(std::string text, const toml::node& value, std::string_view key) {
        try {
            http::parse_endpoint(text);
        } catch (const std::invalid_argument& e) {
            refuse(value.source(), fmt::format("\"{}\": {}", key, e.what()));
        }
        // Port 0 is any free one, so it may stand there often.
        const auto line = value.source().begin.line;
        if (const auto [at, fresh] = taken_.try_emplace(text, line);
            !fresh && !text.ends_with(":0"))
            refuse(value.source(),
                   fmt::format("\"{}\": {} is already taken in line {}", key, text, at->second));
        return text;
    }

    void read_calls(const toml::table& calls) {
        for (const auto& [key, value] : calls) {
            expect_known(key, {"local", "balance", "wire"}, "key of [calls]");
            if (key == "local")
                out_.local = one_of<local_calls>(value, "local");
            else if (key == "balance")
                out_.balance = one_of<http::balancing>(value, "balance");
            else
                out_.wire = one_of<call_wire>(value, "wire");
        }
    }

    template <class Enum>
    Enum one_of(const toml::node& value, std::string_view key) const {
        const auto text = text_of(value, key);
        Enum out{};
        if (boost::describe::enum_from_string(text.c_str(), out)) return out;
        names all;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
            [&all](auto e) { all.emplace_back(e.name); });
        refuse(value.source(),
               fmt::format("\"{}\" cannot be \"{}\"{}", key, text, hint(text, all)));
    }

    void read_placement(const toml::table& placement) {
        for (const auto& [key, value] : placement) {
            expect_known(key, placed_, "module");
            auto process = text_of(value, key.str());
            if (!is_process_name(process))
                refuse(value.source(),
                       fmt::format("\"{}\" cannot be the name of a process: it takes a lower-case "
                                   "letter, then at most 31 of a-z, 0-9 and \"-\" (and not \"up\")",
                                   process));
            out_.placement.emplace(key.str(), std::move(process));
        }
        for (const auto& name : placed_)
            if (!out_.placement.contains(name))
                refuse(
                    placement.source(),
                    fmt::format("[placement] has no line for {0}: add {0} = \"{1}\"", name,
                                out_.placement.empty() ? "main" : out_.placement.begin()->second));
    }

    void read_processes(const toml::table& processes) {
        names known;
        // The gateway's as well where it is off: it may be switched on by one word.
        for (const auto& [module, process] : out_.placement)
            if (std::ranges::find(known, process) == known.end()) known.push_back(process);
        for (const auto& [key, value] : processes) {
            expect_known(key, known, "process");
            auto settings = settings_of(table_of(value, fmt::format("processes.{}", key.str())));
            if (settings.foreign && out_.process(key.str()).runs().size() != 1)
                refuse(value.source(),
                       fmt::format("process \"{}\" has a url, so it is another program, which is "
                                   "one module and not the gateway: place the others elsewhere",
                                   key.str()));
            if (settings.foreign && out_.process(key.str()).has_gateway)
                refuse(value.source(), "the gateway is of this program: it takes no url");
            out_.settings.emplace(key.str(), std::move(settings));
        }
    }

    process_settings settings_of(const toml::table& table) {
        process_settings settings;
        for (const auto& [key, value] : table) {
            expect_known(key, keys_of_a_process(), "key of a process");
            if (key == "url")
                settings.internal = {address_in_url(value)}, settings.foreign = true;
            else if (key == "command")
                settings.command = words(value, "command");
            else if (key == "internal")
                settings.internal = addresses(value, "internal");
            else if (key == "advertised")
                settings.advertised = addresses(value, "advertised");
            else if (key == "ops")
                settings.ops = addresses(value, "ops");
            else if (key == "public")
                settings.public_at = address(value, "public");
            else if (key == "threads")
                settings.threads = number(value, "threads", threads_max);
            else if (key == "replicas")
                settings.replicas = number(value, "replicas", replicas_max);
            else if (key == "binary")
                settings.binary = text_of(value, "binary");
            else
                settings.supervised = yes_or_no(value, "supervised");
        }
        for (const auto* list : {&settings.internal, &settings.ops})
            if (list->size() > settings.replicas.value_or(1))
                refuse(table.source(),
                       "more addresses than instances: say how many there are with replicas = …");
        if (settings.advertised.size() > settings.internal.size())
            refuse(table.source(),
                   "\"advertised\" is where others reach what listens at \"internal\": say where "
                   "that is, for as many instances");
        check_foreign(settings, table);
        return settings;
    }

    void check_foreign(const process_settings& settings, const toml::table& table) const {
        if (!settings.foreign && !settings.command.empty())
            refuse(table.source(),
                   "\"command\" starts another program: say where it listens, url = "
                   "\"http://127.0.0.1:0\"");
        if (!settings.foreign) return;
        for (const auto* own : {"internal", "advertised", "ops", "public", "threads", "replicas",
                                "supervised", "binary"})
            if (table.contains(own))
                refuse(table.source(),
                       fmt::format("\"{}\" is for a process of this program, and this one has a "
                                   "url: remove one of them",
                                   own));
        if (settings.command.empty() && settings.internal.front().ends_with(":0"))
            refuse(table.source(),
                   "\"url\" needs the program's port, unless `up` starts it: command = "
                   "[\"node\", \"main.mjs\"]");
    }

    // Of "http://127.0.0.1:9000".
    std::string address_in_url(const toml::node& value) {
        constexpr std::string_view scheme = "http://";
        auto text = text_of(value, "url");
        if (!text.starts_with(scheme) || text.find('/', scheme.size()) != text.npos)
            refuse(value.source(),
                   "\"url\" must be like \"http://127.0.0.1:9000\": host and port alone");
        return claimed(text.substr(scheme.size()), value, "url");
    }

    names words(const toml::node& value, std::string_view key) const {
        names out;
        const auto* list = value.as_array();
        if (list)
            for (const auto& one : *list) out.push_back(text_of(one, key));
        if (out.empty())
            refuse(value.source(),
                   fmt::format("\"{}\" must be a list: [\"node\", \"main.mjs\"]", key));
        return out;
    }

    unsigned number(const toml::node& value, std::string_view key, std::int64_t max) const {
        const auto count = value.value_exact<std::int64_t>();
        if (!count || *count < 1 || *count > max)
            refuse(value.source(), fmt::format("\"{}\" must be a number from 1 to {}", key, max));
        return static_cast<unsigned>(*count);
    }

    bool yes_or_no(const toml::node& value, std::string_view key) const {
        const auto answer = value.value_exact<bool>();
        if (!answer) refuse(value.source(), fmt::format("\"{}\" must be true or false", key));
        return *answer;
    }

    // One, or a list with one for each instance.
    std::vector<std::string> addresses(const toml::node& value, std::string_view key) {
        const auto* list = value.as_array();
        if (!list) return {address(value, key)};
        std::vector<std::string> out;
        for (const auto& one : *list) out.push_back(address(one, key));
        return out;
    }

    std::string source_;
    names elsewhere_;
    topology out_;
    names placed_;  // whatever can be placed
    std::map<std::string, toml::source_index> taken_;
};

}  // namespace

topology parse(std::string_view text, std::string_view source, std::span<const known_module> known,
               std::vector<std::string> elsewhere) {
    return reader(source, known, std::move(elsewhere)).read(text);
}

topology load(const std::filesystem::path& file, std::span<const known_module> known,
              std::vector<std::string> elsewhere) {
    if (std::filesystem::is_directory(file))
        throw config_error(fmt::format(
            "{} is a directory: name a topology file, like config/split.toml", file.string()));
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in)
        throw config_error(fmt::format("cannot read the topology file {}: {}", file.string(),
                                       std::generic_category().message(errno)));
    return parse(text, file.string(), known, std::move(elsewhere));
}

}  // namespace cleave::topology
