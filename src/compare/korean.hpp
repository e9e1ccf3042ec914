#pragma once
// What a report calls its scenarios and modes, in Korean. In results.json they have their English
// names, by which budgets and programs know them.
#include <string>
#include <string_view>

namespace cleave::compare {

// A scenario, a mode or a reason for leaving something out; what is not known stays as it is, such
// as the name of somebody's topology file.
std::string korean(std::string_view english);

// Whether it is another text in Korean, or one that is written the same: a name that is typed on a
// command line.
bool has_korean(std::string_view english);

}  // namespace cleave::compare
