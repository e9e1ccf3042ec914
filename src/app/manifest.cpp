#include <fmt/format.h>

#include <app/known_modules.hpp>
#include <app/manifest.hpp>
#include <base/secret_file.hpp>
#include <base/text.hpp>
#include <optional>
#include <sqlite/files.hpp>
#include <topology/topology.hpp>

namespace cleave::app {

namespace {

std::string_view name_of(storage_layout layout) {
    return boost::describe::enum_to_string(layout, "");
}

std::string manifest_of(storage_layout layout) {
    return fmt::format("layout = \"{}\"\n", name_of(layout));
}

std::optional<storage_layout> read_manifest(const std::filesystem::path& file) {
    const auto found = read_file(file);
    if (!found) return std::nullopt;
    const auto text = trimmed(std::string(found->begin(), found->end()));
    for (const auto layout : {storage_layout::separate, storage_layout::shared})
        if (text == trimmed(manifest_of(layout))) return layout;
    throw topology::config_error(
        fmt::format("the data in {} is laid out in a way that this binary does not know ({}): use "
                    "the one that made it, or another directory",
                    file.parent_path().string(), file.string()));
}

}  // namespace

void check_manifest(const std::filesystem::path& data, storage_layout wanted) {
    const auto file = data / "manifest";
    sqlite::make_private_directory(data);
    if (!read_file(file)) create_file_once(file, as_bytes(manifest_of(wanted)), 0600);
    const auto found = read_manifest(file);
    if (found == wanted) return;
    throw topology::config_error(
        fmt::format("the data in {0} is laid out as \"{1}\" ({2}), and storage.layout is \"{3}\": "
                    "set storage.layout to \"{1}\", or use another directory",
                    data.string(), found ? name_of(*found) : "", file.string(), name_of(wanted)));
}

storage_layout layout_of(const std::filesystem::path& data) {
    return read_manifest(data / "manifest").value_or(storage_layout::separate);
}

std::vector<std::string> databases_of(storage_layout layout) {
    if (layout == storage_layout::shared) return {std::string(shared_database)};
    std::vector<std::string> names;
    for (const auto& m : known_modules()) names.push_back(m.name);
    return names;
}

}  // namespace cleave::app
