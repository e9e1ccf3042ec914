#pragma once
// What a restore does last, while nobody runs: every feed gets a new epoch, since ids that
// followers may have seen are given out again. Modules that were restored from the same backup fit
// each other, so they take the new epochs over and go on where they were; whoever else follows
// starts over.
#include <filesystem>
#include <span>
#include <string>

namespace cleave::events {

// The databases DIR/<module>.db of these modules; no other connection is open. May be repeated.
// Throws sqlite::error.
void renew_epochs(const std::filesystem::path& data, std::span<const std::string> modules);

}  // namespace cleave::events
