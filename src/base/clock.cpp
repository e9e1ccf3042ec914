#include <algorithm>
#include <base/clock.hpp>

namespace cleave {

namespace {

namespace chrono = std::chrono;

class real_clock final : public wall_clock {
public:
    timestamp now() const override {
        const auto since = chrono::system_clock::now().time_since_epoch();
        return {chrono::duration_cast<chrono::milliseconds>(since).count()};
    }
};

template <int Width>
void put(char* to, unsigned value) {
    for (int i = Width; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

std::optional<unsigned> digits(std::string_view text) {
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}

}  // namespace

const wall_clock& system_clock() {
    static const real_clock clock;
    return clock;
}

void append_rfc3339(std::string& out, timestamp at) {
    constexpr std::int64_t year_0 = -62'167'219'200'000, year_10000 = 253'402'300'800'000;
    const chrono::milliseconds since(std::clamp(at.unix_ms, year_0, year_10000 - 1));
    const auto day = chrono::floor<chrono::days>(since);
    const chrono::year_month_day date{chrono::sys_days(day)};
    const auto time = static_cast<unsigned>((since - day).count());
    char text[] = "0000-00-00T00:00:00.000Z";
    put<4>(text, static_cast<unsigned>(static_cast<int>(date.year())));
    put<2>(text + 5, static_cast<unsigned>(date.month()));
    put<2>(text + 8, static_cast<unsigned>(date.day()));
    put<2>(text + 11, time / 3'600'000);
    put<2>(text + 14, time / 60'000 % 60);
    put<2>(text + 17, time / 1'000 % 60);
    put<3>(text + 20, time % 1'000);
    out.append(text, sizeof text - 1);
}

std::string to_rfc3339(timestamp at) {
    std::string out;
    append_rfc3339(out, at);
    return out;
}

std::optional<timestamp> parse_rfc3339(std::string_view text) {
    if (text.size() != 24 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':' || text[19] != '.' || text[23] != 'Z')
        return std::nullopt;
    const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)),
               day = digits(text.substr(8, 2)), hour = digits(text.substr(11, 2)),
               minute = digits(text.substr(14, 2)), second = digits(text.substr(17, 2)),
               ms = digits(text.substr(20, 3));
    if (!year || !month || !day || !hour || !minute || !second || !ms) return std::nullopt;
    const chrono::year_month_day date{chrono::year(static_cast<int>(*year)), chrono::month(*month),
                                      chrono::day(*day)};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const chrono::milliseconds since = chrono::sys_days(date).time_since_epoch() +
                                       chrono::hours(*hour) + chrono::minutes(*minute) +
                                       chrono::seconds(*second) + chrono::milliseconds(*ms);
    return timestamp{since.count()};
}

}  // namespace cleave
