#include <fmt/format.h>

#include <algorithm>
#include <compare/comparison.hpp>
#include <compare/korean.hpp>

namespace cleave::compare {

namespace {

struct extracted {
    std::string mode;
    double failed = 0;  // requests, while its process was away
    std::string cpu{}, cpu_ko{};
    double cpu_times = 1;  // a request, beside the monolith
};

// Of the first scenario in which something was killed.
std::optional<double> failed_in(const experiment_result& of, std::size_t mode) {
    for (const auto& r : of.records) {
        if (!r.find("kinds_hit")) continue;
        const auto all = values_of(of, r.scenario, "wrong", static_cast<std::int64_t>(mode));
        if (!all.empty()) return typical(all);
    }
    return std::nullopt;
}

std::optional<extracted> look_at(const experiment_result& of, std::size_t mode) {
    const auto failed = failed_in(of, mode);
    if (!failed) return std::nullopt;
    const auto* const cpu = find_comparison(of, scenarios_of(of).front(), "cpu_ns_per_request",
                                            static_cast<std::int64_t>(mode));
    if (cpu == nullptr) return std::nullopt;
    extracted out{of.modes[mode], *failed};
    out.cpu_times = static_cast<double>(cpu->ratio_permille) / 1e3;
    out.cpu = cpu->is_significant ? fmt::format("{:.2f} times the CPU", out.cpu_times)
                                  : "no significant difference in CPU";
    out.cpu_ko = cpu->is_significant ? fmt::format("CPU {:.2f}배", out.cpu_times) : "CPU 차이 없음";
    return out;
}

}  // namespace

std::optional<verdict> which_first(const experiment_result& of) {
    std::vector<extracted> all;
    for (std::size_t mode = 1; mode < of.modes.size(); ++mode)
        if (auto one = look_at(of, mode)) all.push_back(std::move(*one));
    const auto base = failed_in(of, 0);
    if (all.size() < 2 || !base) return std::nullopt;
    std::ranges::sort(all, [](const extracted& a, const extracted& b) {
        return std::pair(a.failed, a.cpu_times) < std::pair(b.failed, b.cpu_times);
    });
    verdict out{
        fmt::format("Which first, by how many requests fail when its process is killed ({}: {}): ",
                    of.modes.front(), to_text(*base, "count")),
        fmt::format("무엇부터, 그 프로세스를 강제 종료할 때 실패하는 요청 수로 ({}: {}): ",
                    korean(of.modes.front()), to_text(*base, "count"))};
    for (const auto& one : all) {
        const auto* const between = &one == &all.front() ? "" : "; ";
        const auto failed = to_text(one.failed, "count");
        out.en += fmt::format("{}{} {}, {}", between, one.mode, failed, one.cpu);
        out.ko += fmt::format("{}{} {}, {}", between, korean(one.mode), failed, one.cpu_ko);
    }
    out.en += '.';
    out.ko += '.';
    return out;
}

}  // namespace cleave::compare
