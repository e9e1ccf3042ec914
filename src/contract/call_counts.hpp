#pragma once
// How often one module calls another, how that ends, how long it takes, and how much travels.
// Counted by the caller's proxy, a thread for itself, and summed when metrics are asked for. There
// a call becomes a span too, the same in every way to call.
#include <base/io_threads.hpp>
#include <contract/problem.hpp>
#include <string>
#include <telemetry/counting.hpp>
#include <telemetry/recorder.hpp>
#include <vector>

namespace cleave {

enum class call_outcome {
    ok,
    refused,  // the module said no: a problem whose status is 4xx
    failed,   // anything else: not executed, unknown, a bug
};
BOOST_DESCRIBE_ENUM(call_outcome, ok, refused, failed)

struct call_count {
    telemetry::counter ended[3];                    // by outcome
    telemetry::counter sent_bytes, received_bytes;  // of the bodies; 0 where nothing is serialized
    telemetry::latency_histogram latency;
};

class call_counts {
public:
    // mode: direct, serialized, loopback, process.
    call_counts(std::string caller, std::string service, std::string mode,
                std::vector<std::string> methods);

    // By its position in the description of the interface; this thread's.
    call_count& of(std::size_t method) { return threads_.at(this_io_thread()).at(method); }

    struct row {
        std::string method;
        std::uint64_t ended[3] = {};
        std::uint64_t sent_bytes = 0, received_bytes = 0;
        telemetry::latencies latency{};
    };
    std::vector<row> sum() const;  // of methods that were called
    telemetry::span begin_span(trace_context& within, std::size_t method) const;

    const std::string caller, service, mode;

private:
    static constexpr std::size_t threads_max = 64, methods_max = 64;
    using by_method = telemetry::lazy_table<call_count, methods_max>;
    const std::vector<std::string> methods_;
    std::vector<std::uint32_t> names_;  // of their spans
    telemetry::span_mode how_ = telemetry::span_mode::direct;
    telemetry::lazy_table<by_method, threads_max> threads_;
};

// From the beginning of a call to its end; nothing where nobody counts. Where the request is
// recorded, what the callee causes belongs below the call.
class call_timer {
public:
    call_timer(call_counts* counts, std::size_t method, trace_context& trace)
        : counts_(counts), method_(method) {
        if (!counts_) return;
        if (trace.is_recorded()) span_ = counts_->begin_span(trace, method);
        begun_ = std::chrono::steady_clock::now();
    }
    template <class T>
    void ended(const result<T>& how, std::size_t sent_bytes = 0, std::size_t received_bytes = 0) {
        if (counts_) note(how ? 200 : http_status(how.error().code), sent_bytes, received_bytes);
    }

private:
    void note(unsigned status, std::size_t sent_bytes, std::size_t received_bytes);

    call_counts* counts_;
    std::size_t method_;
    std::chrono::steady_clock::time_point begun_;
    std::optional<telemetry::span> span_;
};

}  // namespace cleave
