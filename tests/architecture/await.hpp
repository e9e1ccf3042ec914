#pragma once
// What stands inside the expressions that a coroutine waits for.
#include <string_view>
#include <vector>

namespace cleave::architecture {

struct await_findings {
    std::vector<std::size_t> braces{};          // co_await f(request{1})
    std::vector<std::size_t> owning_lambdas{};  // co_await f([copy] { … })
};

// `code` without comments and the contents of literals. Offsets of what was found in it.
await_findings await_scan(std::string_view code);

}  // namespace cleave::architecture
