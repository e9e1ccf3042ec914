// What a request did, in every process, as `cleave trace` shows it.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <support/divergence.hpp>
#include <support/eventually.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

finished trace(const running_blog& blog, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "trace");
    arguments.insert(arguments.end(), {"--data", blog.data().string()});
    return run_cleave(arguments);
}

// The spans of one request, as Zipkin would read them.
json::array zipkin(const running_blog& blog, const std::string& id) {
    const auto told = trace(blog, {id, "--format", "zipkin"});
    return told.code == 0 ? json::parse(told.out).as_array() : json::array();
}

const json::value* span_named(const json::array& spans, std::string_view name) {
    for (const auto& s : spans)
        if (s.at("name").as_string() == name) return &s;
    return nullptr;
}

std::string text(const json::value& v) {
    return std::string(v.as_string());
}

std::string mode_of(const json::value& span) {
    return text(span.at("tags").at("cleave.mode"));
}

std::string process_of(const json::value& span) {
    return text(span.at("localEndpoint").at("serviceName"));
}

std::string request_id(const http_answer& answer) {
    REQUIRE(answer.field("x-request-id").size() == 16);
    return answer.field("x-request-id");
}

http_answer get_with(blog_client& client, const std::string& traceparent) {
    http_question question;
    question.target = "/api/articles?limit=1";
    question.headers = "traceparent: " + traceparent + "\r\n";
    return client.ask(question);
}

const std::string outer_span = "b7ad6b7169203331";

}  // namespace

TEST_CASE("a comment is traced through all modules that have a part in it", "[one-instance]") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client), reader = sign_up(client);
    const auto slug = publish(client, author, "Traced");
    const auto answer =
        client.post(comments_path(slug),
                    json::object{{"comment", json::object{{"body", "a secret"}}}}, reader.token);
    REQUIRE(answer.status == 201);
    const auto id = request_id(answer);
    json::array spans;
    REQUIRE(eventually([&] {
        spans = zipkin(blog, id);
        return span_named(spans, "delivery notifications comments.comment_written") &&
               span_named(spans, "delivery stats comments.comment_written");
    }));
    const auto process = [&](std::string_view module) { return blog.process_with(module).name; };
    const auto mode = [&](std::string_view from, std::string_view to) {
        return process(from) == process(to) ? "direct" : "process";
    };

    const std::string route = "POST /api/articles/{slug}/comments";
    const auto* const request = span_named(spans, "request comments " + route);
    REQUIRE(request);
    CHECK(process_of(*request) == process(gateway));
    CHECK(mode_of(*request) == mode(gateway, "comments"));
    CHECK(text(request->at("id")) == id);
    CHECK(request->at("tags").at("http.response.status_code").as_string() == "201");

    const auto* const served = span_named(spans, "serve comments " + route);
    CHECK((served != nullptr) == (mode(gateway, "comments") == std::string("process")));
    const auto& handler = served ? *served : *request;
    CHECK(process_of(handler) == process("comments"));

    const auto* const call = span_named(spans, "call posts.find");
    REQUIRE(call);
    CHECK(process_of(*call) == process("comments"));
    CHECK(mode_of(*call) == mode("comments", "posts"));
    CHECK(call->at("parentId") == handler.at("id"));
    const auto* const found = span_named(spans, "serve posts.find");
    CHECK((found != nullptr) == (mode("comments", "posts") == std::string("process")));
    if (found) CHECK(found->at("parentId") == call->at("id"));

    const auto* const batch = span_named(spans, "batch " + database_of(blog.data(), "comments"));
    REQUIRE(batch);
    CHECK(process_of(*batch) == process("comments"));
    CHECK(batch->at("parentId") == handler.at("id"));
    CHECK(std::stol(text(batch->at("tags").at("cleave.jobs"))) >= 1);
    CHECK(batch->at("tags").as_object().contains("cleave.commit_us"));

    for (const auto* follower : {"notifications", "stats"}) {
        const auto* const delivery =
            span_named(spans, fmt::format("delivery {} comments.comment_written", follower));
        REQUIRE(delivery);
        CHECK(process_of(*delivery) == process(follower));
        CHECK(mode_of(*delivery) == mode(follower, "comments"));
        CHECK(delivery->at("traceId") == request->at("traceId"));
    }

    const auto drawn = trace(blog, {id});
    REQUIRE(drawn.code == 0);
    CHECK(drawn.err.empty());
    INFO(drawn.out);
    CHECK(has(drawn.out, "request " + id));
    CHECK(has(drawn.out, "call posts.find"));
    CHECK(has(drawn.out, "  remote  ") ==
          std::ranges::any_of(spans, [](const auto& s) { return mode_of(s) == "process"; }));
    // Nothing of what people wrote.
    const auto all = drawn.out + json::serialize(spans) + trace(blog, {id, "--format", "otlp"}).out;
    for (const std::string& hers : {slug, reader.username, reader.token, std::string("a secret")})
        CHECK_FALSE(has(all, hers));
}

