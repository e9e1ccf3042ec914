#pragma once
// Fills a blog with believable content, the same for the same seed and sizes.
//
// It goes through the modules' own commands in batches. All of it is named after the seed, so that
// a run that was cut short goes on where it ended, and a second one adds nothing.
#include <app/tool_blog.hpp>
#include <functional>

namespace cleave::app {

struct seed_options {
    std::uint64_t users = 20, articles = 100, comments = 300;
    std::uint64_t seed = 1;
};

// Called as it goes: what is being made, how many there are, and how many there are to be.
using progress_report =
    std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

struct seed_summary {
    std::uint64_t users_added = 0, articles_added = 0, comments_added = 0;
};

// Articles need users, and comments need articles. Throws std::runtime_error where a module
// refuses; what was added until then stays.
async<seed_summary> seed_blog(tool_blog& blog, seed_options wanted, progress_report report);

}  // namespace cleave::app
