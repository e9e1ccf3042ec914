#include "proxied_blog.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <fstream>
#include <ranges>
#include <set>
#include <support/running_blog.hpp>

namespace cleave::test {

namespace {

// Who asks whom, for answers or for events: see modules/*/CMakeLists.txt.
const std::vector<std::pair<std::string, std::string>> who_asks_whom{
    {"gateway", "users"},         {"gateway", "posts"},          {"gateway", "comments"},
    {"gateway", "notifications"}, {"gateway", "stats"},          {"posts", "users"},
    {"comments", "users"},        {"comments", "posts"},         {"notifications", "users"},
    {"notifications", "posts"},   {"notifications", "comments"}, {"stats", "users"},
    {"stats", "posts"},           {"stats", "comments"}};

}  // namespace

proxied_blog::proxied_blog(std::uint64_t seed, std::chrono::milliseconds request_timeout)
    : data_(folder_.path() / "data") {
    for (const auto& [from, to] : who_asks_whom)
        edges_.push_back({from, to, std::make_unique<fault_proxy>(seed + edges_.size())});
    auto names = known_modules();
    names.emplace_back(gateway);
    for (const auto& name : names) start(name, request_timeout);
    find_addresses();
    http_question ready;
    ready.target = "/readyz";
    if (!eventually([&] { return http_peer(at_).ask(ready).status == 200; }))
        throw std::runtime_error("the blog does not become ready:\n" + logs());
}

proxied_blog::~proxied_blog() {
    heal();
    // The gateway first: it answers what is under way.
    for (auto& p : std::views::reverse(processes_)) p.running->signal(SIGTERM);
    for (auto& p : processes_) p.running->wait(std::chrono::seconds(20));
}

// As this process sees the others.
std::string proxied_blog::config_of(const std::string& name) const {
    std::string text = "[placement]\n";
    auto all = known_modules();
    all.emplace_back(gateway);
    for (const auto& module : all) text += fmt::format("{0} = \"{0}\"\n", module);
    for (const auto& to : all) {
        // Whom it does not ask is nowhere; but an address there has to be.
        std::string where = "127.0.0.1:0";
        for (const auto& e : edges_)
            if (e.from == name && e.to == to) where = e.proxy->at();
        text += fmt::format("[processes.{}]\ninternal = \"{}\"\nthreads = 1\n", to, where);
    }
    return text;
}

void proxied_blog::start(const std::string& name, std::chrono::milliseconds request_timeout) {
    const auto file = folder_.path() / (name + ".toml"), log = folder_.path() / (name + ".log");
    std::ofstream(file) << config_of(name);
    const std::vector<std::string> arguments{
        "serve",
        "--process",
        name,
        "--config",
        file.string(),
        "--data",
        data_.string(),
        "--listen",
        "127.0.0.1:0",
        "--set",
        "http.request_timeout_ms=" + std::to_string(request_timeout.count())};
    const output_files output{log, log};
    processes_.push_back(
        {name, std::make_unique<child_process>(cleave_binary(), arguments, output), log});
}

// What each says of itself on its Unix socket.
void proxied_blog::find_addresses() {
    for (const auto& p : processes_) {
        process_info found;
        const bool told = eventually([&] {
            if (!p.running->runs()) return true;
            try {
                http_question status;
                status.target = "/status";
                http_peer peer("unix:" + (data_ / "run" / (p.name + ".sock")).string());
                found = parse_status(peer.ask(status).body).front();
                return !found.internal.empty();
            } catch (const not_connected&) {
                return false;
            } catch (const connection_lost&) {
                return false;
            }
        });
        if (found.internal.empty() || !told)
            throw std::runtime_error(p.name + " does not start:\n" + logs());
        for (auto& e : edges_)
            if (e.to == p.name) e.proxy->lead_to(found.internal);
        if (p.name == gateway) at_ = found.public_address;
    }
}

void proxied_blog::heal() {
    for (auto& e : edges_) e.proxy->heal();
}

std::vector<std::string> proxied_blog::ended() {
    std::vector<std::string> names;
    for (auto& p : processes_)
        if (!p.running->runs()) names.push_back(p.name);
    return names;
}

std::string proxied_blog::logs() const {
    std::string all;
    for (const auto& p : processes_) all += "---- " + p.name + ":\n" + text_of(p.log);
    return all;
}

}  // namespace cleave::test
