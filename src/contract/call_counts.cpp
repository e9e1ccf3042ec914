#include <contract/call_counts.hpp>

namespace cleave {

namespace {

telemetry::span_mode span_mode_of(const std::string& mode) {
    auto out = telemetry::span_mode::direct;
    boost::describe::enum_from_string(mode.c_str(), out);
    return out;
}

call_outcome outcome_of(unsigned status) {
    if (status < 400) return call_outcome::ok;
    return status < 500 ? call_outcome::refused : call_outcome::failed;
}

}  // namespace

call_counts::call_counts(std::string caller, std::string service, std::string mode,
                         std::vector<std::string> methods)
    : caller(std::move(caller)),
      service(std::move(service)),
      mode(std::move(mode)),
      methods_(std::move(methods)),
      how_(span_mode_of(this->mode)) {
    for (const auto& m : methods_) names_.push_back(telemetry::span_name(this->service, m));
}

telemetry::span call_counts::begin_span(trace_context& within, std::size_t method) const {
    return telemetry::begin_span(within, telemetry::span_kind::call, names_[method], how_);
}

std::vector<call_counts::row> call_counts::sum() const {
    std::vector<row> out;
    for (std::size_t m = 0; m < methods_.size() && m < methods_max; ++m) {
        row sums;
        bool called = false;
        for (std::size_t t = 0; t < threads_max; ++t) {
            const auto* const thread = threads_.find(t);
            const auto* const c = thread ? thread->find(m) : nullptr;
            if (!c) continue;
            called = true;
            for (std::size_t i = 0; i < 3; ++i) sums.ended[i] += c->ended[i].load();
            sums.sent_bytes += c->sent_bytes.load();
            sums.received_bytes += c->received_bytes.load();
            c->latency.add_to(sums.latency);
        }
        if (!called) continue;
        sums.method = methods_[m];
        out.push_back(std::move(sums));
    }
    return out;
}

void call_timer::note(unsigned status, std::size_t sent_bytes, std::size_t received_bytes) {
    auto& mine = counts_->of(method_);
    mine.ended[static_cast<std::size_t>(outcome_of(status))].add(1);
    mine.sent_bytes.add(sent_bytes);
    mine.received_bytes.add(received_bytes);
    const auto took = std::chrono::steady_clock::now() - begun_;
    mine.latency.add(took);
    if (!span_) return;
    span_->begin = begun_;
    span_->took = took;
    span_->status = static_cast<std::uint16_t>(status);
    telemetry::record(*span_);
}

}  // namespace cleave
