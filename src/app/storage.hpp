#pragma once
// How the modules of a process keep their data, and how they hear of each other's events. Together
// `shared` and `inline` are the classic monolith (docs/adr/0029-classic-layout.md).
#include <boost/describe.hpp>
#include <string_view>

namespace cleave::app {

enum class storage_layout {
    separate,  // DIR/<module>.db: modules can be placed anywhere
    shared,    // DIR/blog.db, for all of them in one process
};
BOOST_DESCRIBE_ENUM(storage_layout, separate, shared)

inline constexpr std::string_view shared_database = "blog";

enum class event_delivery {
    // A follower reads the publisher's feed, and applies events after their commit.
    feed,
    // So, but whoever sent the command is answered once all who follow have applied its events.
    awaited,
    // In the publisher's transaction; only where the layout is shared.
    inline_,  // NOLINT(readability-identifier-naming): "inline" is a keyword
};
BOOST_DESCRIBE_ENUM(event_delivery, feed, awaited, inline_)

}  // namespace cleave::app
