#pragma once
// A workload's seed is one of content's.
#include <content/seeded.hpp>

namespace cleave::compare {

using content::seeded;

}  // namespace cleave::compare
