#pragma once
// A recorded log: requests in their order, as lines of JSON. What only an answer can tell, such as
// a token or the slug of a new article, stands in it as {{kind:step}}: what the answer to that step
// brought. So one log can be replayed against any number of blogs.
#include <boost/describe.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace cleave::test {

struct step {
    // A verb of HTTP, or "GRANT": an operator makes the account named in the body an admin.
    std::string method;
    std::string target;
    std::string headers;  // whole lines
    std::string body;     // as base64url, for it may be no text
    // Everything that came before has to have come everywhere, views as well.
    bool settle_views = false;
};
BOOST_DESCRIBE_STRUCT(step, (), (method, target, headers, body, settle_views))

using replay_log = std::vector<step>;

void save(const replay_log& log, const std::filesystem::path& file);
replay_log load_log(const std::filesystem::path& file);  // throws where it is none

}  // namespace cleave::test
