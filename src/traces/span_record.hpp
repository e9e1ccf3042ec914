#pragma once
// A span as it leaves its process: in text, with its names spelt out and the time of day.
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <telemetry/span.hpp>
#include <vector>

namespace cleave::traces {

struct span_record {
    std::string trace;    // 32 hex digits
    std::string request;  // 16, as X-Request-Id has it
    std::string id;       // 16
    std::optional<std::string> parent{};
    std::string kind;     // of span_kind; a newer release may know more of them
    std::string mode;     // of span_mode
    std::string process;  // that recorded it
    std::string module;   // that it is about
    std::string name;     // "POST /api/articles/{slug}/comments", "find", "commit"
    std::int64_t begin_unix_ns = 0, took_ns = 0;
    std::int64_t status = 0;             // as HTTP has it; 0: none
    std::optional<std::int64_t> jobs{};  // in the same commit, or events in the same page
    std::optional<std::int64_t> waited_us{}, commit_us{};  // of a batch

    bool is_remote() const { return mode == "process" || mode == "loopback"; }
    std::int64_t end_unix_ns() const { return begin_unix_ns + took_ns; }
};
BOOST_DESCRIBE_STRUCT(span_record, (),
                      (trace, request, id, parent, kind, mode, process, module, name, begin_unix_ns,
                       took_ns, status, jobs, waited_us, commit_us))

struct span_answer {
    std::vector<span_record> spans{};
};
BOOST_DESCRIBE_STRUCT(span_answer, (), (spans))

// One moment on both clocks of a process: how its spans come to the time of day. Processes of one
// host agree to a microsecond or so, those of two as well as their clocks are set.
struct moment {
    steady_time steady;
    std::int64_t unix_ns = 0;
};
moment this_moment();

span_record to_record(const telemetry::span& from, const std::string& process, moment now);

}  // namespace cleave::traces
