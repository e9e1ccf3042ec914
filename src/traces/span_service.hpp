#pragma once
// Which spans are asked for, and a process's answer: GET /spans?request=…, ?trace=…, ?last=N,
// ?slow=N or ?tasks=N on its control socket, so only by the same user.
#include <http/routing/route.hpp>
#include <traces/span_record.hpp>

namespace cleave::traces {

struct question {
    enum class of {
        request,  // all spans of the request with this X-Request-Id
        trace,    // all spans of this trace, which may have several requests
        last,     // the roots of the latest requests
        slow,     // the roots of the slowest
        tasks,    // the latest roots of what no request has caused
    };
    of what = of::last;
    std::string id{};  // hex, of a request or a trace
    std::size_t count = 1;
};

inline constexpr std::size_t roots_max = 100;

// An X-Request-Id (16 hex digits), a trace's id (32) or a whole traceparent.
std::optional<question> question_about(std::string_view id);
// "/spans?request=b7ad6b7169203331"
std::string target_of(const question& asked);

// 400 for what is no question.
http::response answer_spans(const http::request& r, const std::string& process);

}  // namespace cleave::traces
