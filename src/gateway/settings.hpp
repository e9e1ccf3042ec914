#pragma once
// How the edge may be set up.
#include <filesystem>
#include <string>
#include <vector>

namespace cleave::gateway {

// How often somebody who is logged in may ask, wherever from. Each edge counts for itself.
struct user_limits {
    std::size_t requests_per_second_max = 0;  // in the long run; 0: no limit
    std::size_t requests_burst_max = 1;       // at once, after a pause
    bool from_loopback = false;               // whether it holds for who asks from there
};

struct edge_settings {
    // Whose pages may call: "https://blog.example.org", with a port where it is not the usual one.
    // None: any may. There are no cookies, so what a page may do depends on the token it has.
    std::vector<std::string> cors_origins{};
    // A front end to serve where no route is; empty: none.
    std::filesystem::path web{};
    user_limits users{};
};

}  // namespace cleave::gateway
