// What is counted and logged of a request when it is answered.
#include <algorithm>
#include <base/encoding.hpp>
#include <http/session.hpp>
#include <http/text.hpp>
#include <telemetry/log.hpp>
#include <telemetry/recorder.hpp>

namespace cleave::http {

namespace {

// A flood of refused requests must not become a flood of writes.
constexpr unsigned lines_a_second_max = 20;  // a thread

}  // namespace

bool server_thread::may_log(std::chrono::steady_clock::time_point now) {
    if (now - log_window >= std::chrono::seconds(1)) {
        if (left_out_of_log > 0)
            log::warning("http", "{} more slow or failed requests were not logged",
                         left_out_of_log);
        log_window = now;
        logged = left_out_of_log = 0;
    }
    if (logged >= lines_a_second_max) {
        ++left_out_of_log;
        return false;
    }
    ++logged;
    return true;
}

// Once the first byte of the answer is about to go; a stream may go on for long.
void session::note_answer(unsigned status, bool is_routine) {
    if (!under_way_) return;
    under_way_ = false;
    const auto now = std::chrono::steady_clock::now();
    const auto took = now - request_.received;
    auto& counts = thread_.routes.at(routed_ ? target_ : unrouted);
    counts.by_class[std::min(status / 100, 5u)].add(1);
    counts.latency.add(took);
    if (request_.context.trace.is_recorded()) record(status, took);
    const bool bad = (status >= 500 && !is_routine) || took >= core_->limits.slow_request;
    if (bad ? !thread_.may_log(now) : !log::enabled(log::level::debug)) return;
    // Not the query: what people search for, or send by mistake, is theirs.
    const auto line =
        fmt::format("{} {} {} in {:.1f} ms", verb_name(request_.method), request_.path, status,
                    std::chrono::duration<double, std::milli>(took).count());
    const auto about = telemetry::label_of(request_.recorded.name).module;
    log::write(bad ? log::level::warning : log::level::debug, {"http", about}, line,
               request_.context.trace);
}

// Where the request began (at the edge, or on the control socket) it is its own span; elsewhere
// that of its part here, below what the envelope named.
void session::record(unsigned status, std::chrono::nanoseconds took) const {
    using telemetry::span_kind;
    using telemetry::span_mode;
    const auto& trace = request_.context.trace;
    telemetry::span out;
    out.trace = trace.trace_id;
    out.request = trace.span_id;
    out.id = trace.within;
    out.parent = request_.recorded.parent;
    out.begin = request_.received;
    out.took = took;
    out.name = request_.recorded.name;
    out.status = static_cast<std::uint16_t>(status);
    const bool here = !core_->limits.is_edge || !request_.recorded.elsewhere;
    const bool began_here = core_->limits.is_edge || trace.within == trace.span_id;
    out.kind = began_here ? span_kind::request : span_kind::serve;
    out.mode = here ? span_mode::direct : span_mode::process;
    telemetry::record_root(out);
}

}  // namespace cleave::http
