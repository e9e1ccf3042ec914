#pragma once
// A request's spans as a person reads them: a line each, below what caused it, with its module, its
// process, whether it was here or elsewhere, and when it was under way.
#include <traces/span_record.hpp>

namespace cleave::traces {

// Each span and how deep it hangs, parents before children, siblings by their beginning. A span
// whose parent is not there (it was overwritten, or is a stranger's) hangs at the top.
struct placed_span {
    const span_record* span = nullptr;
    std::size_t depth = 0;
};
std::vector<placed_span> as_tree(const std::vector<span_record>& spans);

// What a span is about: "request comments POST /api/…", "call posts.find", "batch comments".
std::string title_of(const span_record& s);

// Of one trace. Empty where there are no spans.
std::string draw_waterfall(const std::vector<span_record>& spans);

// The kinds and names of a tree alone, without what depends on the mode: a `serve` span stands for
// what it serves. Equal for the same request in every topology.
std::string shape_of(const std::vector<span_record>& spans);

}  // namespace cleave::traces
