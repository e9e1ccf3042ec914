#pragma once
// What report.html is put together from.
#include <compare/comparison.hpp>
#include <string>
#include <string_view>

namespace cleave::compare {

std::string escaped(std::string_view text);

// In both languages, of which one is shown.
std::string both(std::string_view en, std::string_view ko);
// Of a scenario or a mode (korean.hpp). Somebody's own routes have the names that they gave them.
std::string name_of(const experiment_result& of, std::string_view name);

// Whether a ratio is for the better ("less") or the worse ("more"); "soft" where it says nothing.
std::string_view class_of(const comparison& c, const metric_facts& metric);

// What splitting costs here, and what it buys: the largest significant differences of what
// sentences are made of.
std::string summary(const results& found);

// What each process of each mode used, in the first scenario where that was looked at; empty where
// it never was.
std::string resources(const experiment_result& of);

}  // namespace cleave::compare
