#pragma once
// A workload of somebody else's routes, from a TOML file, for whatever speaks HTTP/1.1:
//
//     rate = 200                  # requests a second, a Poisson process
//     [[route]]
//     name = "an article"         # as it is reported
//     target = "/articles/{1..500}"
//     weight = 9                  # how often beside the others; 1 without it
//     status = 200                # the right answer; 200 without it
//     contains = "<h1>"           # which must be in its body; any is right without it
//     [[route]]
//     name = "a comment"
//     method = "POST"
//     target = "/articles/{1..500}/comments"
//     token = "eyJ..."            # sent as "Authorization: Token ..."
//     body = '{"text":"{size:120}"}'
//     status = 201
//
// Instead of a rate there may be visitors who wait for their answers, and think before they ask
// again; each has a connection. The slower the system, the less they ask: that is what people do,
// and hides a stall that a rate would show.
//
//     users = 50
//     think_ms = [200, 2000]      # evenly from 200 to 2,000; or 800: 800 on average, exponentially
//
// Where the blog is started for it, how much is in it; with a --target there is what there is:
//
//     [data]
//     users = 8
//     articles = 200
//     comments_per_article = 10
//
// {a..b} is a number from a to b, {size:n} n letters, {i} the request's own number. All of them
// follow from the seed, so every target is asked the same.
#include <compare/load.hpp>
#include <compare/workload.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cleave::compare {

struct own_route {
    std::string name;
    std::string method = "GET";
    std::string target;
    std::string token{};
    std::string body{};
    std::uint64_t weight = 1;
    unsigned status = 200;
    std::string contains{};
};

struct own_workload {
    double rate_per_s = 0;  // 0: what the command line says, if there are no users
    std::optional<thinking_users> users{};
    std::optional<workload_sizes> data{};
    std::vector<own_route> routes;

    call request(std::uint64_t seed, std::uint64_t index) const;
};

// Throws std::invalid_argument with a sentence: what is wrong, and in which route.
own_workload read_workload(const std::filesystem::path& file);

// "{1..9}" and its like replaced; what is no such thing stays. For tests.
std::string filled_in(std::string_view text, std::uint64_t seed, std::uint64_t index);

// "http://127.0.0.1:8080", "http://localhost:8080": an address, no name service and no TLS, whose
// time would be measured too. Throws std::invalid_argument.
asio::ip::tcp::endpoint parse_target(std::string_view url);

}  // namespace cleave::compare
