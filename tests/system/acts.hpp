#pragma once
// Whatever one may do in a blog, and which modules it takes.
#include <functional>
#include <support/blog_client.hpp>

namespace cleave::test {

struct act {
    std::string name;
    std::vector<std::string> needs;  // modules without which it is 503
    int expected;
    std::function<http_answer(blog_client&)> ask;
    int one_in = 1;  // what costs much is done more rarely
};

struct cast {
    visitor author, reader;
    std::string slug;
};

std::vector<act> all_acts(const cast& who);
bool needs(const act& what, const std::string& module);

}  // namespace cleave::test
