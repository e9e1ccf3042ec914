#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cli/progress_bar.hpp>
#include <cstdio>

namespace cleave::cli {

namespace {

constexpr std::chrono::milliseconds drawn_every(100);
constexpr std::size_t width = 30;

}  // namespace

std::string progress_line(std::string_view what, std::uint64_t done, std::uint64_t all,
                          std::chrono::steady_clock::duration spent) {
    if (all == 0) return fmt::format("{}  {}", what, done);
    done = std::min(done, all);
    const auto share = static_cast<double>(done) / static_cast<double>(all);
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
    auto line = fmt::format("{:<9} [{}{}] {} of {}", what, std::string(filled, '#'),
                            std::string(width - filled, '.'), done, all);
    if (done > 0 && done < all && spent > std::chrono::seconds(1)) {
        const auto seconds = std::chrono::duration<double>(spent).count();
        line += fmt::format("  {:.0f} s left", seconds / share - seconds);
    }
    return line;
}

progress_bar::progress_bar() : shown_(::isatty(STDERR_FILENO) == 1) {
}

void progress_bar::show(std::string_view what, std::uint64_t done, std::uint64_t all) {
    if (!shown_) return;
    const auto now = std::chrono::steady_clock::now();
    if (what != what_) {
        what_ = what;
        began_ = now;
        drawn_ = {};
    }
    if (now - drawn_ < drawn_every) return;
    drawn_ = now;
    fmt::print(stderr, "\r\x1b[K{}", progress_line(what, done, all, now - began_));
    std::fflush(stderr);
}

void progress_bar::clear() {
    if (!shown_ || what_.empty()) return;
    what_.clear();
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
}

}  // namespace cleave::cli
