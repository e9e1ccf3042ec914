#pragma once
// What is recorded of a request: a tree of spans, across all processes that have a part in it.
//
//     request  comments POST /api/articles/{slug}/comments   what the edge was asked
//       serve  comments POST /api/articles/{slug}/comments   the same in the module's process
//         call posts.find                                    as its caller sees it
//           serve posts.find                                 the same in the module's process
//         batch comments                                     one job of a group commit
//       delivery notifications comments.comment_written      an event applied by who follows
//     task     posts publish views                           what no request has caused: a timer's
//
// A call is a span whether the module is here or elsewhere. `serve` is there only where a request
// or a call crosses to another listener: without those spans the tree is the same in every mode.
#include <array>
#include <base/clock.hpp>
#include <boost/describe.hpp>
#include <cstdint>
#include <type_traits>

namespace cleave::telemetry {

enum class span_kind : std::uint8_t { request, serve, call, batch, delivery, task };
BOOST_DESCRIBE_ENUM(span_kind, request, serve, call, batch, delivery, task)

// How what it is about was reached; the first two are local, the others go over HTTP.
enum class span_mode : std::uint8_t { direct, serialized, loopback, process };
BOOST_DESCRIBE_ENUM(span_mode, direct, serialized, loopback, process)

// As it lies in the ring: plain bytes, 80 of them. Never what a person wrote: the template of a
// route, not its path.
struct span {
    std::array<std::uint8_t, 16> trace{};
    std::array<std::uint8_t, 8> request{};  // at the edge, as X-Request-Id has it
    std::array<std::uint8_t, 8> id{}, parent{};
    steady_time begin{};
    std::chrono::nanoseconds took{};
    std::uint32_t name = 0;    // a number of span_name()
    std::uint16_t status = 0;  // as HTTP has it; of a call, that of its problem
    span_kind kind = span_kind::request;
    span_mode mode = span_mode::direct;
    // Of a batch: in the same commit; of a delivery: in the same page; of a task: seen to.
    std::uint32_t jobs = 0;
    std::uint32_t waited_us = 0;  // of a batch: in the queue
    std::uint32_t commit_us = 0;  // of a batch: its COMMIT, the sync included
    std::uint32_t reserved = 0;
};
static_assert(std::is_trivially_copyable_v<span> && sizeof(span) == 80);

}  // namespace cleave::telemetry
