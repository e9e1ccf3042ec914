#pragma once
// What the readers of YAML and TOML heads share.
#include <markup/front_matter.hpp>

namespace cleave::markup {

using outcome = std::optional<std::string>;  // why it cannot be read; nothing: it can

outcome read_yaml(std::string_view head, document& into);
outcome read_toml(std::string_view head, document& into);

// One entry of a head. A list has several values; a single one may hold several tags.
void take(document& into, std::string_view key, const std::vector<std::string>& values,
          bool is_list);

}  // namespace cleave::markup
