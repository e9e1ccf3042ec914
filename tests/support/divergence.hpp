#pragma once
// Each difference that is allowed between two topologies stands here, and nowhere else. But for
// one: where a process has several instances, the scenarios that are tagged [one-instance] do not
// apply (tests/system/CMakeLists.txt).
#include <filesystem>
#include <string>
#include <support/http_peer.hpp>
#include <vector>

namespace cleave::test {

// The page that says what runs where.
inline bool may_differ(const http_question& asked) {
    return asked.target == "/" && (asked.method == "GET" || asked.method == "HEAD");
}

// How long each part took: a header field, in lower case.
inline bool may_differ(std::string_view field) {
    return field == "server-timing";
}

// The classic monolith has one database, which is counted and traced, and whose owner is named, as
// one of "blog"; and nobody follows a feed there, so that nothing can be parked.
inline bool is_classic(const std::filesystem::path& data) {
    return std::filesystem::exists(data / "blog.db");
}
inline std::string database_of(const std::filesystem::path& data, const std::string& module) {
    return is_classic(data) ? "blog" : module;
}

// What says how its data is laid out, for a process that is started beside it or after it; and
// another placement that the data allows.
inline std::vector<std::string> layout_arguments(const std::filesystem::path& data) {
    if (!is_classic(data)) return {};
    return {"--set", "storage.layout=shared"};
}
inline std::vector<std::string> another_placement(const std::filesystem::path& data) {
    auto all = layout_arguments(data);
    all.insert(all.end(), {"--split", is_classic(data) ? "gateway" : "users"});
    return all;
}

}  // namespace cleave::test
