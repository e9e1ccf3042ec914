#pragma once
// A tool's call to a module. Never a second writer: where a process owns the module, that process
// is asked through its Unix socket; where none does, the module is opened here for the one call.
#include <chrono>
#include <contract/channel.hpp>
#include <filesystem>

namespace cleave::app {

struct tool_call {
    std::filesystem::path data;
    std::string service;  // "posts" or "posts.feed"
    std::string method;
    std::string body;
    std::int64_t user_id = 0;  // on whose behalf; 0: nobody's
    std::chrono::seconds timeout{10};
    std::string process{};  // which instance is asked; empty: the owner
    trace_context trace{};  // by whose numbers it is recorded; none: those of who answers
};

// Throws topology::config_error (no such module), sqlite::owned_elsewhere (one that it calls is
// owned, and its owner could not be asked).
reply call_module(const tool_call& wanted);

}  // namespace cleave::app
