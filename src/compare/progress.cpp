#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <compare/progress.hpp>
#include <cstdio>

namespace cleave::compare {

using steady = std::chrono::steady_clock;

progress::progress(std::size_t runs, std::chrono::seconds planned_per_run)
    : shown_(::isatty(STDERR_FILENO) == 1), runs_(runs), planned_per_run_(planned_per_run) {
}

void progress::begin_run(std::string name) {
    ++run_;
    name_ = std::move(name);
    run_began_ = steady::now();
    // Once some are done, they tell best how long one takes.
    if (run_ > 1) planned_per_run_ = (run_began_ - began_) / (run_ - 1);
}

std::chrono::seconds progress::left() const {
    const auto of_this =
        std::max(steady::duration::zero(), planned_per_run_ - (steady::now() - run_began_));
    return std::chrono::ceil<std::chrono::seconds>(of_this + planned_per_run_ * (runs_ - run_));
}

// Only when something changes: a clock that ticks would run beside what is measured.
void progress::phase(std::string_view name) {
    if (!shown_) return;
    fmt::print(stderr, "\r\x1b[K[{}/{}] {}: {}, {} s left", run_, runs_, name_, name,
               left().count());
    std::fflush(stderr);
}

void progress::clear() {
    if (!shown_) return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
}

}  // namespace cleave::compare
