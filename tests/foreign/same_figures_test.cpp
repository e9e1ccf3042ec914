// Whatever is told, in whatever order, and whoever is killed meanwhile: the module in node says the
// same as the one of this program, to the digest over every row.
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "foreign_stats.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
constexpr std::int64_t articles = 12, users = 9, comments_max = 40;

template <class T>
std::string text_of(const result<T>& said) {
    return said ? encode(*said) : encode(said.error());
}

// All that either of them says.
std::string all_told(foreign_stats& t, stats::api& by) {
    std::string out = text_of(t.ask(by.figures({}, nothing{}))) + "\n";
    for (const stats::top_request r : {stats::top_request{}, {1, 100}, {90, 3}, {-5, -5}})
        out += text_of(t.ask(by.top({}, r))) + "\n";
    for (std::int64_t id = 0; id <= articles + 1; ++id)
        out += text_of(t.ask(by.figures_of({}, stats::article_request{id}))) + "\n";
    return out;
}

void check_same(foreign_stats& t) {
    t.settle();
    CHECK(all_told(t, t.foreign()) == all_told(t, t.native()));
    const auto theirs = t.ask(t.foreign().rebuild({}, nothing{}));
    const auto ours = t.ask(t.native().rebuild({}, nothing{}));
    REQUIRE(theirs);
    REQUIRE(ours);
    CHECK(ours->same);
    CHECK(theirs->same);
    CHECK(theirs->digest == ours->digest);
    CHECK(theirs->entries > 0);
}

// A blog that lives from a seed: news of every kind, wrong ways round too, on rising days.
class life {
public:
    life(foreign_stats& t, unsigned seed) : t_(t), random_(seed) {}

    void go_on(int steps) {
        for (int i = 0; i < steps; ++i) step();
    }
    void pass_days(std::int64_t days) { at.unix_ms += days * day_ms; }
    // A hundred days before now, so that what is folded away and what is told are both there.
    timestamp at{system_clock().now().unix_ms - 100 * day_ms};

private:
    std::int64_t any(std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(1, most)(random_);
    }

    posts::article_ref article(std::int64_t id) {
        return {id, fmt::format("글-{}-{}", id, any(3)), fmt::format("제목 “{}”\t\\ 😀", any(99)),
                7};
    }

    static std::int64_t article_of(std::int64_t comment) { return 1 + comment % articles; }

    posts::article_views view() {
        posts::article_views v{any(articles), any(4), std::nullopt, std::nullopt};
        // As large as they get, so that a number of 53 bits would not do.
        if (any(5) > 1) v.visitor = INT64_MAX - any(30);
        if (any(3) > 1) v.referrer_host = fmt::format("예시-{}.example", any(35));
        return v;
    }

    void step() {
        at.unix_ms += any(7'200'000);
        const auto id = any(articles);
        switch (any(11)) {
            case 1: return t_.tell(t_.posts_feed, posts::article_published{article(id)}, id, at);
            case 2: return t_.tell(t_.posts_feed, posts::article_changed{article(id)}, id, at);
            case 3:
                if (any(4) > 1) return;
                return t_.tell(t_.posts_feed, posts::article_deleted{article(id)}, id, at);
            case 4:
                return t_.tell(t_.posts_feed, posts::article_favorited{article(id), any(users)}, id,
                               at);
            case 5:
                return t_.tell(t_.posts_feed, posts::article_unfavorited{article(id), any(users)},
                               id, at);
            case 6: {
                const auto comment = any(comments_max), of = article_of(comment);
                const comments::commented_article about{of, "s", "제목", 7};
                return t_.tell(t_.comments_feed,
                               comments::comment_written{comment, about, 8, "안나", {}}, of, at);
            }
            case 7: {
                const auto comment = any(comments_max), of = article_of(comment);
                return t_.tell(t_.comments_feed, comments::comment_deleted{comment, of}, of, at);
            }
            case 8: {
                const auto who = any(users);
                return t_.tell(t_.users_feed,
                               users::profile_changed{{who, "누구", "소개", {}, any(5)}}, who, at);
            }
            case 9: {
                if (any(5) > 1) return;
                const auto who = any(users);
                return t_.tell(t_.users_feed, users::account_erased{who}, who, at);
            }
            default: {
                posts::views_counted counted;
                for (auto n = any(12); n > 0; --n) counted.counts.push_back(view());
                return t_.tell(t_.posts_feed, counted, 0, at);
            }
        }
    }

    foreign_stats& t_;
    std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("from the same events come the same figures, killed or not") {
    const unsigned seed = GENERATE(1U, 2U, 3U);
    INFO("seed " << seed);
    foreign_stats t;
    life blog(t, seed);
    std::mt19937 random(seed);
    for (int part = 0; part < 12; ++part) {
        blog.go_on(40);
        blog.pass_days(static_cast<std::int64_t>(random() % 14));
        // With events under way, and now and then when there are none.
        if (random() % 3 == 0) t.settle();
        if (random() % 2 == 0) t.kill_and_start();
    }
    check_same(t);
    // What is left after a restart is what was on the disk, made again.
    t.stop_and_start();
    check_same(t);
    t.kill_and_start();
    check_same(t);
}

TEST_CASE("a publisher that begins another log is followed from its beginning, and views stay") {
    foreign_stats t;
    life blog(t, 7);
    blog.go_on(150);
    blog.pass_days(95);
    blog.go_on(60);
    check_same(t);
    const auto views = t.ask(t.foreign().figures({}, nothing{}))->views;
    for (auto* feed : {&t.posts_feed, &t.comments_feed, &t.users_feed}) t.begin_anew(*feed);
    t.tell(t.posts_feed, posts::article_published{{3, "다시", "다시", 7}}, 3, blog.at);
    check_same(t);
    const auto now = t.ask(t.foreign().figures({}, nothing{}));
    REQUIRE(now);
    CHECK(now->articles == 1);
    CHECK(now->users == 0);
    CHECK(now->comments == 0);
    CHECK(now->views == views);
    blog.go_on(120);
    t.kill_and_start();
    check_same(t);
}

TEST_CASE("what has ended is in the file of the module in node by its end alone, after a start") {
    foreign_stats t;
    const auto now = system_clock().now();
    t.tell(t.posts_feed, posts::article_published{{1, "a-secret-slug", "A secret title", 7}}, 1,
           now);
    t.tell(t.posts_feed, posts::article_published{{2, "stays", "Stays", 7}}, 2, now);
    t.tell(t.users_feed, users::profile_changed{{7, "leaver", "about me", {}, 1}}, 7, now);
    t.tell(t.comments_feed, comments::comment_written{1, {2, "stays", "Stays", 7}, 7, "leaver", {}},
           2, now);
    t.settle();
    const auto in_file = [&](const std::string& text) {
        std::ifstream in(t.journal(), std::ios::binary);
        const std::string all{std::istreambuf_iterator<char>(in), {}};
        return all.find(text) != all.npos;
    };
    CHECK(in_file("a-secret-slug"));
    for (const std::string text : {"leaver", "about me"}) CHECK_FALSE(in_file(text));
    t.tell(t.posts_feed, posts::article_deleted{{1, "a-secret-slug", "A secret title", 7}}, 1, now);
    t.settle();
    t.stop_and_start();
    CHECK_FALSE(in_file("secret"));
    CHECK(in_file("stays"));
    check_same(t);
}
