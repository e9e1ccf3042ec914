#pragma once
// What gateway::authority knows, on the disk: for an edge whose users module runs elsewhere and may
// be down when it starts. One JSON line a record; a line that a crash cut short is passed over.
// Appended to as changes come, so that what an answer has told survives a kill; written anew, in
// full, when most of it is of no consequence any more.
#include <base/unique_fd.hpp>
#include <filesystem>
#include <gateway/authority.hpp>

namespace cleave::gateway {

// How far users' feed was read. Epoch 0: of whatever epoch it is.
struct feed_place {
    std::int64_t epoch = 0;
    std::int64_t position = 0;
    bool operator==(const feed_place&) const = default;
};
BOOST_DESCRIBE_STRUCT(feed_place, (), (epoch, position))

class authority_journal {
public:
    // The folder is made where it is missing. An empty path: nothing is kept, as where users runs
    // in the same process and knows. Throws std::system_error.
    authority_journal(std::filesystem::path file, authority& known, const wall_clock& clock);

    // Fills `known`. Nothing where there is no file, or none that can be read: nothing is known.
    std::optional<feed_place> load();

    // Applies it to `known` and keeps it. From any thread. Where the disk is full it is applied and
    // not kept (logged): the feed brings it again.
    // `place`: the feed was read so far, and these are all that it told.
    void apply(std::span<const authority_changed> changes,
               std::optional<feed_place> place = std::nullopt);
    // All that there is, in place of what was known.
    void replace(std::span<const authority_changed> changes, feed_place place);

private:
    void write_anew();  // under mutex_
    void append(const std::string& line);

    const std::filesystem::path file_;
    authority& known_;
    const wall_clock& clock_;
    std::mutex mutex_;
    unique_fd fd_;
    std::optional<feed_place> place_;
    feed_place kept_;
    std::size_t records_ = 0;
};

}  // namespace cleave::gateway
