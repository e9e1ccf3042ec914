#pragma once
// A comment as three processes saw it.
#include <traces/span_record.hpp>

namespace cleave::traces::test {

inline std::string id_of(const std::string& end) {
    return std::string(16 - end.size(), '0') + end;
}

inline std::vector<span_record> a_comment() {
    constexpr std::int64_t at = 1'786'615'200'000'000'000, us = 1'000;
    const auto span = [&](std::string id, std::string parent, std::string kind, std::string mode,
                          std::string process, std::string module, std::string name,
                          std::int64_t begin_us, std::int64_t took_us) {
        span_record out;
        out.trace = "0af7651916cd43dd8448eb211c80319c";
        out.request = id_of("a1");
        out.id = id_of(id);
        if (!parent.empty()) out.parent = id_of(parent);
        out.kind = std::move(kind);
        out.mode = std::move(mode);
        out.process = std::move(process);
        out.module = std::move(module);
        out.name = std::move(name);
        out.begin_unix_ns = at + begin_us * us;
        out.took_ns = took_us * us;
        out.status = 200;
        return out;
    };
    const std::string route = "POST /api/articles/{slug}/comments";
    std::vector<span_record> out{
        span("a1", "", "request", "process", "gateway", "comments", route, 0, 3'000),
        span("b1", "a1", "serve", "direct", "comments", "comments", route, 200, 2'600),
        span("c1", "b1", "call", "process", "comments", "posts", "find", 300, 500),
        span("d1", "b1", "batch", "direct", "comments", "comments", "commit", 1'000, 1'500),
        span("e1", "b1", "delivery", "process", "notifications", "notifications",
             "comments.comment_written", 3'500, 500)};
    out[0].status = 201;
    out[3].jobs = 2;
    out[3].waited_us = 100;
    out[3].commit_us = 1'200;
    out[4].jobs = 1;
    return out;
}

}  // namespace cleave::traces::test
