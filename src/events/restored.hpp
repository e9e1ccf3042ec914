#pragma once
// What a restore does last, while nobody runs: every feed gets a new epoch, since ids that
// followers may have seen are given out again. Modules that were restored from the same backup fit
// each other, so they take the new epochs over and go on where they were; whoever else follows
// starts over.
#include <filesystem>
#include <span>
#include <string>

namespace cleave::events {

struct kept_module {
    std::string name;
    std::filesystem::path file;  // its database, which others may share
};

// No other connection to them is open. May be repeated. Throws sqlite::error.
void renew_epochs(std::span<const kept_module> modules);

}  // namespace cleave::events
