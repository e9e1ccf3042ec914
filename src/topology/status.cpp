#include <fmt/ranges.h>

#include <algorithm>
#include <contract/codec.hpp>
#include <http/endpoint.hpp>
#include <map>
#include <set>
#include <topology/ask.hpp>
#include <topology/run_files.hpp>
#include <topology/status.hpp>
#include <topology/topology.hpp>
#include <tuple>

namespace cleave::topology {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds answer_timeout{2};

result<system_status> status_from(io_threads& threads, const fs::path& socket) {
    const http::client_request request{.target = "/status", .repeatable = true};
    auto answer = ask(threads, socket, request, answer_timeout);
    if (!answer) return fail(std::move(answer.error()));
    if (answer->status != 200) return outcome_unknown();
    return decode<system_status>(answer->body);
}

bool nobody_there(const result<system_status>& answer) {
    return !answer && answer.error().code == errc::not_executed;
}

system_status merged(std::map<std::string, process_status> by_name) {
    system_status all;
    for (auto& [name, process] : by_name) all.processes.push_back(std::move(process));
    std::ranges::sort(all.processes, {}, [](const process_status& p) {
        return std::tuple(std::ranges::find(p.modules, gateway_name) == p.modules.end(), p.name);
    });
    return all;
}

using row = std::vector<std::string>;

std::string duration(std::uint64_t ms) {
    const auto s = ms / 1000;
    if (s < 120) return fmt::format("{} s", s);
    if (s < 2 * 3600) return fmt::format("{} min", s / 60);
    return s < 48 * 3600 ? fmt::format("{} h", s / 3600) : fmt::format("{} d", s / 86'400);
}

// Latencies are counted in buckets: this is the bound of one.
std::string latency(const std::optional<std::uint64_t>& us) {
    if (!us) return "-";
    return *us < 1000 ? fmt::format("{} us", *us) : fmt::format("{:g} ms", double(*us) / 1000);
}

row row_of(const process_status& p) {
    const auto f = p.figures.value_or(process_figures{});
    const auto known = [&](std::string text) { return p.figures ? std::move(text) : "-"; };
    return {p.name,
            p.pid == 0 ? "-" : std::to_string(p.pid),
            describe::enum_to_string(p.state, "?"),
            describe::enum_to_string(p.role.value_or(instance_role::owner), "?"),
            std::to_string(p.restarts),
            known(duration(f.uptime_ms)),
            known(std::to_string(f.requests_per_s.value_or(0))),
            latency(f.p50_us),
            latency(f.p99_us),
            known(fmt::format("{} MiB", f.memory_bytes >> 20)),
            fmt::format("{}", fmt::join(p.modules, ", "))};
}

}  // namespace

http::service::admission status_service::admit(http::request& r) {
    if (r.path != "/status")
        return {http::problem_response({errc::not_found, "path", "not found"})};
    if (r.method == http::verb::get) return {};
    http::response refused;
    refused.status = 405;
    refused.headers = "Allow: GET\r\n";
    return {std::move(refused)};
}

async<http::response> status_service::handle(http::request&, std::size_t) {
    http::response r;
    r.body = encode(source_());
    co_return r;
}

unique_fd listen_for_status(const fs::path& data, std::string_view name) {
    const auto path = socket_path(data, name);
    make_run_directory(data);
    return http::listen_on(http::parse_endpoint("unix:" + path.string()));
}

std::string address_for_tools(const fs::path& data, const process_status& process) {
    const auto socket = socket_path(data, process.name);
    if (!process.internal || fs::exists(socket)) return "unix:" + socket.string();
    return *process.internal;
}

std::vector<std::string> running_sockets(const fs::path& data) {
    std::vector<std::string> names;
    std::error_code ec;
    for (fs::directory_iterator at(run_directory(data), ec), end; !ec && at != end;
         at.increment(ec))
        if (at->path().extension() == ".sock") names.push_back(at->path().stem().string());
    std::ranges::sort(names);
    return names;
}

result<system_status> fetch_status(const fs::path& data) {
    io_threads threads(1);
    threads.start();
    if (auto answer = status_from(threads, socket_path(data, up_socket)); answer) {
        // `up` knows who runs; how they are they know themselves.
        for (auto& p : answer->processes) {
            if (p.pid == 0) continue;
            auto own = status_from(threads, socket_path(data, p.name));
            if (own && !own->processes.empty()) p.figures = own->processes.front().figures;
        }
        return answer;
    } else if (!nobody_there(answer)) {
        return fail(answer.error().code, "up",
                    fmt::format("`cleave up` on {} does not answer: {}", data.string(),
                                answer.error().detail));
    }
    std::map<std::string, process_status> by_name;
    for (const auto& name : running_sockets(data)) {
        if (name == up_socket) continue;
        auto answer = status_from(threads, socket_path(data, name));
        if (nobody_there(answer)) continue;
        if (!answer) {
            by_name.try_emplace(name, process_status{.name = name, .modules = {}});
            continue;
        }
        for (auto& p : answer->processes) by_name.insert_or_assign(p.name, std::move(p));
    }
    if (by_name.empty())
        return fail(errc::not_executed, "processes",
                    fmt::format("nothing runs on {}: start it with `cleave up` or `cleave serve`, "
                                "or say where with --data",
                                data.string()));
    return merged(std::move(by_name));
}

std::string status_table(const system_status& status, bool with_addresses) {
    std::vector<row> rows{{"PROCESS", "PID", "STATE", "ROLE", "RESTARTS", "UPTIME", "REQ/S", "P50",
                           "P99", "MEMORY", "MODULES"}};
    for (const auto& p : status.processes) rows.push_back(row_of(p));
    // Where people come in is worth knowing when it is not one place.
    std::set<std::string> doors;
    for (const auto& p : status.processes)
        if (p.public_address) doors.insert(*p.public_address);
    if (!with_addresses && doors.size() > 1) {
        rows.front().insert(rows.front().end() - 1, "PUBLIC");
        for (std::size_t i = 1; i < rows.size(); ++i)
            rows[i].insert(rows[i].end() - 1, status.processes[i - 1].public_address.value_or("-"));
    }
    if (with_addresses) {
        rows.front().insert(rows.front().end() - 1, {"PUBLIC", "INTERNAL", "OPS"});
        for (std::size_t i = 1; i < rows.size(); ++i) {
            const auto& p = status.processes[i - 1];
            rows[i].insert(rows[i].end() - 1, {p.public_address.value_or("-"),
                                               p.internal.value_or("-"), p.ops.value_or("-")});
        }
    }
    row line;
    std::string out;
    for (const auto& cells : rows) {
        for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
            const auto widest =
                std::ranges::max(rows, {}, [i](const row& r) { return r[i].size(); })[i].size();
            out += fmt::format("{:<{}}  ", cells[i], widest);
        }
        out += cells.back() + '\n';
    }
    return out;
}

}  // namespace cleave::topology
