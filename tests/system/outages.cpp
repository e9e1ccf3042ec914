#include "outages.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sstream>
#include <support/divergence.hpp>

namespace cleave::test {

owner_of::owner_of(const std::filesystem::path& data, const std::string& module)
    : fd_(::open((data / (database_of(data, module) + ".owner")).c_str(), O_RDWR | O_CLOEXEC)) {
}

owner_of::~owner_of() {
    ::close(fd_);
}

bool owner_of::take() {
    struct flock whole{};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    return ::fcntl(fd_, F_OFD_SETLK, &whole) == 0;
}

outage::outage(running_blog& blog, const std::string& module)
    : blog_(blog), lock_(blog.data(), module) {
    const auto victim = blog.process_with(module);
    blog_.up().signal(SIGSTOP);
    ::kill(victim.pid, SIGKILL);
    const bool taken = eventually([this] { return lock_.take(); });
    blog_.up().signal(SIGCONT);
    REQUIRE(taken);
    // It has tried again, and failed: so by now everybody knows.
    REQUIRE(eventually([&] {
        const auto now = blog_.process_with(module);
        return now.restarts > victim.restarts && !now.is_ready();
    }));
}

void check_down(const http_answer& answer) {
    check_error(answer, 503, "service", "unavailable");
    CHECK_FALSE(answer.field("retry-after").empty());
}

double sample(running_blog& blog, std::string_view process_with,
              const std::vector<std::string>& parts) {
    for (const auto& p : blog.processes()) {
        if (!p.runs(process_with)) continue;
        blog_client client(p.ops);
        std::istringstream text(client.get("/metrics").body);
        for (std::string line; std::getline(text, line);)
            if (!line.starts_with('#') && std::ranges::all_of(parts, [&](const auto& part) {
                    return line.find(part) != std::string::npos;
                }))
                return std::stod(line.substr(line.rfind(' ')));
    }
    return -1;
}

}  // namespace cleave::test
