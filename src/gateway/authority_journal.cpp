#include <fcntl.h>
#include <unistd.h>

#include <base/secret_file.hpp>
#include <contract/codec.hpp>
#include <gateway/authority_journal.hpp>
#include <mutex>
#include <telemetry/log.hpp>

namespace cleave::gateway {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t records_before_writing_anew_min = 1024;
constexpr std::int64_t positions_not_kept_max = 1024;  // read again after a restart

struct record {
    std::vector<authority_changed> changes{};
    std::optional<feed_place> place{};
};
BOOST_DESCRIBE_STRUCT(record, (), (changes, place))

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

std::string line_of(const record& r) {
    return encode(r) + "\n";
}

}  // namespace

authority_journal::authority_journal(fs::path file, authority& known, const wall_clock& clock)
    : file_(std::move(file)), known_(known), clock_(clock) {
    if (!file_.empty()) fs::create_directories(file_.parent_path());
}

std::optional<feed_place> authority_journal::load() {
    const auto content = file_.empty() ? std::nullopt : read_file(file_);
    if (!content) return std::nullopt;
    const std::scoped_lock lock(mutex_);
    std::string_view rest(reinterpret_cast<const char*>(content->data()), content->size());
    std::vector<authority_changed> all;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        if (end == std::string_view::npos) break;  // cut short
        auto read = decode<record>(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        if (!read) continue;
        ++records_;
        all.insert(all.end(), read->changes.begin(), read->changes.end());
        if (read->place) place_ = read->place;
    }
    if (!place_) return std::nullopt;
    known_.apply(all, clock_.now());
    // Also ends a line that was cut short.
    write_anew();
    return place_;
}

void authority_journal::apply(std::span<const authority_changed> changes,
                              std::optional<feed_place> place) {
    const std::scoped_lock lock(mutex_);
    // What came before anything was read in full must not pass for all that there is.
    if (!place_) return;
    // Applied first: whoever asks from now on gets the new answer, whatever the disk does.
    const bool news = known_.apply(changes, clock_.now());
    if (place) place_ = place;
    const bool far =
        place_->epoch != kept_.epoch || place_->position - kept_.position >= positions_not_kept_max;
    if (file_.empty() || (!news && !far)) return;
    kept_ = *place_;
    if (++records_ > 2 * known_.size() + records_before_writing_anew_min)
        write_anew();
    else
        append(line_of({{changes.begin(), changes.end()}, place_}));
}

void authority_journal::replace(std::span<const authority_changed> changes, feed_place place) {
    const std::scoped_lock lock(mutex_);
    known_.replace(changes, clock_.now());
    place_ = place;
    write_anew();
}

// Appears whole or not at all, also where this process is killed. After a loss of power it may be
// cut short, and then nothing is known until users answers: not worth a wait for the disk here.
void authority_journal::write_anew() {
    if (file_.empty()) return;
    const fs::path draft = file_.string() + ".draft";
    unique_fd fresh(
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600));
    const auto all = line_of({known_.all(), place_});
    if (!fresh || !write_all(fresh.get(), all) || ::rename(draft.c_str(), file_.c_str()) != 0) {
        log::error("gateway", "cannot write {}: {}", file_.string(), std::strerror(errno));
        return;
    }
    fd_ = std::move(fresh);
    records_ = known_.size();
    kept_ = *place_;
}

// After half a line nothing can be appended that would be read again.
void authority_journal::append(const std::string& line) {
    if (!fd_ || !write_all(fd_.get(), line)) write_anew();
}

}  // namespace cleave::gateway
