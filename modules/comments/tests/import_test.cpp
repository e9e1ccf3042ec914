// Comments that come from elsewhere.
#include <catch2/catch.hpp>
#include <comments/module.hpp>
#include <support/fake_posts.hpp>
#include <support/fake_users.hpp>
#include <support/scratch_platform.hpp>

using namespace cleave;
using namespace cleave::test;
using namespace cleave::comments;

namespace {

struct comments_under_test {
    scratch_platform p{migrations};
    fake_posts posts;
    fake_users users;
    std::unique_ptr<module> comments = make_module(p.given(), posts, users);

    comments_under_test() {
        users.add(7, "jake");
        users.add(8, "ann");
        posts.add(3, "hello", 7);
    }
    result<imported_comments> import(const std::string& source, std::vector<imported_comment> all) {
        import_comments_request r{source, std::move(all)};
        return run_coroutine(comments->imports().add({}, std::move(r)));
    }
    std::vector<comment> on(const std::string& slug) {
        return run_coroutine(comments->list({}, list_request{slug, {}})).value().comments;
    }
};

imported_comment remark(const std::string& body, std::int64_t author_id = 8) {
    return {"hello", author_id, body, timestamp{5'000}};
}

}  // namespace

TEST_CASE("imported comments are read with their authors and their day, and told of") {
    comments_under_test t;
    const auto made = t.import("batch 1", {remark("First"), remark("Second", 7)});
    REQUIRE(made);
    CHECK(made->added == 2);
    CHECK(t.posts.calls == 1);
    const auto all = t.on("hello");
    REQUIRE(all.size() == 2);
    CHECK(all[0].body == "First");
    CHECK(all[0].author.username == "ann");
    CHECK(all[0].created_at.unix_ms == 5'000);
    const auto events = t.p.published();
    REQUIRE(events.size() == 2);
    CHECK(events[0].kind == comment_written::kind);
}

TEST_CASE("a batch that came once does not come again") {
    comments_under_test t;
    REQUIRE(t.import("batch 1", {remark("First")}));
    const auto again = t.import("batch 1", {remark("First")});
    REQUIRE(again);
    CHECK(again->added == 0);
    CHECK(t.on("hello").size() == 1);
}

TEST_CASE("a batch is imported whole or not at all") {
    comments_under_test t;
    const auto nowhere = [] {
        auto c = remark("Lost");
        c.slug = "none";
        return c;
    }();
    for (const auto& wrong : {remark(" "), remark("Whose?", 9), nowhere}) {
        const auto refused = t.import("batch 1", {remark("First"), wrong});
        CHECK_FALSE(refused);
    }
    CHECK_FALSE(t.import("batch 1", std::vector(comments_imported_max + 1, remark("x"))));
    CHECK(t.p.published().empty());
    CHECK(t.on("hello").empty());
}
