#include <base/text.hpp>
#include <chrono>
#include <markup/front_matter.hpp>

namespace cleave::markup {

namespace {

namespace chrono = std::chrono;

// Reads from the front of a text.
class scanner {
public:
    explicit scanner(std::string_view text) : left_(text) {}

    bool is_done() const { return left_.empty(); }
    bool take(char c) {
        if (!left_.starts_with(c)) return false;
        left_.remove_prefix(1);
        return true;
    }
    bool take_one_of(std::string_view all) {
        if (left_.empty() || !all.contains(left_.front())) return false;
        left_.remove_prefix(1);
        return true;
    }
    std::optional<int> digits(std::size_t count) {
        int value = 0;
        if (left_.size() < count || !read_number(left_.substr(0, count), value) || value < 0 ||
            left_.front() == '-')
            return std::nullopt;
        left_.remove_prefix(count);
        return value;
    }
    void skip_digits() {
        while (!left_.empty() && left_.front() >= '0' && left_.front() <= '9')
            left_.remove_prefix(1);
    }
    void skip_blanks() {
        while (take(' ')) {
        }
    }
    bool sign_is_minus() const { return left_.starts_with('-'); }

private:
    std::string_view left_;
};

// Minutes east of UTC.
std::optional<int> zone(scanner& in) {
    in.skip_blanks();
    if (in.is_done() || in.take_one_of("Zz")) return 0;
    const bool west = in.sign_is_minus();
    if (!in.take_one_of("+-")) return std::nullopt;
    const auto hours = in.digits(2);
    in.take(':');
    const auto minutes = in.digits(2);
    if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    const int all = *hours * 60 + *minutes;
    return west ? -all : all;
}

}  // namespace

std::optional<timestamp> parse_date(std::string_view text) {
    const auto plain = trimmed(text);
    scanner in(plain);
    const auto year = in.digits(4);
    const bool first = in.take('-');
    const auto month = in.digits(2);
    const bool second = in.take('-');
    const auto day = in.digits(2);
    if (!year || !month || !day || !first || !second) return std::nullopt;
    const chrono::year_month_day date{chrono::year(*year),
                                      chrono::month(static_cast<unsigned>(*month)),
                                      chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    chrono::milliseconds since = chrono::sys_days(date).time_since_epoch();
    if (in.is_done()) return timestamp{since.count()};
    if (!in.take_one_of("Tt ")) return std::nullopt;
    in.skip_blanks();
    const auto hour = in.digits(2);
    const bool colon = in.take(':');
    const auto minute = in.digits(2);
    std::optional<int> second_of = 0;
    if (in.take(':')) second_of = in.digits(2);
    if (second_of && in.take('.')) in.skip_digits();
    if (!hour || !colon || !minute || !second_of || *hour > 23 || *minute > 59 || *second_of > 59)
        return std::nullopt;
    const auto east = zone(in);
    if (!east || !in.is_done()) return std::nullopt;
    since += chrono::hours(*hour) + chrono::minutes(*minute - *east) + chrono::seconds(*second_of);
    return timestamp{since.count()};
}

}  // namespace cleave::markup
