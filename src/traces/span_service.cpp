#include <algorithm>
#include <base/encoding.hpp>
#include <telemetry/recorder.hpp>
#include <traces/span_service.hpp>

namespace cleave::traces {

namespace {

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> read_id(std::string_view hex) {
    std::array<std::uint8_t, N> out{};
    return read_hex(hex, out) ? std::optional(out) : std::nullopt;
}

std::optional<std::vector<telemetry::span>> find(const http::request& r) {
    if (const auto id = r.query_param("request")) {
        const auto request = read_id<8>(*id);
        return request ? std::optional(telemetry::spans_of_request(*request)) : std::nullopt;
    }
    if (const auto id = r.query_param("trace")) {
        const auto trace = read_id<16>(*id);
        return trace ? std::optional(telemetry::spans_of_trace(*trace)) : std::nullopt;
    }
    const auto count = [&](std::string_view name) {
        return static_cast<std::size_t>(r.query_int(name, 1, 1, roots_max));
    };
    if (r.query_param("last")) return telemetry::last_requests(count("last"));
    if (r.query_param("tasks")) return telemetry::last_tasks(count("tasks"));
    if (r.query_param("slow")) return telemetry::slowest_requests(count("slow"));
    return std::nullopt;
}

}  // namespace

std::optional<question> question_about(std::string_view id) {
    if (id.size() == 55 && id[2] == '-' && id[35] == '-') id = id.substr(3, 32);
    if (read_id<8>(id)) return question{question::of::request, std::string(id)};
    if (read_id<16>(id)) return question{question::of::trace, std::string(id)};
    return std::nullopt;
}

std::string target_of(const question& asked) {
    switch (asked.what) {
        case question::of::request: return "/spans?request=" + asked.id;
        case question::of::trace: return "/spans?trace=" + asked.id;
        case question::of::last: return fmt::format("/spans?last={}", asked.count);
        case question::of::slow: return fmt::format("/spans?slow={}", asked.count);
        case question::of::tasks: return fmt::format("/spans?tasks={}", asked.count);
    }
    return "/spans";
}

http::response answer_spans(const http::request& r, const std::string& process) {
    const auto found = find(r);
    if (!found) return http::error_response(400, "spans", "are asked for by request or trace");
    const auto now = this_moment();
    span_answer out;
    out.spans.reserve(found->size());
    for (const auto& s : *found) out.spans.push_back(to_record(s, process, now));
    http::response answer;
    append_json(answer.body, out);
    return answer;
}

}  // namespace cleave::traces
