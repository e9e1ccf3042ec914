#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <topology/handover.hpp>
#include <vector>

namespace cleave::topology {

namespace {

// More is a mistake of whoever set the variable.
constexpr int inherited_max = 64;

// A variable's value, taken out of the environment.
std::optional<std::string> take_variable(const char* name) {
    const char* value = ::getenv(name);
    if (value == nullptr) return std::nullopt;
    std::string copy = value;
    ::unsetenv(name);
    return copy;
}

std::optional<int> number(const std::string& text) {
    int value = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stopped != end) return std::nullopt;
    return value;
}

std::vector<std::string> split_at_colons(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t from = 0;;) {
        const auto colon = text.find(':', from);
        parts.push_back(text.substr(from, colon - from));
        if (colon == std::string::npos) return parts;
        from = colon + 1;
    }
}

bool is_ours(std::string_view name) {
    return name == public_listener || name == internal_listener || name == ops_listener;
}

bool listens(int fd) {
    int yes = 0;
    socklen_t size = sizeof yes;
    return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size) == 0 && yes == 1;
}

// The flag that it does not block lies in what parent and child share; close-on-exec does not.
void prepare(int fd) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

}  // namespace

inherited_listeners take_inherited() {
    const auto pid = take_variable("LISTEN_PID"), count = take_variable("LISTEN_FDS"),
               names_text = take_variable("LISTEN_FDNAMES");
    // Another pid: meant for a parent of this process that did not unset the variables.
    if (!pid || !count || number(*pid) != ::getpid()) return {};
    const auto fds = number(*count);
    if (!fds || *fds < 0 || *fds > inherited_max)
        throw std::runtime_error(fmt::format("LISTEN_FDS cannot be \"{}\"", *count));
    if (*fds == 0) return {};

    auto names = split_at_colons(names_text.value_or(""));
    names.resize(static_cast<std::size_t>(*fds));
    if (*fds == 1 && !is_ours(names.front())) names.front() = public_listener;

    inherited_listeners taken;
    for (int i = 0; i < *fds; ++i) {
        const int fd = first_inherited_fd + i;
        const auto& name = names[static_cast<std::size_t>(i)];
        if (!is_ours(name))
            throw std::runtime_error(
                fmt::format("the inherited socket {} is named \"{}\": name each of several public, "
                            "internal or ops (FileDescriptorName= in the .socket unit)",
                            fd, name));
        if (!listens(fd))
            throw std::runtime_error(
                fmt::format("the inherited socket {} ({}) does not listen: the .socket unit needs "
                            "ListenStream= and Accept=no",
                            fd, name));
        if (taken.contains(name))
            throw std::runtime_error(
                fmt::format("two inherited sockets are named {}: one address each", name));
        prepare(fd);
        taken.emplace(name, unique_fd(fd));
    }
    return taken;
}

}  // namespace cleave::topology
