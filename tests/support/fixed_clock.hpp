#pragma once
// A clock that stands still until the test moves it.
#include <atomic>
#include <base/clock.hpp>

namespace cleave::test {

class fixed_clock final : public wall_clock {
public:
    static constexpr timestamp start{1'786'615'200'123};  // 2026-08-13T10:00:00.123Z

    timestamp now() const override { return {unix_ms_}; }
    void advance(std::chrono::milliseconds by) { unix_ms_ += by.count(); }

private:
    std::atomic<std::int64_t> unix_ms_ = start.unix_ms;
};

}  // namespace cleave::test
