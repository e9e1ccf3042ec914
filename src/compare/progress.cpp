#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <compare/progress.hpp>
#include <cstdio>

namespace cleave::compare {

using steady = std::chrono::steady_clock;

progress::progress(std::vector<step> steps)
    : shown_(::isatty(STDERR_FILENO) == 1), steps_(std::move(steps)) {
}

void progress::begin_run(std::string name) {
    ++run_;
    name_ = std::move(name);
    run_began_ = steady::now();
    // Once some are done, they tell best how long one takes.
    if (run_ > 1)
        steps_[step_].each = std::chrono::duration_cast<std::chrono::milliseconds>(
            (run_began_ - step_began_) / (run_ - 1));
    else if (!shown_)
        fmt::print(stderr, "{} s left  {}\n", left().count(), name_);
}

void progress::end_step() {
    ++step_;
    run_ = 0;
    step_began_ = steady::now();
}

std::chrono::seconds progress::left() const {
    if (step_ == steps_.size()) return {};
    const auto& now = steps_[step_];
    auto out = std::max(steady::duration::zero(), now.each - (steady::now() - run_began_));
    out += now.each * (now.runs - run_);
    for (std::size_t i = step_ + 1; i < steps_.size(); ++i) out += steps_[i].each * steps_[i].runs;
    return std::chrono::ceil<std::chrono::seconds>(out);
}

// Only when something changes: a clock that ticks would run beside what is measured.
void progress::phase(std::string_view name) {
    if (!shown_) return;
    fmt::print(stderr, "\r\x1b[K{} s left  [{}/{}] {}: {}", left().count(), run_,
               step_ < steps_.size() ? steps_[step_].runs : run_, name_, name);
    std::fflush(stderr);
}

void progress::clear() {
    if (!shown_) return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
}

}  // namespace cleave::compare
