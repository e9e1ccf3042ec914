#include <zlib.h>

#include <http/gzip.hpp>
#include <new>

namespace cleave::http {

namespace {

// What a compression needs is made once a thread: to clear it costs far less.
class compressor {
public:
    compressor() {
        constexpr int window_bits = 15, with_gzip_header = 16, memory_level = 8;
        if (::deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, window_bits + with_gzip_header,
                           memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
    }
    ~compressor() { ::deflateEnd(&stream_); }
    compressor(const compressor&) = delete;
    compressor& operator=(const compressor&) = delete;

    // The size of the result; 0 where there is not enough room for it.
    std::size_t run(std::string_view from, char* to, std::size_t room) {
        ::deflateReset(&stream_);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): zlib only reads from it.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
        stream_.avail_in = static_cast<uInt>(from.size());
        stream_.next_out = reinterpret_cast<Bytef*>(to);
        stream_.avail_out = static_cast<uInt>(room);
        return ::deflate(&stream_, Z_FINISH) == Z_STREAM_END ? room - stream_.avail_out : 0;
    }

private:
    z_stream stream_{};
};

}  // namespace

bool gzip(std::string_view body, std::string& out) {
    if (body.empty()) return false;
    thread_local compressor mine;
    out.resize_and_overwrite(body.size() - 1,
                             [&](char* to, std::size_t room) { return mine.run(body, to, room); });
    return !out.empty();
}

}  // namespace cleave::http
