#include <atomic>
#include <base/async.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <mutex>
#include <set>
#include <support/fault_messages.hpp>
#include <support/fault_proxy.hpp>
#include <thread>

namespace cleave::test {

namespace {

using tcp = asio::ip::tcp;
using socket = asio::basic_stream_socket<tcp, executor>;
using acceptor = asio::basic_socket_acceptor<tcp, executor>;
using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, executor>;

void reset(socket& s) {
    boost::system::error_code ignored;
    s.set_option(asio::socket_base::linger(true, 0), ignored);
    s.close(ignored);
}

}  // namespace

struct fault_proxy::impl {
    struct link {
        explicit link(asio::io_context& io) : from(io.get_executor()), to(io.get_executor()) {}
        socket from, to;
        std::string in, out;  // bytes that have come from either side, and belong to what follows
        bool hangs = false;
    };
    struct verdict {
        fault what = fault::none;
        std::uint64_t chance = 0;
    };

    explicit impl(std::uint64_t s)
        : seed(s), door(io.get_executor(), tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        at = "127.0.0.1:" + std::to_string(door.local_endpoint().port());
        asio::co_spawn(io.get_executor(), accept(), asio::detached);
        thread = std::jthread([this] { io.run(); });
    }
    ~impl() {
        io.stop();
        thread.join();
    }

    verdict judge(std::string_view request) {
        const auto line = request.substr(0, request.find("\r\n"));
        const std::scoped_lock lock(mutex);
        const auto chance = mixed(seed ^ hash_of(line) ^ mixed(++seen[std::string(line)]));
        if (faults.empty() || chance % one_in != 0) return {};
        const auto what = faults[(chance >> 16) % faults.size()];
        ++counts[what];
        return {what, mixed(chance)};
    }

    async<void> accept() {
        for (;;) {
            auto one = std::make_shared<link>(io);
            const auto [ec] = co_await door.async_accept(one->from, use_async_tuple);
            if (ec) co_return;
            asio::co_spawn(io.get_executor(), serve(one), asio::detached);
        }
    }

    async<bool> connect(socket& s) {
        std::uint16_t to = 0;
        {
            const std::scoped_lock lock(mutex);
            to = port;
        }
        if (to == 0) co_return false;
        const tcp::endpoint where(asio::ip::address_v4::loopback(), to);
        const auto [ec] = co_await s.async_connect(where, use_async_tuple);
        if (!ec) s.set_option(tcp::no_delay(true));
        co_return !ec;
    }

    async<void> serve(std::shared_ptr<link> one) {
        all.insert(one);
        one->from.set_option(tcp::no_delay(true));
        const bool connected = co_await connect(one->to);
        bool goes_on = connected;
        while (goes_on) goes_on = co_await pass(*one);
        all.erase(one);
    }

    // A whole message; empty where the peer has closed first. One without a length is as much as
    // has come.
    async<std::string> read_message(socket& from, std::string& left, bool request) {
        for (;;) {
            const bool head = left.find("\r\n\r\n") != std::string::npos;
            const auto size = size_of(left, request);
            if (head && !size) co_return std::exchange(left, {});
            if (size && left.size() >= *size) {
                auto message = left.substr(0, *size);
                left.erase(0, *size);
                co_return message;
            }
            char part[16 * 1024];
            const auto room = asio::buffer(part);
            const auto [ec, n] = co_await from.async_read_some(room, use_async_tuple);
            if (ec) co_return std::string();
            left.append(part, n);
        }
    }

    async<bool> write(socket& to, const std::string& bytes, bool slowly) {
        const std::size_t piece = slowly ? bytes.size() / 20 + 1 : bytes.size();
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            const auto part = asio::buffer(bytes.data() + at, std::min(piece, bytes.size() - at));
            const auto [ec, n] = co_await asio::async_write(to, part, use_async_tuple);
            if (ec) co_return false;
            if (slowly) co_await pause(1);
        }
        co_return true;
    }

