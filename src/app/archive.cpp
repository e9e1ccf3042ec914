#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <app/archive.hpp>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace cleave::app {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t block_bytes = 512;
constexpr std::size_t chunk_bytes = 256 * 1024;
constexpr std::uint64_t octal_max = (1ULL << 33) - 1;  // eleven octal digits

// https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html, "ustar Interchange Format"
struct tar_header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, linked[100],
        magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155], unused[12];
};
static_assert(sizeof(tar_header) == block_bytes);

[[noreturn]] void raise(const fs::path& file) {
    throw std::system_error(errno, std::generic_category(), file.string());
}

void write_all(int fd, const void* from, std::size_t size, const fs::path& file) {
    const auto* at = static_cast<const char*>(from);
    while (size > 0) {
        const auto n = ::write(fd, at, size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) raise(file);
        at += n;
        size -= static_cast<std::size_t>(n);
    }
}

unique_fd create(const fs::path& file) {
    unique_fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd) raise(file);
    return fd;
}

unsigned checksum_of(tar_header h) {
    std::memset(h.checksum, ' ', sizeof h.checksum);
    std::array<unsigned char, block_bytes> raw{};
    std::memcpy(raw.data(), &h, raw.size());
    unsigned sum = 0;
    for (const unsigned char c : raw) sum += c;
    return sum;
}

template <std::size_t N>
void octal(char (&out)[N], std::uint64_t value) {
    fmt::format_to_n(out, N - 1, "{:0{}o}", value, N - 1);
}

// Octal digits up to a blank; or a binary number after a byte of 0x80.
template <std::size_t N>
std::optional<std::uint64_t> number(const char (&in)[N]) {
    std::uint64_t value = 0;
    if (static_cast<unsigned char>(in[0]) == 0x80) {
        for (std::size_t i = 1; i < N; ++i) {
            if (value >> 55) return std::nullopt;
            value = value << 8 | static_cast<unsigned char>(in[i]);
        }
        return value;
    }
    for (const char c : in) {
        if (c == ' ' || c == '\0') break;
        if (c < '0' || c > '7') return std::nullopt;
        value = value << 3 | static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

std::uint64_t padding_of(std::uint64_t size) {
    return (block_bytes - size % block_bytes) % block_bytes;
}

}  // namespace

archive_writer::archive_writer(const fs::path& file) : file_(file), fd_(create(file)) {
}

void archive_writer::header(const std::string& name, std::uint64_t size) {
    tar_header h{};
    if (name.size() > sizeof h.name) throw std::runtime_error("too long a name: " + name);
    std::memcpy(h.name, name.data(), name.size());
    octal(h.mode, 0600);
    octal(h.uid, 0);
    octal(h.gid, 0);
    octal(h.mtime, static_cast<std::uint64_t>(std::time(nullptr)));
    if (size <= octal_max) {
        octal(h.size, size);
    } else {
        h.size[0] = static_cast<char>(0x80);
        for (std::size_t i = 0; i < 8; ++i)
            h.size[sizeof h.size - 1 - i] = static_cast<char>(size >> (8 * i));
    }
    h.type = '0';
    std::memcpy(h.magic, "ustar", 6);
    std::memcpy(h.version, "00", 2);
    fmt::format_to_n(h.checksum, 7, "{:06o}", checksum_of(h));
    h.checksum[7] = ' ';
    write_all(fd_.get(), &h, sizeof h, file_);
}

void archive_writer::pad(std::uint64_t size) {
    static constexpr std::array<char, block_bytes> zeros{};
    write_all(fd_.get(), zeros.data(), padding_of(size), file_);
}

void archive_writer::add_file(const std::string& name, const fs::path& from,
                              const bytes_progress& progress) {
    const unique_fd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about{};
    if (!in || ::fstat(in.get(), &about) != 0) raise(from);
    const auto size = static_cast<std::uint64_t>(about.st_size);
    header(name, size);
    std::vector<char> buffer(chunk_bytes);
    std::uint64_t done = 0;
    while (done < size) {
        const auto n =
            ::read(in.get(), buffer.data(), std::min<std::uint64_t>(buffer.size(), size - done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) raise(from);
        if (n == 0) throw std::runtime_error(from.string() + " became shorter meanwhile");
        write_all(fd_.get(), buffer.data(), static_cast<std::size_t>(n), file_);
        done += static_cast<std::uint64_t>(n);
        if (progress) progress(done);
    }
    pad(size);
}

void archive_writer::add_text(const std::string& name, std::string_view content) {
    header(name, content.size());
    write_all(fd_.get(), content.data(), content.size(), file_);
    pad(content.size());
}

void archive_writer::finish() {
    const std::array<char, 2 * block_bytes> end{};
    write_all(fd_.get(), end.data(), end.size(), file_);
    if (::fsync(fd_.get()) != 0) raise(file_);
    fd_.reset();
}

archive_reader::archive_reader(const fs::path& file)
    : file_(file), fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (!fd_) raise(file);
}

std::uint64_t archive_reader::read_some(void* into, std::size_t bytes) {
    for (;;) {
        const auto n = ::read(fd_.get(), into, bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) raise(file_);
        return static_cast<std::uint64_t>(n);
    }
}

void archive_reader::skip_rest() {
    std::vector<char> buffer(chunk_bytes);
    for (auto all = left_ + padding_; all > 0;) {
        const auto n = read_some(buffer.data(), std::min<std::uint64_t>(buffer.size(), all));
        if (n == 0) throw std::runtime_error(file_.string() + " was cut off");
        all -= n;
    }
    left_ = padding_ = 0;
}

std::optional<archived> archive_reader::next() {
    skip_rest();
    tar_header h{};
    auto* into = reinterpret_cast<char*>(&h);
    for (std::size_t got = 0; got < sizeof h;) {
        const auto n = read_some(into + got, sizeof h - got);
        if (n == 0) throw std::runtime_error(file_.string() + " was cut off, or is no backup");
        got += n;
    }
    if (h.name[0] == '\0') return std::nullopt;
    const auto size = number(h.size);
    const auto sum = number(h.checksum);
    if (std::memcmp(h.magic, "ustar", 5) != 0 || !size || !sum || *sum != checksum_of(h) ||
        (h.type != '0' && h.type != '\0') || h.prefix[0] != '\0')
        throw std::runtime_error(file_.string() + " is no backup, or is damaged");
    left_ = *size;
    padding_ = padding_of(*size);
    const std::string_view name(h.name, sizeof h.name);
    return archived{std::string(name.substr(0, name.find('\0'))), *size};
}

void archive_reader::extract(const fs::path& to, const bytes_progress& progress) {
    const auto out = create(to);
    std::vector<char> buffer(chunk_bytes);
    std::uint64_t done = 0;
    while (left_ > 0) {
        const auto n = read_some(buffer.data(), std::min<std::uint64_t>(buffer.size(), left_));
        if (n == 0) throw std::runtime_error(file_.string() + " was cut off");
        write_all(out.get(), buffer.data(), n, to);
        left_ -= n;
        done += n;
        if (progress) progress(done);
    }
    if (::fsync(out.get()) != 0) raise(to);
}

std::string archive_reader::text(std::size_t bytes_max) {
    if (left_ > bytes_max) throw std::runtime_error(file_.string() + " is no backup");
    std::string out(left_, '\0');
    for (std::size_t got = 0; got < out.size();) {
        const auto n = read_some(out.data() + got, out.size() - got);
        if (n == 0) throw std::runtime_error(file_.string() + " was cut off");
        got += n;
        left_ -= n;
    }
    return out;
}

}  // namespace cleave::app