TEST_CASE("the last request and the slowest are shown without an id") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto id = request_id(client.get("/api/tags"));
    // Others may ask meanwhile.
    const auto last = trace(blog, {"last", "--count", "20"});
    REQUIRE(last.code == 0);
    CHECK(has(last.out, "request " + id));
    CHECK(has(last.out, "request posts GET /api/tags"));
    sign_up(client);  // takes at least one hash
    const auto slow = trace(blog, {"slow", "--count", "100"});
    REQUIRE(slow.code == 0);
    CHECK(has(slow.out, "request users POST /api/users"));
    const auto otlp = trace(blog, {"last", "--format", "otlp"});
    REQUIRE(otlp.code == 0);
    CHECK_FALSE(json::parse(otlp.out).at("resourceSpans").as_array().empty());
}

TEST_CASE("a trace goes on from outside, and a request id is the edge's own") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto name = unique_name("");
    std::string trace_id(32, '0');
    for (std::size_t i = 0; i < std::min<std::size_t>(name.size(), 16); ++i)
        trace_id.replace(2 * i, 2, fmt::format("{:02x}", static_cast<unsigned char>(name[i])));
    const auto traceparent = "00-" + trace_id + "-" + outer_span + "-01";
    const auto first = request_id(get_with(client, traceparent));
    const auto second = request_id(get_with(client, traceparent));
    CHECK(first != second);
    CHECK(first != outer_span);
    const auto spans = zipkin(blog, first);
    REQUIRE_FALSE(spans.empty());
    CHECK(span_named(spans, "request posts GET /api/articles")->at("parentId") ==
          json::string(outer_span));
    for (const auto& s : spans) CHECK(text(s.at("traceId")) == trace_id);
    const auto both = trace(blog, {trace_id});
    CHECK(both.code == 0);
    CHECK(has(both.out, "request (2)"));
    CHECK(trace(blog, {traceparent}).code == 0);

    // Whoever sends it does not record it, and neither does this.
    const auto declined = request_id(get_with(client, "00-" + trace_id + "-" + outer_span + "-00"));
    CHECK(zipkin(blog, declined).empty());
}

TEST_CASE("what a timer does is traced too, with what follows from it", "[one-instance]") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto slug = publish(client, sign_up(client), "Viewed");
    // Whoever reads it is told of a second later, as a task.
    const auto tasks = [&] {
        const auto told = trace(blog, {"tasks", "--count", "20", "--format", "zipkin"});
        return told.code == 0 ? json::parse(told.out).as_array() : json::array();
    };
    json::array spans;
    const auto told_of_views = [&]() -> std::optional<json::value> {
        spans = tasks();
        for (const auto& s : spans)
            if (s.at("name").as_string() == "delivery stats posts.views_counted") return s;
        return std::nullopt;
    };
    std::optional<json::value> delivery;
    REQUIRE(eventually([&] {
        client.get("/api/articles/" + slug);
        delivery = told_of_views();
        return delivery.has_value();
    }));
    json::array its;
    for (const auto& s : spans)
        if (s.at("traceId") == delivery->at("traceId")) its.push_back(s);
    const auto* const task = span_named(its, "task posts publish views");
    REQUIRE(task);
    CHECK(process_of(*task) == blog.process_with("posts").name);
    const auto* const batch = span_named(its, "batch " + database_of(blog.data(), "posts"));
    REQUIRE(batch);
    CHECK(batch->at("parentId") == task->at("id"));
    CHECK(process_of(*delivery) == blog.process_with("stats").name);
    // What people asked is not among them, nor are they among that.
    CHECK_FALSE(span_named(spans, "request posts GET /api/articles/{slug}"));
    CHECK_FALSE(has(trace(blog, {"last", "--count", "100"}).out, "task "));
}

