#pragma once
// What must be there after everything that happened, and what must not; each CHECKs.
#include <filesystem>
#include <set>

#include "workload.hpp"

namespace cleave::test {

// Each that was acknowledged, once; of those that were refused or deleted none.
void check_comments(blog_client& client, const std::string& slug, const records& known);
// The author was told of each comment that is there, once, and of no other.
void check_notifications(blog_client& client, const visitor& author, const visitor& reader,
                         const std::string& slug);
// Each that was acknowledged, once, with one favourite.
void check_articles(blog_client& client, const records& known);
// Whole, and no event was given up. Nothing runs on them.
// `but_not`: modules that are another program, which keeps what it knows in its own way.
void check_databases(const std::filesystem::path& data, const std::set<std::string>& but_not = {});

}  // namespace cleave::test
