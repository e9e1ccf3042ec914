#pragma once
// Something to look at: a few people, articles and comments, in English and Korean.
#include <app/blog.hpp>

namespace cleave::app {

// The password of every demo account. They exist only where somebody asked for --demo.
inline constexpr std::string_view demo_password = "cleave-demo";

// Does nothing where there are articles already. Each command carries a key, so that a start that
// is cut short and repeated leaves nothing twice. Failures are logged.
async<void> fill_with_demo(blog& b);

}  // namespace cleave::app
