#pragma once
// Tools ask processes of the same user over the Unix sockets in DIR/run.
#include <base/io_threads.hpp>
#include <filesystem>
#include <http/client.hpp>

namespace cleave::topology {

// Blocks. `threads` run. Fails with not_executed where nobody listens there.
result<http::client_response> ask(io_threads& threads, const std::filesystem::path& socket,
                                  const http::client_request& what,
                                  std::chrono::milliseconds patience);

}  // namespace cleave::topology
