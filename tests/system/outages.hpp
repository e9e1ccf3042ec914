#pragma once
// Takes a process down for as long as a test wants.
//
// A process is back within some 20 ms, so that its 503 would be a matter of luck. To keep it down,
// the test takes the lock of one of its databases while `up` is stopped and the process dead: its
// next starts fail until the test lets go.
#include "topology.hpp"

namespace cleave::test {

// As a foreign owner of the module's database.
class owner_of {
public:
    owner_of(const std::filesystem::path& data, const std::string& module);
    ~owner_of();
    owner_of(const owner_of&) = delete;

    bool take();

private:
    int fd_;
};

// Keeps the process that runs the module from running, from then on to the end of the scope.
class outage {
public:
    outage(running_blog& blog, const std::string& module);

private:
    running_blog& blog_;
    owner_of lock_;
};

// 503, and when to come again.
void check_down(const http_answer& answer);

// The value of the sample whose line has all of these parts, of the process that runs this; -1:
// there is none.
double sample(running_blog& blog, std::string_view process_with,
              const std::vector<std::string>& parts);

}  // namespace cleave::test
