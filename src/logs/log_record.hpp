#pragma once
// A line of a log as it leaves the process that keeps it, and as `cleave logs` writes it.
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <telemetry/log_book.hpp>
#include <vector>

namespace cleave::logs {

struct log_record {
    std::string time;   // RFC 3339, UTC, with milliseconds
    std::string level;  // of log::level; a newer release may know more of them
    std::string process, component;
    std::optional<std::string> module{};
    std::string message;
    std::optional<std::string> request_id{}, trace_id{};  // 16 and 32 hex digits
    bool operator==(const log_record&) const = default;
};
BOOST_DESCRIBE_STRUCT(log_record, (),
                      (time, level, process, component, module, message, request_id, trace_id))

struct log_answer {
    std::string book;        // another one: the process is another one too, and counts anew
    std::int64_t last = 0;   // up to where this tells; where the next question goes on
    bool gap = false;        // lines before those that are told were there, and are gone
    bool collected = false;  // `up` has these lines as well
    std::vector<std::string> processes{};  // whose lines are kept here
    std::vector<log_record> lines{};       // in the order in which they came
};
BOOST_DESCRIBE_STRUCT(log_answer, (), (book, last, gap, collected, processes, lines))

log_record to_record(const log::kept_line& line);

// As the log itself writes it: JSON, and for people, who read their own time.
std::string to_json_line(const log_record& r);
std::string to_human_line(const log_record& r);

}  // namespace cleave::logs
