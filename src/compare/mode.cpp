#include <fmt/format.h>

#include <compare/mode.hpp>
#include <filesystem>
#include <stdexcept>

namespace cleave::compare {

mode parse_mode(std::string_view text) {
    const std::string name(text);
    if (text == "classic")
        return {name, {"--set", "storage.layout=shared", "--set", "events.delivery=inline"}};
    if (text == "monolith") return {name, {}};
    if (text == "split") return {name, {"--split", "all"}};
    constexpr std::string_view some = "split:";
    if (text.starts_with(some) && text.size() > some.size())
        return {name, {"--split", name.substr(some.size())}};
    if (text.ends_with(".toml")) {
        std::error_code failed;
        if (!std::filesystem::is_regular_file(name, failed))
            throw std::invalid_argument(fmt::format("there is no topology file {}", name));
        const std::filesystem::path file = name;
        return {file.stem().string(), {"--config", std::filesystem::absolute(file).string()}};
    }
    throw std::invalid_argument(fmt::format(
        "'{}' is no mode; there are classic, monolith, split, split:comments,stats and FILE.toml",
        text));
}

}  // namespace cleave::compare
