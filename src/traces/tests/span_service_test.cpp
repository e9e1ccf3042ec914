#include <base/encoding.hpp>
#include <catch2/catch.hpp>
#include <telemetry/recorder.hpp>
#include <traces/fetch.hpp>

#include "a_comment.hpp"

namespace cleave::traces::test {

namespace {

http::response ask(std::string target) {
    http::request r;
    r.target = std::move(target);
    r.path = std::string_view(r.target).substr(0, r.target.find('?'));
    if (const auto at = r.target.find('?'); at != std::string::npos)
        r.query = std::string_view(r.target).substr(at + 1);
    return answer_spans(r, "main");
}

std::vector<span_record> spans_in(const http::response& answer) {
    REQUIRE(answer.status == 200);
    const auto out = decode<span_answer>(answer.body);
    REQUIRE(out);
    return out->spans;
}

}  // namespace

TEST_CASE("a person asks by what an answer or a log line says") {
    const std::string request = "b7ad6b7169203331", trace = "0af7651916cd43dd8448eb211c80319c";
    CHECK(question_about(request)->what == question::of::request);
    CHECK(question_about(trace)->what == question::of::trace);
    CHECK(question_about("00-" + trace + "-" + request + "-01")->id == trace);
    for (const auto* none : {"", "xyz", "b7ad6b716920333", "b7ad6b71692033311", "b7ad6b716920333z",
                             "00-0af7651916cd43dd8448eb211c80319c-"})
        CHECK_FALSE(question_about(none));
    CHECK(target_of({question::of::request, request}) == "/spans?request=" + request);
    CHECK(target_of({question::of::slow, {}, 3}) == "/spans?slow=3");
}

TEST_CASE("a process tells what it recorded, with names and the time of day") {
    auto trace = begin_request({});
    trace.within = trace.span_id;
    const auto request = trace.span_id;
    auto span = telemetry::begin_span(trace, telemetry::span_kind::request,
                                      telemetry::span_name("posts", "GET /api/articles"),
                                      telemetry::span_mode::process);
    span.begin = std::chrono::steady_clock::now() - std::chrono::milliseconds(5);
    span.took = std::chrono::milliseconds(5);
    span.status = 200;
    telemetry::record_root(span);
    const auto question = question_about(to_hex(request));
    REQUIRE(question);
    const auto found = spans_in(ask(target_of(*question)));
    REQUIRE(found.size() == 1);
    const auto& s = found.front();
    CHECK(s.kind == "request");
    CHECK(s.is_remote());
    CHECK(s.process == "main");
    CHECK(s.module == "posts");
    CHECK(s.name == "GET /api/articles");
    CHECK(s.took_ns == 5'000'000);
    CHECK_FALSE(s.jobs);
    const auto now = this_moment().unix_ns;
    CHECK(s.begin_unix_ns < now);
    CHECK(s.begin_unix_ns > now - std::int64_t(60'000'000'000));
    CHECK(spans_in(ask("/spans?last=1")).at(0).id == s.id);
    CHECK_FALSE(spans_in(ask("/spans?slow=100")).empty());
    CHECK(spans_in(ask("/spans?request=" + id_of("f"))).empty());
    for (const auto* bad : {"/spans", "/spans?request=", "/spans?request=zz", "/spans?trace=aa"})
        CHECK(ask(bad).status == 400);
}

TEST_CASE("of the roots that several processes know, the last and the slowest are chosen") {
    std::vector<span_record> roots;
    for (int i = 0; i < 4; ++i) {
        span_record s;
        s.id = std::to_string(i);
        s.begin_unix_ns = std::int64_t{10} * i;
        s.took_ns = i == 1 ? 2 : 0;
        roots.push_back(s);
    }
    CHECK(choose_roots(roots, {question::of::last, {}, 1}).at(0).id == "3");
    CHECK(choose_roots(roots, {question::of::slow, {}, 2}).at(0).id == "1");
    CHECK(choose_roots(roots, {question::of::slow, {}, 9}).size() == 4);
}

}  // namespace cleave::traces::test
