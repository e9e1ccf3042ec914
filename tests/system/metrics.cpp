// What a blog says of itself while it runs.
#include <catch2/catch.hpp>
#include <fstream>

#include <support/divergence.hpp>

#include "outages.hpp"

using namespace cleave::test;

TEST_CASE("requests are counted by route, calls by caller and way, events by how far they are",
          "[one-instance]") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Counted");
    const auto requests = [&] {
        return sample(blog, gateway,
                      {"cleave_http_requests_total{", "route=\"/api/articles/{slug}\"",
                       "method=\"GET\"", "class=\"2xx\"", "listener=\"public\""});
    };
    const auto before = std::max(requests(), 0.0);
    for (int i = 0; i < 3; ++i) CHECK(client.get(article_path(slug)).status == 200);
    CHECK(requests() >= before + 3);
    CHECK(sample(blog, gateway,
                 {"cleave_http_request_duration_seconds_count{", "route=\"/api/articles/{slug}\"",
                  "method=\"GET\"", "listener=\"public\""}) >= before + 3);

    write_comment(client, author, slug, "counted as well");
    const auto here = blog.process_with("comments").runs("posts");
    CHECK(sample(blog, "comments",
                 {"cleave_calls_total{caller=\"comments\",module=\"posts\"",
                  here ? "mode=\"direct\"" : "mode=\"process\"", "outcome=\"ok\""}) >= 0);
    CHECK(eventually([&] {
        return sample(blog, "comments",
                      {"cleave_feed_lag{module=\"comments\",consumer=\"notifications\"}"}) == 0;
    }));
    CHECK(sample(blog, "comments", {"cleave_feed_head{module=\"comments\"}"}) >= 1);
    CHECK(sample(blog, "comments", {"cleave_parked_events{module=\"comments\"}"}) == 0);
    CHECK(sample(blog, "comments",
                 {"cleave_writer_queue{module=\"" + database_of(blog.data(), "comments") +
                  "\"}"}) >= 0);
    CHECK(sample(blog, "comments", {"process_resident_memory_bytes"}) > 1e6);
}

TEST_CASE("an answer bears the id of its request") {
    blog_client client(shared_blog().at());
    const auto first = client.get("/api/tags"), second = client.get("/api/nothing");
    CHECK(first.field("x-request-id").size() == 16);
    CHECK(second.field("x-request-id").size() == 16);
    CHECK(first.field("x-request-id") != second.field("x-request-id"));
}
