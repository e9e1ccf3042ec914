// A topology as text: for people, and as the file that load() reads.
#include <fmt/ranges.h>

#include <algorithm>
#include <base/text.hpp>
#include <boost/describe.hpp>
#include <topology/topology.hpp>

namespace cleave::topology {

namespace {

template <class Enum>
const char* to_text(Enum how) {
    return boost::describe::enum_to_string(how, "");
}

const char* between_processes(call_wire wire) {
    return wire == call_wire::tcp ? "between processes (HTTP)"
                                  : "between processes (HTTP over Unix sockets)";
}

std::string words_text(const std::vector<std::string>& all) {
    std::string out;
    for (const auto& one : all) out += (out.empty() ? "[" : ", ") + toml_text(one);
    return out + "]";
}

// One is told as a text, several as a list.
std::string list_text(const std::vector<std::string>& all) {
    if (all.size() == 1) return toml_text(all.front());
    return words_text(all);
}

std::string how_started(const placed_process& p) {
    if (p.settings.foreign)
        return fmt::format(" (another program, at http://{}{})", p.settings.internal.front(),
                           p.is_supervised() ? "" : ", started elsewhere");
    return p.is_supervised() ? "" : " (started elsewhere)";
}

// "comments -> posts": what crosses from one module to another, and whether it leaves the process.
std::string edges(const topology& t, const char* title,
                  std::vector<std::string> known_module::* others, std::string_view at_home) {
    std::string out;
    for (const auto& m : t.modules)
        for (const auto& other : m.*others) {
            const bool local = t.together(m.name, other);
            out += fmt::format("{:<10}{:<30} {}\n", out.empty() ? title : "",
                               fmt::format("{} -> {}", m.name, other),
                               local ? at_home : between_processes(t.wire));
        }
    return out;
}

std::string public_text(const topology& t, const placed_process& p) {
    auto at = t.public_address(p);
    return at.ends_with(":0") ? "any free port" : at;
}

}  // namespace

std::string describe(const topology& t) {
    const bool has_gateway = t.gateway == gateway_use::on;
    std::string out =
        has_gateway ? fmt::format("{:<10}{}\n", "listen", t.listen)
                    : fmt::format("{:<10}off: each process answers for its modules\n", "gateway");
    out += fmt::format("{:<10}{}\n", "data", t.data.string());
    std::string title = "processes";
    const auto all = t.processes();
    const auto width =
        std::ranges::max(all, {}, [](const auto& p) { return p.name.size(); }).name.size();
    for (const auto& p : all) {
        out += fmt::format(
            "{:<10}{:<{}}  {}{}{}{}\n", title, p.name, width, fmt::join(p.runs(), ", "),
            p.replicas() == 1 ? "" : fmt::format(" (x{})", p.replicas()),
            has_gateway ? "" : fmt::format(" (public: {})", public_text(t, p)), how_started(p));
        title.clear();
    }
    const auto at_home = fmt::format("in process ({})", to_text(t.local));
    out += edges(t, "calls", &known_module::calls, at_home);
    out += edges(t, "follows", &known_module::follows, at_home);
    return out;
}

std::string to_toml(const topology& t) {
    return fmt::format(
               "listen = {}\ndata = {}\ngateway = {}\n\n[calls]\nlocal = {}\nbalance = {}\nwire = "
               "{}\n",
               toml_text(t.listen), toml_text(t.data.string()), toml_text(to_text(t.gateway)),
               toml_text(to_text(t.local)), toml_text(to_text(t.balance)),
               toml_text(to_text(t.wire))) +
           placement_as_toml(t);
}

std::string placement_as_toml(const topology& t) {
    std::string out = "\n[placement]\n";
    out += fmt::format("{} = {}\n", gateway_name, toml_text(t.process_of(gateway_name)));
    for (const auto& m : t.modules)
        out += fmt::format("{} = {}\n", m.name, toml_text(t.process_of(m.name)));
    for (const auto& [name, settings] : t.settings) {
        out += fmt::format("\n[processes.{}]\n", name);
        if (settings.foreign)
            out += "url = " + toml_text("http://" + settings.internal.front()) + "\n";
        else if (!settings.internal.empty())
            out += "internal = " + list_text(settings.internal) + "\n";
        if (!settings.advertised.empty())
            out += "advertised = " + list_text(settings.advertised) + "\n";
        if (!settings.command.empty()) out += "command = " + words_text(settings.command) + "\n";
        if (!settings.ops.empty()) out += "ops = " + list_text(settings.ops) + "\n";
        if (settings.public_at) out += "public = " + toml_text(*settings.public_at) + "\n";
        if (settings.threads) out += fmt::format("threads = {}\n", *settings.threads);
        if (settings.supervised) out += fmt::format("supervised = {}\n", *settings.supervised);
        if (settings.binary) out += "binary = " + toml_text(*settings.binary) + "\n";
        if (settings.replicas) out += fmt::format("replicas = {}\n", *settings.replicas);
    }
    return out;
}

}  // namespace cleave::topology
