// Whose an article is: from what the module keeps of authors, or asked of users at each read.
#include "posts_under_test.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

using asked = std::vector<std::vector<std::int64_t>>;

// c: jake, b: anne, a: jake. Users has changed jake since, and its event is still under way.
struct articles_of_two : posts_under_test {
    explicit articles_of_two(lookup authors) : posts_under_test(authors) {
        REQUIRE(publish("a", command_by(jake)));
        REQUIRE(publish("b", command_by(anne)));
        REQUIRE(publish("c", command_by(jake)));
        users.profiles[jake] = {jake, "jacob", "a bio", "an image", 2};
        users.follows[anne].insert(jake);
        users.profiles_asked.clear();
        users.calls = 0;
    }
    result<posts::page> list(query_context context = {}) {
        return run_coroutine(posts->list(context, {}));
    }
    result<posts::page> feed() { return run_coroutine(posts->feed(query_by(anne), {})); }
};

std::string authors(const result<posts::page>& found) {
    REQUIRE(found);
    std::string all;
    for (const auto& a : found->articles) all += a.author.username + " ";
    return all;
}

}  // namespace

TEST_CASE("with a view nobody is asked whose an article is, and it may be late") {
    articles_of_two t(lookup::view);
    CHECK(authors(t.list()) == "jake anne jake ");
    CHECK(t.get("a")->author.username == "jake");
    CHECK(t.users.calls == 0);
    CHECK(authors(t.feed()) == "jake jake ");
    CHECK(t.users.profiles_asked.empty());
    t.users.down = true;
    CHECK(authors(t.list()) == "jake anne jake ");
    CHECK(t.get("a"));
}

TEST_CASE("in a batch users is asked once a read for all authors that it shows") {
    articles_of_two t(lookup::batch);
    CHECK(authors(t.list()) == "jacob anne jacob ");
    CHECK(t.users.profiles_asked == asked{{jake, anne}});
    CHECK(authors(t.feed()) == "jacob jacob ");
    const auto one = t.get("a");
    REQUIRE(one);
    CHECK(one->author.username == "jacob");
    CHECK(one->author.bio == "a bio");
    CHECK(one->author.image == "an image");
    CHECK(t.users.profiles_asked == asked{{jake, anne}, {jake}, {jake}});
}

TEST_CASE("one by one users is asked as often as there are articles") {
    articles_of_two t(lookup::each);
    CHECK(authors(t.list()) == "jacob anne jacob ");
    CHECK(t.users.profiles_asked == asked{{jake}, {anne}, {jake}});
    CHECK(t.get("b")->author.username == "anne");
    CHECK(t.users.calls == 4);
    CHECK(authors(t.feed()) == "jacob jacob ");
    CHECK(t.users.profiles_asked.size() == 6);
}

TEST_CASE("asked at each read, a page without articles asks nobody, nor does what is not there") {
    for (const auto how : {lookup::batch, lookup::each}) {
        articles_of_two t(how);
        CHECK(t.titles({.tag = "nothing"}) == "(0)");
        CHECK(t.get("missing").error().code == errc::not_found);
        CHECK(t.users.calls == 0);
    }
}

TEST_CASE("asked at each read, who is followed is shown as ever") {
    for (const auto how : {lookup::view, lookup::batch, lookup::each}) {
        articles_of_two t(how);
        const auto found = t.list(query_by(anne));
        REQUIRE(found);
        CHECK(found->articles[0].author.following);
        CHECK_FALSE(found->articles[1].author.following);
    }
}

TEST_CASE("asked at each read, a read fails while users is down, and a command does not") {
    for (const auto how : {lookup::batch, lookup::each}) {
        articles_of_two t(how);
        t.users.down = true;
        CHECK(t.list().error().code == errc::not_executed);
        CHECK(t.get("a").error().code == errc::not_executed);
        const auto answer =
            answer_to(t.posts->routes(),
                      public_request{.path = "/api/articles/{slug}", .params = {{"slug", "a"}}});
        CHECK(answer.status == 503);
        CHECK(t.favorite("a", jake));
        CHECK(t.titles({.tag = "nothing"}) == "(0)");
        t.users.down = false;
        CHECK(t.get("a"));
    }
}

TEST_CASE("an author whom users does not know is shown as kept") {
    articles_of_two t(lookup::batch);
    t.users.profiles.erase(anne);
    CHECK(authors(t.list()) == "jacob anne jacob ");
}
