#include <fmt/format.h>

#include <algorithm>
#include <base/text.hpp>
#include <topology/nearest.hpp>
#include <topology/topology.hpp>
#include <tuple>

namespace cleave::topology {

namespace {

std::vector<std::string> placed_names(const topology& t) {
    std::vector<std::string> names{std::string(gateway_name)};
    for (const auto& m : t.modules) names.push_back(m.name);
    return names;
}

// A process that runs one thing has that thing's name, so nothing else may already be in it.
void refuse_shared(const topology& t, const std::string& name) {
    for (const auto& [module, process] : t.placement)
        if (process == name && module != name)
            throw config_error(fmt::format(
                "cannot split out {0}: the process \"{0}\" runs {1} too; place {1} in a process of "
                "another name first",
                name, module));
}

void drop_unused_settings(topology& t) {
    std::erase_if(t.settings, [&t](const auto& entry) {
        return std::ranges::none_of(
            t.placement, [&](const auto& placed) { return placed.second == entry.first; });
    });
}

}  // namespace

std::vector<std::string> placed_process::runs() const {
    std::vector<std::string> all;
    if (has_gateway) all.emplace_back(gateway_name);
    all.insert(all.end(), modules.begin(), modules.end());
    return all;
}

std::vector<placed_process> topology::processes() const {
    std::map<std::string, placed_process> by_name;
    const bool has_gateway = gateway == gateway_use::on;
    for (const auto& name : placed_names(*this)) {
        if (name == gateway_name && !has_gateway) continue;
        const auto& process = process_of(name);
        auto& entry = by_name[process];
        entry.name = process;
        if (name == gateway_name)
            entry.has_gateway = true;
        else
            entry.modules.push_back(name);
        entry.is_public = entry.has_gateway || !has_gateway;
    }
    std::vector<placed_process> all;
    for (auto& [name, entry] : by_name) {
        if (const auto found = settings.find(name); found != settings.end())
            entry.settings = found->second;
        all.push_back(std::move(entry));
    }
    std::ranges::sort(all, {}, [](const auto& p) { return std::tuple(!p.has_gateway, p.name); });
    return all;
}

std::vector<std::string> process_settings::called_at() const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < internal.size(); ++i) all.push_back(called_at(i));
    return all;
}

std::string topology::public_address(const placed_process& p) const {
    if (gateway == gateway_use::off && p.settings.public_at) return *p.settings.public_at;
    return process_of(gateway_name) == p.name ? listen : "127.0.0.1:0";
}

placed_process topology::process(std::string_view name) const {
    std::vector<std::string> known;
    for (auto& candidate : processes()) {
        if (candidate.name == name) return std::move(candidate);
        known.push_back(candidate.name);
    }
    throw config_error(fmt::format("there is no process \"{}\"{}", name, hint(name, known)));
}

instance_id topology::instance(std::string_view name) const {
    const auto found = parse_instance(name);
    const auto placed = process(found ? found->process : std::string(name));
    if (found && found->number <= placed.replicas()) return *found;
    throw config_error(fmt::format("process \"{}\" has {} instance{}: there is no \"{}\"",
                                   placed.name, placed.replicas(),
                                   placed.replicas() == 1 ? "" : "s", name));
}

std::string instance_id::name() const {
    return is_owner() ? process : fmt::format("{}.{}", process, number);
}

std::optional<instance_id> parse_instance(std::string_view name) {
    const auto dot = name.find('.');
    instance_id out{std::string(name.substr(0, dot)), 1};
    if (!is_process_name(out.process)) return std::nullopt;
    if (dot == name.npos) return out;
    if (!read_number(name.substr(dot + 1), out.number) || out.number < 2 ||
        out.number > replicas_max || out.name() != name)
        return std::nullopt;
    return out;
}

const std::string& topology::process_of(std::string_view module) const {
    const auto found = placement.find(std::string(module));
    if (found == placement.end())
        throw config_error(
            fmt::format("nothing places \"{}\"{}", module, hint(module, placed_names(*this))));
    return found->second;
}

bool topology::together(std::string_view a, std::string_view b) const {
    return process_of(a) == process_of(b);
}

bool is_process_name(std::string_view name) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= 32 && lower(name.front()) && name != "up" &&
           std::ranges::all_of(
               name, [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '-'; });
}

topology monolith(std::span<const known_module> known) {
    topology t;
    t.modules.assign(known.begin(), known.end());
    for (const auto& name : placed_names(t)) t.placement[name] = "main";
    return t;
}

void replicate(topology& t, std::string_view text) {
    const auto equals = text.find('=');
    const auto process = t.process(text.substr(0, equals));
    if (process.settings.foreign)
        throw config_error(fmt::format(
            "process \"{}\" is another program: it has no replicas of ours", process.name));
    unsigned count = 0;
    if (equals == text.npos || !read_number(text.substr(equals + 1), count) || count < 1 ||
        count > replicas_max)
        throw config_error(
            fmt::format("\"{}\" should say how many instances of a process, from 1 to {}: {}=2",
                        text, replicas_max, process.name));
    t.settings[process.name].replicas = count;
}

void split(topology& t, std::span<const std::string> names) {
    const auto known = placed_names(t);
    if (std::ranges::find(names, "all") != names.end()) {
        if (names.size() > 1)
            throw config_error("\"all\" splits out every module: name no other beside it");
        for (const auto& name : known) t.placement[name] = name;
    } else {
        for (const auto& name : names) {
            if (std::ranges::find(known, name) == known.end()) {
                auto choices = known;
                choices.emplace_back("all");
                throw config_error(fmt::format("cannot split out \"{}\": no such module{}", name,
                                               hint(name, choices)));
            }
            t.placement[name] = name;
        }
        // Only now: `--split posts,comments` is right whatever the order.
        for (const auto& name : names) refuse_shared(t, name);
    }
    drop_unused_settings(t);
}

}  // namespace cleave::topology
