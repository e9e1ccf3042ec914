#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <base/encoding.hpp>
#include <base/unique_fd.hpp>
#include <gateway/web_files.hpp>
#include <http/text.hpp>
#include <stdexcept>

namespace cleave::gateway {

namespace {

constexpr std::size_t segments_max = 32;
constexpr std::size_t piece_bytes = 64 * 1024;

struct named_type {
    std::string_view ending;
    std::string_view type;
};
constexpr named_type types[] = {
    {".html", "text/html; charset=utf-8"},
    {".htm", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json; charset=utf-8"},
    {".map", "application/json; charset=utf-8"},
    {".webmanifest", "application/manifest+json; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".md", "text/markdown; charset=utf-8"},
    {".xml", "text/xml; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".avif", "image/avif"},
    {".ico", "image/x-icon"},
    {".woff", "font/woff"},
    {".woff2", "font/woff2"},
    {".ttf", "font/ttf"},
    {".otf", "font/otf"},
    {".wasm", "application/wasm"},
    {".pdf", "application/pdf"},
    {".mp4", "video/mp4"},
    {".webm", "video/webm"},
    {".mp3", "audio/mpeg"},
};

std::string_view type_of(std::string_view name) {
    const auto dot = name.rfind('.');
    const std::string_view ending = dot == name.npos ? std::string_view() : name.substr(dot);
    for (const auto& known : types)
        if (http::equals_ignoring_case(ending, known.ending)) return known.type;
    return "application/octet-stream";
}

// The names on the way to a file; nothing where one of them could lead out, or is hidden.
std::optional<std::vector<std::string>> names_of(std::string_view path) {
    const auto plain = percent_decode(path);
    if (!plain || !plain->starts_with('/') || !http::is_utf8(*plain)) return std::nullopt;
    std::vector<std::string> out;
    for (std::string_view rest = *plain; !rest.empty();) {
        rest.remove_prefix(1);
        const std::string_view name = rest.substr(0, rest.find('/'));
        rest.remove_prefix(name.size());
        if (name.empty() && rest.empty()) break;  // a slash at the end
        const bool odd = name.empty() || name.starts_with('.') || name.size() > 255 ||
                         std::ranges::any_of(name, [](char c) {
                             return static_cast<unsigned char>(c) < 0x20 || c == '\\' || c == 0x7f;
                         });
        if (odd || out.size() == segments_max) return std::nullopt;
        out.emplace_back(name);
    }
    return out;
}

struct file {
    unique_fd fd;
    struct stat facts{};
};

// Step by step, each time without following a link, so that nothing outside can be reached even
// while somebody moves folders about.
std::optional<file> open_below(const std::filesystem::path& folder,
                               const std::vector<std::string>& names) {
    unique_fd at(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (std::size_t i = 0; at && i + 1 < names.size(); ++i)
        at = unique_fd(
            ::openat(at.get(), names[i].c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!at || names.empty()) return std::nullopt;
    // Opening a pipe or a device must neither wait nor do anything.
    file out{unique_fd(::openat(at.get(), names.back().c_str(),
                                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)),
             {}};
    if (!out.fd || ::fstat(out.fd.get(), &out.facts) != 0 || !S_ISREG(out.facts.st_mode))
        return std::nullopt;
    return out;
}

// What is left of it from `offset` on, up to a size; less where the file has become shorter.
std::string read_at(int fd, std::uint64_t offset, std::size_t bytes) {
    std::string out;
    out.resize_and_overwrite(bytes, [&](char* to, std::size_t room) {
        std::size_t got = 0;
        while (got < room) {
            const ssize_t n = ::pread(fd, to + got, room - got, static_cast<off_t>(offset + got));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) break;
            got += static_cast<std::size_t>(n);
        }
        return got;
    });
    return out;
}

async<void> send_file(std::shared_ptr<const file> from, http::body_stream& to) {
    const auto size = static_cast<std::uint64_t>(from->facts.st_size);
    for (std::uint64_t at = 0; at < size;) {
        const auto wanted = std::min<std::uint64_t>(piece_bytes, size - at);
        std::string piece = read_at(from->fd.get(), at, wanted);
        if (piece.empty()) co_return to.abort();
        at += piece.size();
        const bool taken = co_await to.write(std::move(piece));
        if (!taken) co_return;
    }
}

http::response answer(file found, std::string_view name) {
    const auto size = static_cast<std::uint64_t>(found.facts.st_size);
    const auto& changed = found.facts.st_mtim;
    http::response out;
    out.content_type = type_of(name);
    // Asked for again each time, and as a rule answered with 304.
    out.headers = fmt::format(
        "ETag: W/\"{:x}-{:x}.{:x}\"\r\nCache-Control: no-cache\r\n"
        "X-Content-Type-Options: nosniff\r\n",
        size, changed.tv_sec, changed.tv_nsec);
    if (size <= whole_file_bytes_max) {
        out.body = read_at(found.fd.get(), 0, size);
        return out;
    }
    out.stream_bytes = size;
    out.stream = [from = std::make_shared<const file>(std::move(found))](http::body_stream& to) {
        return send_file(from, to);
    };
    return out;
}

}  // namespace

web_files::web_files(std::filesystem::path folder) : folder_(std::move(folder)) {
    if (!std::filesystem::is_directory(folder_))
        throw std::invalid_argument(
            fmt::format("the front end should lie in {}, and that is no folder", folder_.string()));
}

std::optional<http::response> web_files::find(const http::request& r) const {
    const auto names = names_of(r.path);
    if (!names) return std::nullopt;
    if (auto found = open_below(folder_, *names)) return answer(std::move(*found), names->back());
    const bool is_page =
        names->empty() || r.wants.html || names->back().find('.') == std::string::npos;
    if (!is_page) return std::nullopt;
    auto index = open_below(folder_, {"index.html"});
    if (!index) return std::nullopt;
    return answer(std::move(*index), "index.html");
}

}  // namespace cleave::gateway
