#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <string>
#include <system_error>
#include <topology/child_output.hpp>

namespace cleave::topology {

std::pair<unique_fd, unique_fd> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    return {unique_fd(ends[0]), unique_fd(ends[1])};
}

struct child_output::impl : std::enable_shared_from_this<impl> {
    impl(executor where, unique_fd fd, line_handler handler)
        : from(where, fd.release()), on_line(std::move(handler)) {
        from.native_non_blocking(true);
    }

    async<void> listen() {
        while (!closed) {
            const auto [ec, size] =
                co_await from.async_read_some(asio::buffer(bytes), use_async_tuple);
            if (closed) co_return;
            if (ec) break;
            take({bytes.data(), size});
        }
        end_line();
    }

    void take(std::string_view text) {
        while (!text.empty()) {
            const auto end = text.find('\n');
            const auto room = output_line_bytes_max - line.size();
            const auto here = text.substr(0, std::min(end, room));
            line += here;
            text.remove_prefix(here.size());
            const bool ends = !text.empty() && text.front() == '\n';
            if (ends) text.remove_prefix(1);
            if (ends || line.size() == output_line_bytes_max) end_line();
        }
    }

    void end_line() {
        if (!line.empty()) on_line(line);
        line.clear();
    }

    void drain() {
        for (;;) {
            const auto size = ::read(from.native_handle(), bytes.data(), bytes.size());
            if (size < 0 && errno == EINTR) continue;
            if (size <= 0) break;
            take({bytes.data(), static_cast<std::size_t>(size)});
        }
        end_line();
    }

    asio::posix::basic_stream_descriptor<executor> from;
    line_handler on_line;
    std::array<char, 16'384> bytes;
    std::string line;
    bool closed = false;
};

child_output::child_output(executor where, unique_fd from, line_handler on_line)
    : impl_(std::make_shared<impl>(where, std::move(from), std::move(on_line))) {
}

child_output::~child_output() {
    impl_->closed = true;
    impl_->from.close();
}

void child_output::start() {
    asio::co_spawn(
        impl_->from.get_executor(), [self = impl_] { return self->listen(); }, asio::detached);
}

void child_output::drain() {
    impl_->drain();
}

}  // namespace cleave::topology
