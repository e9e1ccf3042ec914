// Whose a comment is: from what the module keeps of authors, or asked of users at each read.
#include "comments_under_test.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

using asked = std::vector<std::vector<std::int64_t>>;

// Users has changed anne since, and its event is still under way.
struct three_comments : comments_under_test {
    explicit three_comments(lookup authors) : comments_under_test(authors) {
        REQUIRE(write("one", command_by(anne)));
        REQUIRE(write("two", command_by(jake)));
        REQUIRE(write("three", command_by(anne)));
        users.profiles[anne] = {anne, "anna", "a bio", "an image", 2};
        users.follows[jake].insert(anne);
        users.profiles_asked.clear();
        users.calls = 0;
    }
    std::string authors() {
        const auto found = read();
        REQUIRE(found);
        std::string all;
        for (const auto& c : found->comments) all += c.author.username + " ";
        return all;
    }
};

}  // namespace

TEST_CASE("with a view nobody is asked whose a comment is, and it may be late") {
    three_comments t(lookup::view);
    CHECK(t.authors() == "anne jake anne ");
    CHECK(t.users.calls == 0);
    t.users.down = true;
    CHECK(t.authors() == "anne jake anne ");
}

TEST_CASE("in a batch users is asked once a list for all authors that it shows") {
    three_comments t(lookup::batch);
    CHECK(t.authors() == "anna jake anna ");
    CHECK(t.users.profiles_asked == asked{{jake, anne}});
    const auto found = t.read();
    REQUIRE(found);
    CHECK(found->comments[0].author.bio == "a bio");
    CHECK(found->comments[2].author.image == "an image");
    CHECK_FALSE(found->comments[1].author.bio);
}

TEST_CASE("one by one users is asked as often as there are comments") {
    three_comments t(lookup::each);
    CHECK(t.authors() == "anna jake anna ");
    CHECK(t.users.profiles_asked == asked{{anne}, {jake}, {anne}});
    CHECK(t.users.calls == 3);
}

TEST_CASE("asked at each read, who is followed is shown as ever, and no comments ask nobody") {
    for (const auto how : {lookup::view, lookup::batch, lookup::each}) {
        three_comments t(how);
        CHECK(t.read("other")->comments.empty());
        CHECK(t.users.calls == 0);
        const auto found = run_coroutine(t.comments->list(query_by(jake), {"hello", std::nullopt}));
        REQUIRE(found);
        CHECK(found->comments[0].author.following);
        CHECK_FALSE(found->comments[1].author.following);
    }
}

TEST_CASE("asked at each read, a list fails while users is down, and a comment is written") {
    for (const auto how : {lookup::batch, lookup::each}) {
        three_comments t(how);
        t.users.down = true;
        CHECK(t.read().error().code == errc::not_executed);
        const auto answer = answer_to(
            t.comments->routes(),
            public_request{.path = "/api/articles/{slug}/comments", .params = {{"slug", "hello"}}});
        CHECK(answer.status == 503);
        CHECK(t.write("four", command_by(anne)));
        t.users.down = false;
        CHECK(t.authors() == "anna jake anna anna ");
    }
}
