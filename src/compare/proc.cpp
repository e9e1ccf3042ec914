#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <compare/proc.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace cleave::compare {

namespace {

std::string read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string read_whole(pid_t pid, const char* name) {
    return read_file(fmt::format("/proc/{}/{}", pid, name));
}

template <class Number>
std::optional<Number> to_number(std::string_view text) {
    Number out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(" \t\n"), text.size());
        if (end > 0) out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::int64_t first_number(std::string_view text) {
    const auto words = words_of(text);
    return words.empty() ? 0 : to_number<std::int64_t>(words.front()).value_or(0);
}

}  // namespace

std::optional<process_stat> parse_stat(std::string_view text) {
    // The name may hold blanks and parentheses; what follows the last one does not.
    const auto open = text.find('('), close = text.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || open < 2)
        return std::nullopt;
    const auto pid = to_number<pid_t>(text.substr(0, open - 1));
    const auto fields = words_of(text.substr(close + 1));
    // man 5 proc counts from 1, and the state is field 3.
    constexpr std::size_t first = 3;
    if (!pid || fields.size() <= 22 - first) return std::nullopt;
    const auto number = [&](std::size_t field) {
        return to_number<std::uint64_t>(fields[field - first]).value_or(0);
    };
    process_stat out;
    out.pid = *pid;
    out.state = fields[0].front();
    out.parent = to_number<pid_t>(fields[4 - first]).value_or(0);
    out.cpu_ticks = number(14) + number(15);
    out.reaped_cpu_ticks = number(16) + number(17);
    out.threads = static_cast<std::int64_t>(number(20));
    out.start_ticks = number(22);
    return out;
}

std::optional<std::int64_t> parse_pss_kib(std::string_view text) {
    constexpr std::string_view name = "\nPss:";
    const auto at = text.find(name);
    if (at == std::string_view::npos) return std::nullopt;
    const auto words = words_of(text.substr(at + name.size(), 64));
    return words.empty() ? std::nullopt : to_number<std::int64_t>(words.front());
}

std::string parse_line(std::string_view text, std::string_view name) {
    const auto at = text.find(name);
    if (at == std::string_view::npos) return {};
    auto line = text.substr(at, text.find('\n', at) - at);
    line.remove_prefix(std::min(line.find(':') + 1, line.size()));
    while (line.starts_with(' ') || line.starts_with('\t')) line.remove_prefix(1);
    return std::string(line);
}

std::uint64_t parse_busy_ticks(std::string_view text, const std::vector<int>& cores) {
    std::uint64_t sum = 0;
    for (const int core : cores) {
        const auto name = fmt::format("\ncpu{} ", core);
        const auto at = text.find(name);
        if (at == std::string_view::npos) continue;
        const auto begin = at + name.size();
        const auto fields = words_of(text.substr(begin, text.find('\n', begin) - begin));
        // user nice system idle iowait irq softirq steal; what follows is part of the first two.
        for (const std::size_t i : {0, 1, 2, 5, 6, 7})
            if (i < fields.size()) sum += to_number<std::uint64_t>(fields[i]).value_or(0);
    }
    return sum;
}

std::string to_list(const std::vector<int>& numbers) {
    std::string out;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t last = i;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
        if (!out.empty()) out += ',';
        out += std::to_string(numbers[i]);
        if (last > i) out += "-" + std::to_string(numbers[last]);
        i = last + 1;
    }
    return out;
}

std::optional<process_stat> read_stat(pid_t pid) {
    return parse_stat(read_whole(pid, "stat"));
}

std::optional<std::int64_t> read_pss_kib(pid_t pid) {
    return parse_pss_kib(read_whole(pid, "smaps_rollup"));
}

std::string read_command(pid_t pid) {
    auto out = read_whole(pid, "cmdline");
    while (out.ends_with('\0')) out.pop_back();
    std::ranges::replace(out, '\0', ' ');
    return out;
}

std::optional<std::int64_t> read_cpu_ns(pid_t pid) {
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(pid, &clock) == 0 && ::clock_gettime(clock, &used) == 0)
        return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
    const auto stat = read_stat(pid);
    if (!stat) return std::nullopt;
    return ticks_to_ns(stat->cpu_ticks);
}

std::vector<thread_use> read_threads(pid_t pid) {
    std::vector<thread_use> out;
    std::error_code ignored;
    const std::filesystem::path tasks = fmt::format("/proc/{}/task", pid);
    for (const auto& entry : std::filesystem::directory_iterator(tasks, ignored)) {
        const auto id = to_number<pid_t>(entry.path().filename().string());
        const auto status = read_file(entry.path() / "status");
        const auto stat = parse_stat(read_file(entry.path() / "stat"));
        if (!id || !stat) continue;
        out.push_back({.id = *id,
                       .name = parse_line(status, "Name"),
                       .cpu_ns = ticks_to_ns(stat->cpu_ticks),
                       .switches = first_number(parse_line(status, "voluntary_ctxt_switches")) +
                                   first_number(parse_line(status, "nonvoluntary_ctxt_switches"))});
    }
    return out;
}

std::int64_t read_loopback_bytes() {
    return first_number(parse_line(read_file("/proc/net/dev"), "lo:"));
}

std::int64_t read_busy_ns(const std::vector<int>& cores) {
    return ticks_to_ns(parse_busy_ticks(read_file("/proc/stat"), cores));
}

std::vector<process_stat> family_in(const std::vector<process_stat>& all, pid_t root) {
    std::vector<process_stat> out;
    for (const auto& p : all)
        if (p.pid == root) out.push_back(p);
    for (std::size_t i = 0; i < out.size(); ++i)
        for (const auto& p : all)
            if (p.parent == out[i].pid && p.pid != root) out.push_back(p);
    return out;
}

std::vector<process_stat> family_of(pid_t root) {
    std::vector<process_stat> all;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored))
        if (const auto pid = to_number<pid_t>(entry.path().filename().string()))
            if (const auto stat = read_stat(*pid)) all.push_back(*stat);
    return family_in(all, root);
}

std::int64_t ticks_to_ns(std::uint64_t ticks) {
    static const auto per_s = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    return static_cast<std::int64_t>(ticks * (1'000'000'000 / per_s));
}

}  // namespace cleave::compare
