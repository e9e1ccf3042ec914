#include <fmt/format.h>

#include <algorithm>
#include <base/clock.hpp>
#include <map>
#include <set>
#include <traces/waterfall.hpp>

namespace cleave::traces {

namespace {

constexpr std::size_t bar_cells = 30;
constexpr std::int64_t ns_a_us = 1'000, ns_a_ms = 1'000'000;

using children_of = std::map<std::string, std::vector<const span_record*>, std::less<>>;

// A loop, which only a forged answer has, ends at the depth that no real tree reaches.
constexpr std::size_t depth_max = 64;

void place(const children_of& below, const span_record& s, std::size_t depth,
           std::vector<placed_span>& out) {
    out.push_back({&s, depth});
    const auto found = below.find(s.id);
    if (found == below.end() || depth >= depth_max) return;
    for (const auto* child : found->second)
        if (child != &s) place(below, *child, depth + 1, out);
}

// Terminals count characters, and a template may have Korean in it.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(std::string text, std::size_t width) {
    const auto used = characters(text);
    if (used < width) text.append(width - used, ' ');
    return text;
}

std::string bar_of(const span_record& s, std::int64_t begin, std::int64_t took) {
    const auto cell = [&](std::int64_t at) {
        const double part = static_cast<double>(at - begin) / static_cast<double>(took);
        return static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * bar_cells);
    };
    const auto first = std::min(cell(s.begin_unix_ns), bar_cells - 1);
    const auto end = std::max(cell(s.end_unix_ns()), first + 1);
    std::string out(first, ' ');
    for (auto i = first; i < end; ++i) out += "█";
    return out;
}

std::string remarks_of(const span_record& s) {
    std::string out;
    if (s.waited_us) out += fmt::format(" waited {} µs", *s.waited_us);
    if (s.commit_us)
        out += fmt::format(" commit {} µs of {} job{}", *s.commit_us, s.jobs.value_or(1),
                           s.jobs.value_or(1) == 1 ? "" : "s");
    else if (s.jobs.value_or(1) > 1)
        out += fmt::format(" {} {}", s.kind == "task" ? "of" : "one of", *s.jobs);
    if (s.status >= 300 || (s.status > 0 && s.kind == "request"))
        out += fmt::format(" {}", s.status);
    return out;
}

std::string heading(const std::vector<span_record>& spans, std::int64_t begin, std::int64_t took) {
    std::set<std::string> processes, requests;
    for (const auto& s : spans) {
        processes.insert(s.process);
        requests.insert(s.request);
    }
    return fmt::format(
        "trace {}  request {}\n{}  {:.3f} ms, {} span{} in {} process{}\n", spans.front().trace,
        requests.size() == 1 ? *requests.begin() : fmt::format("({})", requests.size()),
        to_rfc3339({begin / ns_a_ms}), static_cast<double>(took) / static_cast<double>(ns_a_ms),
        spans.size(), spans.size() == 1 ? "" : "s", processes.size(),
        processes.size() == 1 ? "" : "es");
}

}  // namespace

std::vector<placed_span> as_tree(const std::vector<span_record>& spans) {
    std::set<std::string_view> ids;
    for (const auto& s : spans) ids.insert(s.id);
    children_of below;
    std::vector<const span_record*> tops;
    for (const auto& s : spans)
        if (s.parent && *s.parent != s.id && ids.contains(*s.parent))
            below[*s.parent].push_back(&s);
        else
            tops.push_back(&s);
    const auto in_order = [](std::vector<const span_record*>& of) {
        std::ranges::sort(of, {}, &span_record::begin_unix_ns);
    };
    in_order(tops);
    for (auto& [id, of] : below) in_order(of);
    std::vector<placed_span> out;
    for (const auto* top : tops) place(below, *top, 0, out);
    return out;
}

std::string title_of(const span_record& s) {
    const bool is_asked = s.kind == "serve" || s.kind == "request";
    if (s.kind == "call" ||
        (is_asked && !s.name.starts_with(s.module) && s.name.find(' ') == std::string::npos))
        return fmt::format("{} {}.{}", s.kind, s.module, s.name);
    if (s.kind == "batch") return "batch " + s.module;
    if (s.module.empty()) return fmt::format("{} {}", s.kind, s.name);
    return fmt::format("{} {} {}", s.kind, s.module, s.name);
}

std::string draw_waterfall(const std::vector<span_record>& spans) {
    if (spans.empty()) return {};
    const auto begin = std::ranges::min(spans, {}, &span_record::begin_unix_ns).begin_unix_ns;
    const auto end = std::ranges::max(spans, {}, &span_record::end_unix_ns).end_unix_ns();
    const auto took = std::max<std::int64_t>(end - begin, 1);
    const auto tree = as_tree(spans);
    std::size_t title_width = 4, process_width = 7;
    for (const auto& [s, depth] : tree) {
        title_width = std::max(title_width, 2 * depth + characters(title_of(*s)));
        process_width = std::max(process_width, characters(s->process));
    }
    std::string out = heading(spans, begin, took);
    out += fmt::format("{}  {}  WHERE   {:>9}  {:>9}\n", padded("SPAN", title_width),
                       padded("PROCESS", process_width), "AT µs", "TOOK µs");
    for (const auto& [s, depth] : tree) {
        const auto remarks = remarks_of(*s);
        const auto bar = bar_of(*s, begin, took);
        out += fmt::format("{}  {}  {:<6}  {:>9}  {:>9}  {}{}\n",
                           padded(std::string(2 * depth, ' ') + title_of(*s), title_width),
                           padded(s->process, process_width), s->is_remote() ? "remote" : "local",
                           (s->begin_unix_ns - begin) / ns_a_us, s->took_ns / ns_a_us,
                           remarks.empty() ? bar : padded(bar, bar_cells), remarks);
    }
    return out;
}

std::string shape_of(const std::vector<span_record>& spans) {
    std::vector<span_record> without = spans;
    std::map<std::string, std::optional<std::string>, std::less<>> parent_of;
    for (const auto& s : spans)
        if (s.kind == "serve") parent_of[s.id] = s.parent;
    std::erase_if(without, [](const span_record& s) { return s.kind == "serve"; });
    for (auto& s : without)
        for (auto at = parent_of.find(s.parent.value_or("")); at != parent_of.end();
             at = parent_of.find(s.parent.value_or("")))
            s.parent = at->second;
    // Which of two siblings came first depends on the mode where they are concurrent.
    std::ranges::sort(without, {}, [](const span_record& s) {
        return std::pair(s.kind == "delivery" ? 1 : 0, title_of(s));
    });
    for (std::size_t i = 0; i < without.size(); ++i)
        without[i].begin_unix_ns = static_cast<std::int64_t>(i);
    std::string out;
    for (const auto& [s, depth] : as_tree(without))
        out += std::string(2 * depth, ' ') + title_of(*s) + '\n';
    return out;
}

}  // namespace cleave::traces
