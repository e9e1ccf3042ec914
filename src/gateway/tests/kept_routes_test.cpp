// Route tables that were kept on disk, by this release or another.
#include <fstream>

#include "two_processes.hpp"

namespace cleave::gateway::test {

namespace {

http::route somewhere(std::string path) {
    http::route out;
    out.path = std::move(path);
    out.access = http::policy::anyone;
    return out;
}

// The paths that an edge knows which starts with these bytes where routes are kept, before it has
// reached anybody.
std::vector<std::string> known_after(const std::string& kept) {
    two_processes s({somewhere("/api/far")}, {}, {somewhere("/api/near")});
    std::ofstream(s.cache.path() / "module.json") << kept;
    edge::parts parts{s.gateway_threads, s.callers, s.changes, s.credentials, s.local_routes, {},
                      s.cache.path(),    "gateway", {}};
    parts.remote.emplace_back("module", s.other.get());
    edge starting(std::move(parts));
    std::vector<std::string> out;
    for (std::size_t i = 0; const auto r = starting.route_at(i); ++i) out.push_back(r->path);
    return out;
}

std::string table(const std::string& rows) {
    return R"({"module":"module","routes":[)" + rows + "]}";
}

const std::string plain =
    R"({"method":"get","path":"/api/kept","access":"anyone","kind":"query","body_bytes_max":0})";
const std::string strange =
    R"({"method":"get","path":"/api/strange","access":"paying_user","kind":"query",)"
    R"("body_bytes_max":0,"cache_ms":5})";
const std::string unreadable =
    R"({"method":"get","path":"no path","access":"anyone","kind":"query","body_bytes_max":0})";
using paths = std::vector<std::string>;

}  // namespace

TEST_CASE("what a module has told once is known before it is reached") {
    CHECK(known_after(table(plain)) == paths{"/api/near", "/api/kept"});
}

TEST_CASE("what another release has kept is used as far as it is understood") {
    CHECK(known_after(table(strange + "," + plain)) == paths{"/api/near", "/api/kept"});
    // Whatever it says, the edge starts: the modules tell theirs again.
    CHECK(known_after(table(plain + "," + unreadable)) == paths{"/api/near"});
    CHECK(known_after("{") == paths{"/api/near"});
}

}  // namespace cleave::gateway::test
