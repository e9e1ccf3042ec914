#pragma once
// A process's answer to GET /logs on its control socket, so only to the same user.
#include <http/routing/route.hpp>
#include <logs/question.hpp>

namespace cleave::logs {

// 400, and what is wrong with it, for what is no question. `is_collected`: the stderr of this
// process goes to `up`, which has the same lines.
http::response answer_logs(const http::request& r, bool is_collected);

}  // namespace cleave::logs
