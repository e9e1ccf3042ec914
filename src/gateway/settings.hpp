#pragma once
// How the edge may be set up.
#include <filesystem>
#include <string>
#include <vector>

namespace cleave::gateway {

struct edge_settings {
    // Whose pages may call: "https://blog.example.org", with a port where it is not the usual one.
    // None: any may. There are no cookies, so what a page may do depends on the token it has.
    std::vector<std::string> cors_origins{};
    // A front end to serve where no route is; empty: none.
    std::filesystem::path web{};
};

}  // namespace cleave::gateway
