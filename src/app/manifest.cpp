#include <fmt/format.h>

#include <app/manifest.hpp>
#include <base/secret_file.hpp>
#include <base/text.hpp>
#include <sqlite/files.hpp>
#include <topology/topology.hpp>

namespace cleave::app {

namespace {

// A database a module. Others may come: a shared one, for instance.
constexpr std::string_view manifest = "layout = \"separate\"\n";

}  // namespace

void check_manifest(const std::filesystem::path& data) {
    const auto file = data / "manifest";
    sqlite::make_private_directory(data);
    if (!read_file(file)) create_file_once(file, as_bytes(manifest), 0600);
    const auto found = read_file(file);
    if (found && trimmed(std::string(found->begin(), found->end())) == trimmed(manifest)) return;
    throw topology::config_error(
        fmt::format("the data in {} is laid out in a way that this binary does not know ({}): use "
                    "the one that made it, or another directory",
                    data.string(), file.string()));
}

}  // namespace cleave::app
