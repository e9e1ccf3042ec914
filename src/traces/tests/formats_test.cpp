#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <traces/formats.hpp>

#include "a_comment.hpp"

namespace cleave::traces::test {

namespace json = boost::json;

namespace {

bool is_hex(const json::value& v, std::size_t digits) {
    const auto& text = v.as_string();
    return text.size() == digits &&
           std::string_view(text).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

// What https://zipkin.io/zipkin-api/zipkin2-api.yaml requires of a span: id and traceId; and the
// forms that it gives for the others.
TEST_CASE("Zipkin's spans, version 2") {
    const auto all = json::parse(to_zipkin(a_comment())).as_array();
    REQUIRE(all.size() == 5);
    for (const auto& s : all) {
        CHECK(is_hex(s.at("traceId"), 32));
        CHECK(is_hex(s.at("id"), 16));
        CHECK(s.at("timestamp").as_int64() >= 1'786'615'200'000'000);
        CHECK(s.at("duration").as_int64() >= 1);
        CHECK_FALSE(s.at("name").as_string().empty());
        CHECK_FALSE(s.at("localEndpoint").at("serviceName").as_string().empty());
        for (const auto& [key, value] : s.at("tags").as_object()) CHECK(value.is_string());
    }
    CHECK_FALSE(all[0].as_object().contains("parentId"));
    CHECK(all[0].at("kind") == "SERVER");
    CHECK(all[2].at("parentId") == all[1].at("id"));
    CHECK(all[2].at("kind") == "CLIENT");
    CHECK(all[2].at("name") == "call posts.find");
    CHECK_FALSE(all[3].as_object().contains("kind"));
    CHECK(all[3].at("tags").at("cleave.commit_us") == "1200");
    CHECK(all[4].at("kind") == "CONSUMER");
    CHECK(to_zipkin({}) == "[]");
}

// opentelemetry/proto/trace/v1/trace.proto in the JSON of the OTLP specification: ids in hex, 64
// bits as text, enums as numbers, names in camelCase.
TEST_CASE("OTLP: an ExportTraceServiceRequest, with a resource a process") {
    const auto all = json::parse(to_otlp(a_comment())).at("resourceSpans").as_array();
    REQUIRE(all.size() == 3);
    std::size_t spans = 0;
    for (const auto& resource : all) {
        const auto& who = resource.at("resource").at("attributes").as_array();
        REQUIRE(who.size() == 2);
        CHECK(who[1].at("key") == "service.name");
        CHECK_FALSE(who[1].at("value").at("stringValue").as_string().empty());
        REQUIRE(resource.at("scopeSpans").as_array().size() == 1);
        for (const auto& s : resource.at("scopeSpans").at(0).at("spans").as_array()) {
            ++spans;
            CHECK(is_hex(s.at("traceId"), 32));
            CHECK(is_hex(s.at("spanId"), 16));
            CHECK(s.at("kind").as_int64() >= 1);
            CHECK(s.at("kind").as_int64() <= 5);
            CHECK(s.at("startTimeUnixNano").as_string().size() == 19);
            CHECK(s.at("endTimeUnixNano").as_string() >= s.at("startTimeUnixNano").as_string());
            for (const auto& a : s.at("attributes").as_array())
                CHECK(a.at("value").at("stringValue").is_string());
        }
    }
    CHECK(spans == 5);
    CHECK(to_otlp({}) == R"({"resourceSpans":[]})");
}

TEST_CASE("a request that failed is an error to both") {
    auto spans = a_comment();
    spans[0].status = 503;
    CHECK(json::parse(to_zipkin(spans)).at(0).at("tags").at("error") == "503");
    CHECK(to_otlp(spans).find(R"("status":{"code":2})") != std::string::npos);
    CHECK(to_otlp(a_comment()).find(R"("code":2)") == std::string::npos);
}

}  // namespace cleave::traces::test
