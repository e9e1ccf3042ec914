#pragma once
// Each difference that is allowed between two topologies stands here, and nowhere else. But for
// one: where a process has several instances, the scenarios that are tagged [one-instance] do not
// apply (tests/system/CMakeLists.txt).
#include <support/http_peer.hpp>

namespace cleave::test {

// The page that says what runs where.
inline bool may_differ(const http_question& asked) {
    return asked.target == "/" && (asked.method == "GET" || asked.method == "HEAD");
}

// How long each part took: a header field, in lower case.
inline bool may_differ(std::string_view field) {
    return field == "server-timing";
}

}  // namespace cleave::test
