#pragma once
// Answers without what no two runs have in common: time, tokens, the ids of requests, the ends of
// slugs that were taken, and ids, which become numbers in the order in which they are first seen.
#include <map>
#include <support/http_peer.hpp>

namespace cleave::test {

class normaliser {
public:
    // An answer to a request of this target.
    std::string operator()(const std::string& target, const http_answer& answer);
    // Any text: of the database, say.
    std::string text(std::string body);

private:
    std::string number_of(const std::string& kind, const std::string& value);

    std::map<std::string, std::map<std::string, std::size_t>> known_;
};

}  // namespace cleave::test
