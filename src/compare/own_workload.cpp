#include <fmt/format.h>

#include <toml++/toml.h>
#include <base/text.hpp>
#include <compare/own_workload.hpp>
#include <compare/seeded.hpp>
#include <optional>
#include <span>
#include <stdexcept>

namespace cleave::compare {

namespace {

constexpr std::uint64_t size_max = 1 << 20;

// What stands between braces, if it is something that is filled in.
std::optional<std::string> value_of(std::string_view inside, seeded& random, std::uint64_t index) {
    if (inside == "i") return std::to_string(index);
    std::uint64_t from = 0, to = 0;
    if (constexpr std::string_view size = "size:"; inside.starts_with(size)) {
        if (!read_number(inside.substr(size.size()), to) || to > size_max) return std::nullopt;
        std::string out(to, ' ');
        for (char& c : out) c = static_cast<char>('a' + random.below(26));
        return out;
    }
    const auto dots = inside.find("..");
    if (dots == inside.npos || !read_number(inside.substr(0, dots), from) ||
        !read_number(inside.substr(dots + 2), to) || to < from || to - from == UINT64_MAX)
        return std::nullopt;
    return std::to_string(from + random.below(to - from + 1));
}

std::string filled(std::string_view text, seeded& random, std::uint64_t index) {
    std::string out;
    while (!text.empty()) {
        const auto open = std::min(text.find('{'), text.size());
        out += text.substr(0, open);
        text.remove_prefix(open);
        const auto close = text.find('}');
        const auto value =
            close == text.npos ? std::nullopt : value_of(text.substr(1, close - 1), random, index);
        if (value) {
            out += *value;
            text.remove_prefix(close + 1);
        } else if (!text.empty()) {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

template <class T>
T read(const toml::table& from, std::string_view key, T otherwise, const std::string& where) {
    const auto node = from[key];
    if (!node) return otherwise;
    const auto value = node.value<T>();
    if (!value) throw std::invalid_argument(fmt::format("{}: {} has the wrong type", where, key));
    return *value;
}

std::int64_t within(const toml::table& from, std::string_view key, std::int64_t otherwise,
                    std::int64_t low, std::int64_t high, const std::string& where) {
    const auto value = read<std::int64_t>(from, key, otherwise, where);
    if (value < low || value > high)
        throw std::invalid_argument(
            fmt::format("{}: {} must be from {} to {}", where, key, low, high));
    return value;
}

void check_keys(const toml::table& from, std::span<const std::string_view> known,
                const std::string& where) {
    for (const auto& [key, value] : from)
        if (std::ranges::find(known, key.str()) == known.end())
            throw std::invalid_argument(fmt::format("{}: unknown key {} (known: {})", where,
                                                    key.str(), fmt::join(known, ", ")));
}

constexpr std::int64_t think_ms_max = 600'000;

// A number or two.
void read_think_times(const toml::table& from, thinking_users& out, const std::string& where) {
    const auto wrong = [&where] {
        return std::invalid_argument(
            fmt::format("{}: think_ms is a mean like 800, or the least and the most like "
                        "[200, 2000], in whole milliseconds up to {}",
                        where, think_ms_max));
    };
    const auto time = [&](const auto& node) {
        const auto value = node.template value<std::int64_t>();
        if (!node.is_integer() || *value < 0 || *value > think_ms_max) throw wrong();
        return std::chrono::milliseconds(*value);
    };
    const auto node = from["think_ms"];
    if (const auto* const two = node.as_array()) {
        if (two->size() != 2) throw wrong();
        out.think_min = time((*two)[0]);
        out.think_max = time((*two)[1]);
        if (out.think_max < out.think_min) throw wrong();
    } else {
        out.think_mean = time(node);
        if (out.think_mean.count() == 0) throw wrong();
    }
}

std::optional<thinking_users> read_users(const toml::table& from, const std::string& where) {
    const bool has_users = !!from["users"], thinks = !!from["think_ms"];
    if (!has_users && !thinks) return std::nullopt;
    if (from["rate"])
        throw std::invalid_argument(
            where +
            ": rate and users exclude each other: either requests come at a rate, or "
            "users wait for their answers and think_ms before the next; take one out");
    if (!thinks)
        throw std::invalid_argument(
            where + ": users want think_ms as well, how long they wait between their requests");
    if (!has_users)
        throw std::invalid_argument(where + ": think_ms wants users as well, how many there are");
    constexpr std::int64_t users_max = 10'000;
    thinking_users out;
    out.count = static_cast<std::size_t>(within(from, "users", 0, 1, users_max, where));
    read_think_times(from, out, where);
    return out;
}

std::optional<workload_sizes> read_data(const toml::table& from, const std::string& file) {
    if (!from["data"]) return std::nullopt;
    const auto where = file + ", [data]";
    const auto* const table = from["data"].as_table();
    if (table == nullptr)
        throw std::invalid_argument(file + ": data is a table: [data], and users = 8 below it");
    static constexpr std::string_view known[] = {"users", "articles", "comments_per_article"};
    check_keys(*table, known, where);
    workload_sizes out;
    const auto size = [&](std::string_view key, std::size_t& value, std::int64_t low,
                          std::int64_t high) {
        value = static_cast<std::size_t>(
            within(*table, key, static_cast<std::int64_t>(value), low, high, where));
    };
    // A minute is what filling may take.
    size("users", out.users, 2, 1'000);
    size("articles", out.articles, 1, 20'000);
    size("comments_per_article", out.comments_per_article, 0, 1'000);
    constexpr std::size_t comments_max = 100'000;
    if (out.articles * out.comments_per_article > comments_max)
        throw std::invalid_argument(fmt::format(
            "{}: articles times comments_per_article must be at most {}", where, comments_max));
    return out;
}

bool is_safe(std::string_view text) {
    return text.find_first_of("\r\n") == text.npos;
}

own_route read_route(const toml::table& from, const std::string& where) {
    static constexpr std::string_view known[] = {"name", "method", "target", "token",
                                                 "body", "weight", "status", "contains"};
    check_keys(from, known, where);
    own_route out;
    out.target = read<std::string>(from, "target", "", where);
    out.name = read<std::string>(from, "name", out.target, where);
    out.method = read<std::string>(from, "method", "GET", where);
    out.token = read<std::string>(from, "token", "", where);
    out.body = read<std::string>(from, "body", "", where);
    out.contains = read<std::string>(from, "contains", "", where);
    const auto weight = read<std::int64_t>(from, "weight", 1, where);
    const auto status = read<std::int64_t>(from, "status", 200, where);
    if (!out.target.starts_with('/'))
        throw std::invalid_argument(where + ": target must begin with /");
    if (weight < 1 || weight > 1'000'000)
        throw std::invalid_argument(where + ": weight must be from 1 to 1,000,000");
    if (status < 200 || status > 599)
        throw std::invalid_argument(where + ": status must be from 200 to 599");
    if (!is_safe(out.method) || !is_safe(out.target) || !is_safe(out.token))
        throw std::invalid_argument(where + ": a header cannot hold a line break");
    out.weight = static_cast<std::uint64_t>(weight);
    out.status = static_cast<unsigned>(status);
    return out;
}

}  // namespace

call own_workload::request(std::uint64_t seed, std::uint64_t index) const {
    seeded random(seed, index);
    std::uint64_t all = 0;
    for (const auto& r : routes) all += r.weight;
    auto left = random.below(all);
    std::size_t kind = 0;
    while (left >= routes[kind].weight) left -= routes[kind++].weight;
    const auto& route = routes[kind];
    call out;
    out.kind = static_cast<std::uint8_t>(kind);
    const auto target = filled(route.target, random, index),
               body = filled(route.body, random, index);
    out.bytes = to_bytes({route.method, target, route.token, body});
    out.status = route.status;
    if (!route.contains.empty())
        out.content_is_right = [&route](std::string_view got) {
            return got.find(route.contains) != got.npos;
        };
    return out;
}

own_workload read_workload(const std::filesystem::path& file) {
    toml::table from;
    try {
        from = toml::parse_file(file.string());
    } catch (const toml::parse_error& e) {
        throw std::invalid_argument(fmt::format("{}: {}", file.string(), e.description()));
    }
    own_workload out;
    static constexpr std::string_view known[] = {"rate", "users", "think_ms", "data", "route"};
    check_keys(from, known, file.string());
    out.rate_per_s = read<double>(from, "rate", 0, file.string());
    out.users = read_users(from, file.string());
    out.data = read_data(from, file.string());
    const auto* const routes = from["route"].as_array();
    constexpr std::size_t routes_max = 200;
    if (routes == nullptr || routes->empty() || routes->size() > routes_max)
        throw std::invalid_argument(
            fmt::format("{}: wants 1 to {} times [[route]]", file.string(), routes_max));
    for (const auto& node : *routes) {
        const auto where = fmt::format("{}, route {}", file.string(), out.routes.size() + 1);
        if (!node.is_table()) throw std::invalid_argument(where + " is no table");
        out.routes.push_back(read_route(*node.as_table(), where));
    }
    return out;
}

std::string filled_in(std::string_view text, std::uint64_t seed, std::uint64_t index) {
    seeded random(seed, index);
    return filled(text, random, index);
}

asio::ip::tcp::endpoint parse_target(std::string_view url) {
    constexpr std::string_view scheme = "http://";
    std::string_view rest = url;
    const auto wrong = [&] {
        return std::invalid_argument(fmt::format(
            "'{}' is no target; it is like http://127.0.0.1:8080, an address and a port", url));
    };
    if (!rest.starts_with(scheme)) throw wrong();
    rest.remove_prefix(scheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    std::uint16_t port = 80;
    if (const auto colon = rest.rfind(':'); colon != rest.npos && !rest.ends_with(']')) {
        if (!read_number(rest.substr(colon + 1), port)) throw wrong();
        rest = rest.substr(0, colon);
    }
    if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
    boost::system::error_code failed;
    const auto host = asio::ip::make_address(
        rest == "localhost" ? std::string("127.0.0.1") : std::string(rest), failed);
    if (failed) throw wrong();
    return {host, port};
}

}  // namespace cleave::compare
