#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <http/header_values.hpp>
#include <http/server_core.hpp>
#include <http/text.hpp>

#include "peer.hpp"

namespace cleave::http::test {

using Catch::Contains;

TEST_CASE("traceparent") {
    const std::string good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    CHECK(parse_traceparent(good).trace_id[0] == 0x0a);
    CHECK(parse_traceparent(good).span_id[7] == 0x31);
    CHECK(parse_traceparent("cc" + good.substr(2) + "-more") != trace_context{});
    for (const std::string& bad : std::vector<std::string>{
             std::string(), good.substr(1), good + "-", good + "x", "ff" + good.substr(2),
             "cc" + good.substr(2) + "x", "00-00000000000000000000000000000000-b7ad6b7169203331-01",
             "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
             "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
             "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", std::string(55, '-'),
             "0x" + good.substr(2)})
        CHECK(parse_traceparent(bad) == trace_context{});
    CHECK(to_traceparent(parse_traceparent(good)) == good);
}

TEST_CASE("a request has an id of its own, in the trace that it came with or in a new one") {
    const auto outside =
        parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    const auto part = begin_request(outside), other = begin_request(outside);
    CHECK(part.trace_id == outside.trace_id);
    CHECK(part.span_id != outside.span_id);
    CHECK(part.span_id != other.span_id);
    const auto alone = begin_request({});
    CHECK(alone.trace_id != trace_context{}.trace_id);
    CHECK(alone.trace_id != begin_request({}).trace_id);
}

TEST_CASE("the host of a Referer") {
    const auto host = [](std::string_view url) {
        std::string out = "old";
        assign_referrer_host(out, url);
        return out;
    };
    CHECK(host("https://Example.ORG/a?b#c") == "example.org");
    CHECK(host("http://example.org:8080") == "example.org");
    CHECK(host("http://user:pass@example.org/") == "example.org");
    CHECK(host("http://[::1]:80/") == "[::1]");
    CHECK(host("android-app://com.example") == "com.example");
    CHECK(host("http://example.org?a@b") == "example.org");
    for (const auto* none : {"", "about:blank", "example.org", "http://", "http:///a",
                             "http://a b/", "http://<script>/", "http://[::1/", "http://\xff/"})
        CHECK(host(none).empty());
    CHECK(host("http://" + std::string(300, 'a')).empty());
}

TEST_CASE("idempotency keys are hashes of at most 255 bytes") {
    CHECK_FALSE(parse_idempotency_key(""));
    CHECK_FALSE(parse_idempotency_key(std::string(256, 'a')));
    const auto a = parse_idempotency_key("a"), b = parse_idempotency_key("b");
    REQUIRE((a && b));
    CHECK(*a);
    CHECK(*a != *b);
    CHECK(*a == *parse_idempotency_key("a"));
}

TEST_CASE("the date of now") {
    const std::string date(http_date());
    CHECK(date.size() == 29);
    CHECK_THAT(date, Contains(", ") && Catch::EndsWith(" GMT"));
}

TEST_CASE("UTF-8") {
    CHECK(is_utf8("plain ASCII, a long line of it"));
    CHECK(is_utf8("댓글 \xf0\x9f\x98\x80 \xed\x9f\xbf \xf4\x8f\xbf\xbf"));
    for (const auto* bad : {"\x80", "\xff", "abcdefgh\xc3", "\xc0\xaf", "\xe0\x80\xaf",
                            "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82"})
        CHECK_FALSE(is_utf8(bad));
    CHECK(to_utf8("a\xff"
                  "b\xc3\xa4") ==
          "a\xef\xbf\xbd"
          "b\xc3\xa4");
    CHECK(cut_utf8("abc", 3) == "abc");
    CHECK(cut_utf8("abcd", 3) == "abc");
    CHECK(cut_utf8("ab\xc3\xa4", 3) == "ab");
    CHECK(cut_utf8("a\xf0\x9f\x98\x80", 4) == "a");
    CHECK(cut_utf8(std::string(300, '\x80'), 256).size() == 256);
}

TEST_CASE("endpoints are read and written alike") {
    for (const auto* text : {"127.0.0.1:8080", "[::1]:8080", "0.0.0.0:0", "unix:/tmp/a.sock"})
        CHECK(to_string(parse_endpoint(text)) == text);
    CHECK(to_string(parse_endpoint("localhost:80")) == "127.0.0.1:80");
    for (const auto* bad :
         {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
          "127.0.0.1:-1", "[::1]", "::1:80", "[x]:80", "example.org:80", "unix:", "256.0.0.1:80"}) {
        INFO(bad);
        CHECK_THROWS_AS(parse_endpoint(bad), std::invalid_argument);
    }
    CHECK_NOTHROW(parse_endpoint("unix:/" + std::string(106, 'a')));
    CHECK_THROWS_WITH(parse_endpoint("unix:/" + std::string(107, 'a')), Contains("107 bytes"));
}

TEST_CASE("listening: free ports, taken ports, left-over socket files") {
    const auto any = listen_on(parse_endpoint("127.0.0.1:0"));
    const auto at = local_endpoint(any.get());
    CHECK(to_string(at) != "127.0.0.1:0");
    const auto taken = [](const stream_endpoint& e) {
        try {
            listen_on(e);
            return false;
        } catch (const std::system_error& error) {
            return error.code() == std::errc::address_in_use;
        }
    };
    CHECK(taken(at));

    const std::string address = fresh_unix_address(), path = address.substr(5);
    {
        const auto first = listen_on(parse_endpoint(address));
        struct stat info{};
        REQUIRE(::stat(path.c_str(), &info) == 0);
        CHECK((info.st_mode & 0777) == 0600);
        CHECK(to_string(local_endpoint(first.get())) == address);
        CHECK(taken(parse_endpoint(address)));
    }
    CHECK_FALSE(taken(parse_endpoint(address)));
    ::unlink(path.c_str());
    // A file that is no socket stays.
    const unique_fd plain(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    CHECK(taken(parse_endpoint(address)));
    CHECK(::unlink(path.c_str()) == 0);
}

TEST_CASE("addresses are counted by what one customer has") {
    address_limit limit(2);
    const auto key = [&](std::string_view text) {
        return limit.key_of(address_of(parse_endpoint(text).data()));
    };
    CHECK(key("127.0.0.1:1").prefix == 0);
    CHECK(key("[::1]:1").prefix == 0);
    CHECK(key("unix:/a").prefix == 0);
    CHECK(key("[::ffff:127.0.0.1]:1").prefix == 0);
    CHECK(key("203.0.113.7:1").prefix == key("203.0.113.7:2").prefix);
    CHECK(key("203.0.113.7:1").prefix == key("[::ffff:203.0.113.7]:2").prefix);
    CHECK(key("203.0.113.7:1").prefix != key("203.0.113.8:1").prefix);
    CHECK(key("[2001:db8::1]:1").prefix == key("[2001:db8::2]:1").prefix);
    CHECK(key("[2001:db8::1]:1").prefix != key("[2001:db8:0:1::1]:1").prefix);
    CHECK(to_string(address_of(parse_endpoint("[::ffff:203.0.113.7]:2").data())) == "203.0.113.7");
    const auto k = key("203.0.113.7:1");
    CHECK(limit.enter(k));
    CHECK(limit.enter(k));
    CHECK_FALSE(limit.enter(k));
    CHECK(limit.enter(key("203.0.113.8:1")));
    limit.leave(k);
    CHECK(limit.enter(k));
    for (int i = 0; i < 100; ++i) CHECK(limit.enter({}));
    CHECK(address_limit(0).key_of(address_of(parse_endpoint("203.0.113.7:1").data())).prefix == 0);
}

}  // namespace cleave::http::test
