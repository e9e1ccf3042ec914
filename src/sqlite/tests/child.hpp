#pragma once
// A forked process that speaks through a pipe. Fork while the parent has one thread.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <base/unique_fd.hpp>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace cleave::sqlite::test {

// Whole, or the process is over: its reader is gone.
inline void say(int out, std::string_view what) {
    while (!what.empty()) {
        const auto sent = ::write(out, what.data(), what.size());
        if (sent <= 0) std::_Exit(3);
        what.remove_prefix(static_cast<std::size_t>(sent));
    }
}

class child {
public:
    // body(int out) runs in the child, which ends after it.
    template <class F>
    explicit child(F body) {
        int ends[2];
        if (::pipe(ends) != 0) std::abort();
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(ends[0]);
            body(ends[1]);
            std::_Exit(0);
        }
        ::close(ends[1]);
        from_.reset(ends[0]);
    }
    child(child&& other) noexcept
        : pid_(std::exchange(other.pid_, 0)), from_(std::move(other.from_)) {}
    ~child() { kill(); }

    pid_t pid() const { return pid_; }

    // That many bytes, or fewer at the end.
    std::string hear(std::size_t count) {
        std::string heard(count, '\0');
        std::size_t size = 0;
        while (size < count) {
            const auto got = ::read(from_.get(), heard.data() + size, count - size);
            if (got <= 0) break;
            size += static_cast<std::size_t>(got);
        }
        heard.resize(size);
        return heard;
    }

    // Returns once it is dead.
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(std::exchange(pid_, 0), nullptr, 0);
    }

private:
    pid_t pid_ = 0;
    unique_fd from_;
};

}  // namespace cleave::sqlite::test