TEST_CASE("a tool's call begins a trace in the process that answers it") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Asked by a tool");
    const auto wanted = json::serialize(json::object{{"slug", slug}, {"body", "by a tool"}});
    const auto found =
        run_cleave({"call", "posts.find", json::serialize(json::object{{"slug", slug}}), "--data",
                    blog.data()});
    const auto id = std::to_string(json::parse(found.out).at("author_id").as_int64());
    const auto made = run_cleave(
        {"call", "comments.create", wanted, "--as", id, "--trace", "--data", blog.data()});
    REQUIRE(made.code == 0);
    INFO(made.err);
    CHECK(has(made.err, "request comments.create"));
    CHECK(has(made.err, "  call posts.find"));
    CHECK(has(made.err, "  batch " + database_of(blog.data(), "comments")));
    CHECK(has(trace(blog, {"last", "--count", "20"}).out, "request comments.create"));
    // Reading a feed is no work.
    const auto read = run_cleave({"call", "comments.feed.read",
                                  R"({"after":0,"limit":1,"wait_ms":0})", "--data", blog.data()});
    REQUIRE(read.code == 0);
    CHECK_FALSE(has(trace(blog, {"last", "--count", "100"}).out, "comments.feed"));
}

TEST_CASE("a tool's call is traced where nothing runs as well", "[.][command-line]") {
    scratch_blog blog;
    blog->stop();
    const auto told = run_cleave({"call", "posts.tags", "{}", "--trace", "--data", blog.data()});
    INFO(told.err);
    CHECK(has(told.err, "request posts.tags"));
    CHECK(has(told.err, "here"));
}

TEST_CASE("a traceparent that is none begins a new trace and does no harm") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const std::string good(32, 'a');
    for (const std::string& hostile : std::vector<std::string>{
             fmt::format("00-{:0>32}-{}-01", "", outer_span),
             fmt::format("00-{}-{:0>16}-01", good, ""),
             fmt::format("ff-{}-{}-01", good, outer_span),
             fmt::format("00-{:A>32}-{}-01", "", outer_span),
             fmt::format("00-{}-{}-01-more", good, outer_span),
             fmt::format("00-{}-{}", good, outer_span), std::string(4'000, 'a'), "\"><script>",
             "00-../../../../etc/passwd-1-01",
             fmt::format("00-{0}-{1}-01, 00-{0}-{1}-01", good, outer_span)}) {
        INFO(hostile);
        const auto answer = get_with(client, hostile);
        REQUIRE(answer.status == 200);
        const auto spans = zipkin(blog, request_id(answer));
        REQUIRE_FALSE(spans.empty());
        CHECK(text(spans.front().at("traceId")) != good);
        CHECK_FALSE(spans.front().as_object().contains("parentId"));
    }
}

TEST_CASE("what cannot be traced is said", "[.][command-line]") {
    scratch_blog blog;
    const auto unknown = trace(*blog, {outer_span});
    CHECK(unknown.code == 1);
    CHECK(has(unknown.err, "No span of it is kept"));
    const auto wrong = trace(*blog, {"first"});
    CHECK(wrong.code == 2);
    CHECK(has(wrong.err, "X-Request-Id"));
    CHECK(trace(*blog, {"last", "--format", "jaeger"}).code == 2);
    blog->stop();
    const auto nobody = trace(*blog, {"last"});
    CHECK(nobody.code == 1);
    CHECK(has(nobody.err, "Nothing runs"));

    blog.restart({"--set", "trace.one_in=0"});
    blog_client client(blog->at());
    const auto id = request_id(client.get("/api/tags"));
    CHECK(trace(*blog, {id}).code == 1);
    CHECK(trace(*blog, {"last"}).code == 1);
}
