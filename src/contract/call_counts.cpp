#include <contract/call_counts.hpp>

namespace cleave {

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

void call_timer::note(call_outcome how, std::size_t sent_bytes, std::size_t received_bytes) {
    auto& mine = counts_->of(method_);
    mine.ended[static_cast<std::size_t>(how)].add(1);
    mine.sent_bytes.add(sent_bytes);
    mine.received_bytes.add(received_bytes);
    mine.latency.add(std::chrono::steady_clock::now() - begun_);
}

}  // namespace cleave