    async<void> pause(std::uint64_t ms) {
        timer t(io.get_executor(), std::chrono::milliseconds(ms));
        co_await t.async_wait(use_async_tuple);
    }

    // Until one of them closes: what comes from the one that is asked goes to who asks.
    async<bool> hang(link& one) {
        one.hangs = true;
        char part[1024];
        const auto room = asio::buffer(part);
        for (;;) {
            const auto [ec, n] = co_await one.from.async_read_some(room, use_async_tuple);
            if (ec) co_return false;
        }
    }

    // Over a connection of its own; nobody hears the answer.
    async<void> send_again(std::string request) {
        socket other(io.get_executor());
        const bool connected = co_await connect(other);
        if (!connected) co_return;
        const bool sent = co_await write(other, request, false);
        std::string left;
        if (sent) co_await read_message(other, left, false);
    }

    // A request, and its answer. False: the connection ends.
    async<bool> pass(link& one) {
        auto request = co_await read_message(one.from, one.in, true);
        if (request.empty()) co_return false;
        const auto [what, chance] = judge(request);
        if (what == fault::drop_request) co_return co_await hang(one);
        if (what == fault::reset_before) {
            reset(one.from);
            co_return false;
        }
        if (what == fault::delay) co_await pause(chance % 30);
        if (what == fault::corrupt_request) corrupt(request, chance);
        const bool sent = co_await write(one.to, request, what == fault::slow);
        if (!sent) co_return false;
        auto answer = co_await read_message(one.to, one.out, false);
        if (answer.empty()) co_return false;
        if (what == fault::drop_answer) co_return co_await hang(one);
        if (what == fault::reset_after) {
            reset(one.from);
            co_return false;
        }
        if (what == fault::duplicate) {
            // Whoever waits for events would wait here as well.
            if (request.find(".feed/") == std::string::npos)
                co_await send_again(std::move(request));
            else
                asio::co_spawn(io.get_executor(), send_again(std::move(request)), asio::detached);
        }
        if (what == fault::corrupt_answer) corrupt(answer, chance);
        if (what == fault::cut_answer) answer.resize(chance % answer.size());
        const bool told = co_await write(one.from, answer, what == fault::slow);
        if (!told || what == fault::cut_answer) co_return false;
        if (size_of(answer, false)) co_return true;
        co_return co_await stream(one);
    }

    // The rest of an answer without a length.
    async<bool> stream(link& one) {
        char part[16 * 1024];
        const auto room = asio::buffer(part);
        for (;;) {
            const auto [ec, n] = co_await one.to.async_read_some(room, use_async_tuple);
            if (ec) co_return false;
            const std::string bytes(part, n);
            const bool told = co_await write(one.from, bytes, false);
            if (!told) co_return false;
        }
    }

    const std::uint64_t seed;
    address at;
    asio::io_context io{1};
    acceptor door;
    std::set<std::shared_ptr<link>> all;  // on the thread alone, as what they hold
    std::mutex mutex;                     // guards what follows
    std::uint16_t port = 0;
    std::vector<fault> faults;
    unsigned one_in = 1;
    std::map<std::string, std::uint64_t> seen;
    std::map<fault, int> counts;
    std::jthread thread;
};

fault_proxy::fault_proxy(std::uint64_t seed) : impl_(std::make_unique<impl>(seed)) {
}

fault_proxy::~fault_proxy() = default;

const address& fault_proxy::at() const {
    return impl_->at;
}

void fault_proxy::lead_to(const address& to) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->port = static_cast<std::uint16_t>(std::stoi(to.substr(to.rfind(':') + 1)));
}

void fault_proxy::set(std::vector<fault> faults, unsigned one_in) {
    const std::scoped_lock lock(impl_->mutex);
    impl_->faults = std::move(faults);
    impl_->one_in = one_in;
}

void fault_proxy::heal() {
    set({}, 1);
    asio::post(impl_->io, [this] {
        for (const auto& one : impl_->all)
            if (one->hangs) reset(one->from);
    });
}

std::map<fault, int> fault_proxy::done() const {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->counts;
}

}  // namespace cleave::test
