// A topology drawn, and two of them compared.
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/describe.hpp>
#include <set>
#include <topology/topology.hpp>

namespace cleave::topology {

namespace {

template <class T>
std::string text_of(const std::optional<T>& value, std::string_view otherwise) {
    return value ? fmt::format("{}", *value) : std::string(otherwise);
}

std::string text_of(const std::vector<std::string>& all) {
    return all.empty() ? "any free port" : fmt::format("{}", fmt::join(all, ", "));
}

std::string url_of(const process_settings& s) {
    return s.foreign ? "http://" + s.internal.front() : "none, it is of this program";
}

class comparison {
public:
    void add(std::string_view what, const std::string& from, const std::string& to) {
        if (from != to) lines_.push_back(fmt::format("{}: {} -> {}", what, from, to));
    }
    std::vector<std::string> take() { return std::move(lines_); }

private:
    std::vector<std::string> lines_;
};

}  // namespace

std::string to_mermaid(const topology& t) {
    std::string out = "flowchart LR\n";
    for (const auto& p : t.processes()) {
        out += fmt::format("    subgraph process_{} [\"{}{}\"]\n", p.name, p.name,
                           p.replicas() == 1 ? "" : fmt::format(" x{}", p.replicas()));
        for (const auto& name : p.runs()) out += fmt::format("        {0}[{0}]\n", name);
        out += "    end\n";
    }
    for (const auto& m : t.modules) {
        if (t.gateway == gateway_use::on)
            out += fmt::format("    {} {} {}\n", gateway_name,
                               t.together(gateway_name, m.name) ? "-->" : "==>", m.name);
        for (const auto& other : m.calls)
            out += fmt::format("    {} {}|calls| {}\n", m.name,
                               t.together(m.name, other) ? "-->" : "==>", other);
        for (const auto& other : m.follows)
            out += fmt::format("    {} -.->|events| {}\n", other, m.name);
    }
    return out;
}

std::vector<std::string> difference(const topology& from, const topology& to) {
    comparison out;
    out.add("listen", from.listen, to.listen);
    out.add("data", from.data.string(), to.data.string());
    out.add("calls.local", boost::describe::enum_to_string(from.local, ""),
            boost::describe::enum_to_string(to.local, ""));
    out.add("calls.wire", boost::describe::enum_to_string(from.wire, ""),
            boost::describe::enum_to_string(to.wire, ""));
    out.add("calls.balance", boost::describe::enum_to_string(from.balance, ""),
            boost::describe::enum_to_string(to.balance, ""));
    out.add("gateway", boost::describe::enum_to_string(from.gateway, ""),
            boost::describe::enum_to_string(to.gateway, ""));
    for (const auto& [module, process] : from.placement)
        out.add(module, process, to.process_of(module));
    std::set<std::string> names;
    for (const auto* t : {&from, &to})
        for (const auto& p : t->processes()) names.insert(p.name);
    const auto settings_in = [](const topology& t, const std::string& name) {
        const auto found = t.settings.find(name);
        return found == t.settings.end() ? process_settings{} : found->second;
    };
    for (const auto& name : names) {
        const auto a = settings_in(from, name), b = settings_in(to, name);
        out.add(name + ".url", url_of(a), url_of(b));
        out.add(name + ".internal", text_of(a.internal), text_of(b.internal));
        out.add(name + ".advertised", text_of(a.advertised), text_of(b.advertised));
        out.add(name + ".command", fmt::format("[{}]", fmt::join(a.command, ", ")),
                fmt::format("[{}]", fmt::join(b.command, ", ")));
        out.add(name + ".ops", text_of(a.ops), text_of(b.ops));
        out.add(name + ".public", text_of(a.public_at, "any free port"),
                text_of(b.public_at, "any free port"));
        out.add(name + ".threads", text_of(a.threads, "its share"),
                text_of(b.threads, "its share"));
        out.add(name + ".supervised", text_of(a.supervised, "true"), text_of(b.supervised, "true"));
        out.add(name + ".binary", a.binary.value_or("its own"), b.binary.value_or("its own"));
        out.add(name + ".replicas", text_of(a.replicas, "1"), text_of(b.replicas, "1"));
    }
    return out.take();
}

}  // namespace cleave::topology
