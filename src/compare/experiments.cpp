#include <algorithm>
#include <compare/experiments.hpp>

namespace cleave::compare {

const std::vector<experiment>& experiments() {
    static const std::vector<experiment> all{cost(),      ladder(),      extract(),
                                             fault(),     deploy(),      scale(),
                                             neighbour(), consistency(), surface()};
    return all;
}

const experiment* find_experiment(std::string_view name) {
    static const experiment own = own_routes();
    if (name == own.name) return &own;
    const auto found = std::ranges::find(experiments(), name, &experiment::name);
    return found == experiments().end() ? nullptr : &*found;
}

std::vector<mode> given_modes(const options& given) {
    std::vector<mode> out;
    for (const auto& text : given.modes) out.push_back(parse_mode(text));
    return out;
}

}  // namespace cleave::compare
