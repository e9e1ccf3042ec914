#include <zlib.h>

#include <catch2/catch.hpp>
#include <http/content.hpp>
#include <http/etag.hpp>
#include <http/gzip.hpp>
#include <http/header_values.hpp>
#include <set>

namespace cleave::http::test {

namespace {

std::string unpacked(const std::string& packed) {
    z_stream s{};
    REQUIRE(::inflateInit2(&s, 15 + 16) == Z_OK);
    std::string in = packed, out(4 << 20, '\0');
    s.next_in = reinterpret_cast<Bytef*>(in.data());
    s.avail_in = static_cast<uInt>(in.size());
    s.next_out = reinterpret_cast<Bytef*>(out.data());
    s.avail_out = static_cast<uInt>(out.size());
    CHECK(::inflate(&s, Z_FINISH) == Z_STREAM_END);
    out.resize(s.total_out);
    ::inflateEnd(&s);
    return out;
}

std::string etag(std::string_view body) {
    std::string out;
    append_etag(out, body);
    return out;
}

response text(std::size_t size) {
    response r;
    r.body.assign(size, 'x');
    return r;
}

std::string negotiated(response& answer, bool gzip_wanted, verb method = verb::get) {
    request r;
    r.method = method;
    r.wants.gzip = gzip_wanted;
    std::string headers;
    negotiate(r, answer, headers);
    return headers;
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("etag: each byte and the length count") {
    CHECK(etag("abc") == etag("abc"));
    CHECK(etag("abc").size() == 20);
    std::set<std::string> all;
    std::size_t made = 0;
    for (std::size_t size = 0; size < 70; ++size) {
        const std::string zeros(size, '\0');
        all.insert(etag(zeros));
        ++made;
        for (std::size_t at = 0; at < size; ++at) {
            std::string one = zeros;
            one[at] = 1;
            all.insert(etag(one));
            ++made;
        }
    }
    CHECK(all.size() == made);
    CHECK(etag(std::string(32, 'a') + std::string(32, 'b')) !=
          etag(std::string(32, 'b') + std::string(32, 'a')));
}

TEST_CASE("etag: what If-None-Match names") {
    CHECK(matches_etag("W/\"a\"", "W/\"a\""));
    CHECK(matches_etag("\"a\"", "W/\"a\""));
    CHECK(matches_etag("\"x\", \"y\" ,W/\"a\"", "W/\"a\""));
    CHECK(matches_etag("*", "W/\"a\""));
    for (const std::string_view no : {"", "\"b\"", "a", "W/", ",", " , ", "\"a", "w/\"a\""})
        CHECK_FALSE(matches_etag(no, "W/\"a\""));
}

TEST_CASE("gzip: what comes out is what went in") {
    std::string body;
    for (int i = 0; i < 5000; ++i) body += std::to_string(i * 7919) + " ";
    for (const std::string& in : {body, std::string(100'000, 'a'), std::string(100, 'b')}) {
        std::string packed;
        REQUIRE(gzip(in, packed));
        CHECK(packed.size() < in.size());
        CHECK(unpacked(packed) == in);
    }
    std::string packed;
    CHECK_FALSE(gzip("x", packed));
    CHECK_FALSE(gzip("", packed));
}

TEST_CASE("gzip: who accepts it") {
    for (const std::string_view yes :
         {"gzip", "GZIP", "x-gzip", "br, gzip", "gzip;q=0.001", "*", "*;q=0.1", "gzip ; q=1.000",
          "identity;q=0.5, gzip;q=0.5", "deflate;q=0, gzip;q=1"})
        CHECK(accepts_gzip(yes));
    for (const std::string_view no :
         {"", "br", "gzip;q=0", "gzip;q=0.000", "gzip;q=0, *", "identity, gzip;q=0.5", "*;q=0",
          "gzipped", "identity", "gzip;q=0.0009", ",,,", ";q=1", "gzip;q="})
        CHECK_FALSE(accepts_gzip(no));
}

TEST_CASE("negotiate: sizes, types and methods") {
    for (const std::size_t size : {gzip_body_bytes_min + 1, gzip_body_bytes_max}) {
        response r = text(size);
        CHECK(has(negotiated(r, true), "Content-Encoding: gzip\r\n"));
        CHECK(unpacked(r.body) == std::string(size, 'x'));
    }
    for (const std::size_t size : {gzip_body_bytes_min, gzip_body_bytes_max + 1}) {
        response r = text(size);
        CHECK_FALSE(has(negotiated(r, true), "Encoding"));
        CHECK(r.body.size() == size);
    }
    for (const auto status : {201u, 404u, 500u}) {
        response r = text(5000);
        r.status = status;
        CHECK(negotiated(r, true).empty());
    }
    for (const verb method : {verb::post, verb::put, verb::del}) {
        response r = text(5000);
        CHECK(negotiated(r, true, method).empty());
    }
    response picture = text(5000);
    picture.content_type = "image/png";
    CHECK_FALSE(has(negotiated(picture, true), "Encoding"));
    response packed = text(5000);
    packed.headers = "Content-Encoding: br\r\n";
    CHECK_FALSE(has(negotiated(packed, true), "Content-Encoding"));
    response own = text(10);
    own.headers = "X-ETag: \"1\"\r\nETag: \"2\"\r\n";
    CHECK(negotiated(own, false).empty());
    response stream;
    stream.stream = [](body_stream&) -> async<void> { co_return; };
    CHECK(negotiated(stream, true).empty());
}

}  // namespace cleave::http::test
