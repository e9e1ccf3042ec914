#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <compare/command.hpp>
#include <compare/http_client.hpp>
#include <compare/proxied_mode.hpp>
#include <compare/trial.hpp>
#include <fstream>

namespace cleave::compare {

namespace {

constexpr std::string_view gateway = "gateway";

edge_proxies::endpoint on_loopback(std::uint16_t port) {
    return {asio::ip::address_v4::loopback(), port};
}

std::string text_of(const edge_proxies::endpoint& at) {
    return fmt::format("127.0.0.1:{}", at.port());
}

toml::table effective(const run_context& context, const mode& what) {
    std::vector<std::string> arguments{"config"};
    arguments.insert(arguments.end(), what.arguments.begin(), what.arguments.end());
    const auto told = run_command(context.given.binary, arguments);
    if (told.code != 0) throw start_failed("`cleave config` failed:\n" + told.output);
    try {
        return toml::parse(told.output);
    } catch (const toml::parse_error& e) {
        throw start_failed(fmt::format("`cleave config`: {}", e.description()));
    }
}

toml::table& table_in(toml::table& all, std::string_view key) {
    if (!all[key].is_table()) all.insert_or_assign(key, toml::table{});
    return *all[key].as_table();
}

}  // namespace

proxied_mode::proxied_mode(const run_context& context, const mode& what)
    : what_(what), between_(context.given.seed), front_(context.given.seed + 1) {
    auto all = effective(context, what);
    for (const auto& [module, where] : table_in(all, "placement")) {
        const auto name = where.value_or(std::string());
        placement_[std::string(module.str())] = name;
        processes_[name].is_public |= module.str() == gateway;
    }
    auto& settings = table_in(all, "processes");
    for (auto& [name, p] : processes_) {
        auto& own = table_in(settings, name);
        // One that is all there is calls nobody; another program says itself where it is.
        if (processes_.size() == 1 || own.contains("url")) continue;
        toml::array internal, advertised;
        for (std::int64_t i = 0; i < own["replicas"].value_or(std::int64_t{1}); ++i) {
            const auto at = on_loopback(free_port());
            p.internal.push_back(at);
            internal.push_back(text_of(at));
            advertised.push_back(text_of(between_.add(at)));
        }
        own.insert_or_assign("internal", std::move(internal));
        own.insert_or_assign("advertised", std::move(advertised));
    }
    file_ =
        context.given.scratch / fmt::format("cleave-compare-{}-{}.toml", ::getpid(), free_port());
    std::ofstream out(file_);
    out << all << '\n';
    if (!out.flush()) throw start_failed("cannot write " + file_.string());
    what_.arguments = {"--config", std::filesystem::absolute(file_).string()};
}

proxied_mode::~proxied_mode() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

void proxied_mode::lead_in(trial& blog) {
    blog.ask_through(front_.add(blog.system().address()));
}

void proxied_mode::trouble(const std::string& module, edge_trouble what) {
    const auto found = placement_.find(module);
    if (found == placement_.end()) throw start_failed("no process runs " + module);
    const auto& p = processes_.at(found->second);
    for (const auto& at : p.internal) between_.set(at, what);
    if (p.is_public) front_.set(what);
}

}  // namespace cleave::compare
