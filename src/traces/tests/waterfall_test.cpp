#include <catch2/catch.hpp>
#include <traces/waterfall.hpp>

#include "a_comment.hpp"

namespace cleave::traces::test {

TEST_CASE("a waterfall shows what caused what, where, and when") {
    CHECK(draw_waterfall(a_comment()) ==
          "trace 0af7651916cd43dd8448eb211c80319c  request 00000000000000a1\n"
          "2026-08-13T10:00:00.000Z  4.000 ms, 5 spans in 3 processes\n"
          "SPAN                                                 PROCESS        WHERE       AT µs   "
          " TOOK µs\n"
          "request comments POST /api/articles/{slug}/comments  gateway        remote          0   "
          "    3000  ██████████████████████         201\n"
          "  serve comments POST /api/articles/{slug}/comments  comments       local         200   "
          "    2600   ████████████████████\n"
          "    call posts.find                                  comments       remote        300   "
          "     500    ████\n"
          "    batch comments                                   comments       local        1000   "
          "    1500         ███████████             waited 100 µs commit 1200 µs of 2 jobs\n"
          "    delivery notifications comments.comment_written  notifications  remote       3500   "
          "     500                            ████\n");
}

TEST_CASE("without what serves, the tree is that of one process") {
    auto split = a_comment();
    std::vector<span_record> whole;
    for (auto s : split) {
        if (s.kind == "serve") continue;
        if (s.parent == id_of("b1")) s.parent = id_of("a1");
        s.process = "main";
        s.mode = "direct";
        whole.push_back(s);
    }
    CHECK(shape_of(split) == shape_of(whole));
    CHECK(shape_of(split) ==
          "request comments POST /api/articles/{slug}/comments\n"
          "  batch comments\n"
          "  call posts.find\n"
          "  delivery notifications comments.comment_written\n");
    whole.pop_back();
    CHECK(shape_of(split) != shape_of(whole));
}

TEST_CASE("what lost its parent stands at the top, and a ring of parents ends") {
    auto spans = a_comment();
    spans.erase(spans.begin());
    const auto tree = as_tree(spans);
    REQUIRE(tree.size() == 4);
    CHECK(tree.front().depth == 0);
    CHECK(tree.back().depth == 1);

    spans[0].parent = spans[1].id;
    spans[1].parent = spans[0].id;
    CHECK(as_tree(spans).size() <= spans.size());
    CHECK(draw_waterfall({}).empty());
}

TEST_CASE("a span of no time at all has a bar all the same") {
    auto spans = a_comment();
    spans.resize(1);
    spans[0].took_ns = 0;
    CHECK_THAT(draw_waterfall(spans),
               Catch::Contains("█") && Catch::Contains("1 span in 1 process\n"));
}

}  // namespace cleave::traces::test
