#include "topology.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <iterator>
#include <sstream>

namespace cleave::test {

std::vector<std::string> topology_arguments() {
    const char* named = std::getenv("CLEAVE_TOPOLOGY");
    std::istringstream words(named ? named : "");
    return {std::istream_iterator<std::string>(words), {}};
}

running_blog& shared_blog() {
    static scratch_blog blog(topology_arguments());
    // No scenario before this one has brought a process down.
    for (const auto& process : blog->processes()) {
        INFO(process.name);
        REQUIRE(process.restarts == 0);
    }
    return *blog;
}

}  // namespace cleave::test
