#include <algorithm>
#include <base/encoding.hpp>
#include <map>
#include <mutex>
#include <telemetry/log_book.hpp>

namespace cleave::log {

namespace {

struct book {
    const std::string id = to_hex(new_span_id());
    std::mutex mutex;
    std::size_t bytes = kept_bytes_by_default;
    std::uint64_t last = 0;
    std::map<std::string, line_ring, std::less<>> rings;
};

book& self() {
    static auto* const one = new book;  // Threads may still write when statics go.
    return *one;
}

}  // namespace

void keep_lines(std::size_t bytes_a_process) {
    auto& all = self();
    const std::scoped_lock lock(all.mutex);
    all.bytes = bytes_a_process;
    all.rings.clear();
}

// Whoever writes a line waits for a system call beside: a lock for the time of a copy is nothing.
void keep(std::string_view process, const new_line& line) {
    auto& all = self();
    const std::scoped_lock lock(all.mutex);
    if (all.bytes == 0) return;
    auto found = all.rings.find(process);
    if (found == all.rings.end()) {
        if (all.rings.size() == kept_processes_max) return;
        found = all.rings.try_emplace(std::string(process), all.bytes).first;
    }
    auto numbered = line;
    numbered.number = ++all.last;
    found->second.put(numbered);
}

kept lines_after(std::uint64_t number) {
    auto& all = self();
    kept out;
    out.book = all.id;
    std::vector<std::pair<std::string, std::string>> copies;
    {
        const std::scoped_lock lock(all.mutex);
        out.last = all.last;
        for (const auto& [process, ring] : all.rings) {
            out.processes.push_back(process);
            if (all.last <= number) continue;
            out.gap = out.gap || ring.overwritten() > number;
            copies.emplace_back(process, ring.copy());
        }
    }
    for (const auto& [process, bytes] : copies) {
        auto lines = read_lines(bytes, process, number);
        std::ranges::move(lines, std::back_inserter(out.lines));
    }
    std::ranges::sort(out.lines, {}, &kept_line::number);
    return out;
}

}  // namespace cleave::log
