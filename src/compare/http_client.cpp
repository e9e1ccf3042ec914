#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <compare/http_client.hpp>
#include <optional>
#include <sstream>

namespace cleave::compare {

namespace {

constexpr std::size_t read_bytes = 16 * 1024;

bool same_name(std::string_view a, std::string_view lower_case) {
    return std::ranges::equal(a, lower_case, [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
    });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

template <class Number>
std::optional<Number> to_number(std::string_view digits) {
    Number out = 0;
    const auto [stop, error] = std::from_chars(digits.begin(), digits.end(), out);
    if (error != std::errc() || stop != digits.end()) return std::nullopt;
    return out;
}

// "HTTP/1.1 200 OK". Nothing asks for an interim answer, so 1xx is as wrong as HTTP/2.
std::optional<unsigned> read_status(std::string_view line) {
    constexpr std::string_view version = "HTTP/1.1 ";
    if (!line.starts_with(version) || line.size() < version.size() + 3) return std::nullopt;
    const auto status = to_number<unsigned>(line.substr(version.size(), 3));
    return status && *status >= 200 && *status < 600 ? status : std::nullopt;
}

// False where the field makes the reply malformed.
bool read_field(std::string_view line, parsed_reply& out, std::optional<std::size_t>& length) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
    if (same_name(name, "transfer-encoding")) return false;
    if (same_name(name, "content-length")) {
        const auto given = to_number<std::size_t>(value);
        if (!given || *given > body_bytes_max || (length && *length != *given)) return false;
        length = given;
    }
    if (same_name(name, "connection") && same_name(value, "close")) out.keeps_alive = false;
    return true;
}

std::string_view take_line(std::string_view& text) {
    const auto end = text.find("\r\n");
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 2);
    return line;
}

}  // namespace

parsed_reply parse_reply(std::string_view received) {
    constexpr parsed_reply malformed{.state = reading::malformed};
    const auto end = received.find("\r\n\r\n");  // npos is above every limit
    if (end > head_bytes_max) return received.size() > head_bytes_max ? malformed : parsed_reply{};

    auto head = received.substr(0, end + 2);
    parsed_reply out{.head_bytes = end + 4};
    const auto status = read_status(take_line(head));
    if (!status) return malformed;
    out.status = *status;
    std::optional<std::size_t> length;
    while (!head.empty())
        if (!read_field(take_line(head), out, length)) return malformed;

    // RFC 9112, section 6.3: no body whatever the length says.
    const bool bodiless = out.status == 204 || out.status == 304;
    if (!length && !bodiless) return malformed;
    out.body_bytes = bodiless ? 0 : *length;
    const auto whole = out.head_bytes + out.body_bytes;
    // More than one answer to one question.
    if (received.size() > whole) return malformed;
    if (received.size() == whole) out.state = reading::complete;
    return out;
}

async<bool> connection::open() {
    close();
    auto [failed] = co_await socket_.async_connect(peer_, use_async_tuple);
    if (failed) {
        close();
        co_return false;
    }
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    co_return true;
}

void connection::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

bool connection::closed_by_peer() {
    char byte = 0;
    const auto n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

async<reply> connection::exchange(std::string_view request) {
    if (is_open() && closed_by_peer()) close();
    if (!is_open() && !co_await open()) co_return reply{};
    auto [failed, sent] = co_await asio::async_write(
        socket_, asio::buffer(request.data(), request.size()), use_async_tuple);
    if (failed) {
        close();
        co_return reply{};
    }
    const reply got = co_await receive();
    if (got.how != transport::answered) close();
    co_return got;
}

async<reply> connection::receive() {
    std::size_t used = 0;
    for (;;) {
        if (buffer_.size() < used + read_bytes) buffer_.resize(used + read_bytes);
        auto [failed, count] = co_await socket_.async_read_some(
            asio::buffer(buffer_.data() + used, buffer_.size() - used), use_async_tuple);
        if (failed) co_return reply{};
        used += count;
        const auto parsed = parse_reply({buffer_.data(), used});
        if (parsed.state == reading::malformed) co_return reply{.how = transport::malformed};
        if (parsed.state == reading::incomplete) continue;
        if (!parsed.keeps_alive) close();
        co_return reply{transport::answered, parsed.status,
                        std::string_view(buffer_).substr(parsed.head_bytes, parsed.body_bytes),
                        std::string_view(buffer_).substr(0, parsed.head_bytes)};
    }
}

whole_reply ask_once(const asio::ip::tcp::endpoint& peer, std::string_view request,
                     std::chrono::milliseconds patience) {
    asio::io_context context{1};
    connection link(context, peer);
    whole_reply out;
    const auto ask = [&]() -> async<void> {
        const auto got = co_await link.exchange(request);
        if (got.how == transport::answered)
            out = {got.status, std::string(got.body), std::string(got.head)};
    };
    asio::co_spawn(context, ask(), [](const std::exception_ptr&) {});
    context.run_for(patience);
    return out;
}

std::string whole_reply::field(std::string_view name) const {
    std::istringstream lines(head);
    for (std::string line; std::getline(lines, line);) {
        const auto colon = std::min(line.find(':'), line.size());
        auto is = line.substr(0, colon);
        std::ranges::transform(is, is.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        if (is != name) continue;
        const auto begin = line.find_first_not_of(" \t", colon + 1);
        if (begin == line.npos) return {};
        return line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
    }
    return {};
}

std::uint16_t free_port() {
    asio::io_context context;
    const asio::ip::tcp::acceptor taken(context, {asio::ip::address_v4::loopback(), 0});
    return taken.local_endpoint().port();
}

std::string to_bytes(const request_text& request) {
    std::string out;
    out.reserve(256 + request.target.size() + request.token.size() + request.json.size());
    out.append(request.method).append(" ").append(request.target);
    out += " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    if (!request.token.empty()) out.append("Authorization: Token ").append(request.token) += "\r\n";
    if (!request.json.empty()) {
        out += "Content-Type: application/json\r\nContent-Length: ";
        out += std::to_string(request.json.size()) + "\r\n";
    }
    out.append("\r\n").append(request.json);
    return out;
}

}  // namespace cleave::compare
