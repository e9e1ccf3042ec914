#pragma once
// What a child writes to its stderr, line by line, for `up` to pass on.
#include <base/async.hpp>
#include <base/unique_fd.hpp>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

namespace cleave::topology {

inline constexpr std::size_t output_line_bytes_max = 65'536;  // longer ones are told in pieces

// First `up`'s end, then the child's. Throws std::system_error.
std::pair<unique_fd, unique_fd> make_pipe();

// All on the executor's thread.
class child_output {
public:
    using line_handler = std::function<void(std::string_view line)>;

    child_output(executor where, unique_fd from, line_handler on_line);
    ~child_output();
    child_output(const child_output&) = delete;

    void start();
    // When the child has ended: tells what it wrote last. What others still write to the same end
    // is told when it comes.
    void drain();

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace cleave::topology
