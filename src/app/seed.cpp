#include <app/demo.hpp>
#include <app/seed.hpp>
#include <content/prose.hpp>

namespace cleave::app {

namespace {

constexpr std::uint64_t accounts_a_batch = 500;
constexpr std::uint64_t articles_a_batch = 200;
constexpr std::uint64_t comments_a_batch = 500;

// Two years that are over, so that no article comes from the future. Not "now": that would be
// other content each time.
constexpr std::int64_t first_article_ms = 1'672'531'200'000;  // 2023-01-01
constexpr std::int64_t last_article_ms = 1'735'689'600'000;   // 2025-01-01
constexpr std::int64_t day_ms = 24LL * 3'600 * 1'000;

// Streams of the seed: what is drawn for one thing changes nothing of another.
enum stream : std::uint64_t { story_stream = 1, comment_stream = 2, crowd_stream = 3 };

content::seeded random_for(std::uint64_t seed, stream of, std::uint64_t index) {
    return content::seeded(content::seeded(seed, of).next(), index);
}

template <class T>
T must(result<T> answer, std::string_view what) {
    if (!answer)
        throw std::runtime_error(
            fmt::format("{}: {} {}", what, answer.error().subject, answer.error().detail));
    return std::move(*answer);
}

class seeding {
public:
    seeding(blog& b, seed_options wanted, progress_report report)
        : blog_(b), wanted_(wanted), report_(std::move(report)) {}

    async<seed_summary> run() {
        for (std::uint64_t from = 0; from < wanted_.users; from += accounts_a_batch)
            co_await add_accounts(from, std::min(from + accounts_a_batch, wanted_.users));
        for (std::uint64_t from = 0; from < wanted_.articles; from += articles_a_batch)
            co_await add_articles(from, std::min(from + articles_a_batch, wanted_.articles));
        co_return summary_;
    }

private:
    async<void> add_accounts(std::uint64_t from, std::uint64_t to) {
        users::import_accounts_request batch;
        batch.password = demo_password;
        for (auto i = from; i < to; ++i) batch.accounts.push_back(account(i));
        auto added = co_await add(batch);
        // Names that somebody else has get a number, those of another seed for instance.
        for (std::size_t i = 0; i < added.ids.size(); ++i) {
            if (added.ids[i] != 0) continue;
            users::import_accounts_request other;
            other.password = demo_password;
            other.accounts.push_back(batch.accounts[i]);
            other.accounts[0].username += fmt::format("_{}x{}", wanted_.seed, from + i);
            const auto second = co_await add(other);
            if (second.ids[0] == 0)
                throw std::runtime_error("the name " + other.accounts[0].username + " is taken");
            added.ids[i] = second.ids[0];
            batch.accounts[i].username = other.accounts[0].username;
        }
        for (std::size_t i = 0; i < added.ids.size(); ++i)
            people_.push_back({added.ids[i], std::move(batch.accounts[i].username)});
        report_("users", to, wanted_.users);
    }

    async<users::imported_accounts> add(users::import_accounts_request batch) {
        auto attempt = [this, &batch] { return blog_.users_import().add(tool_command(), batch); };
        auto answer = co_await until_done(attempt);
        auto added = must(std::move(answer), "users");
        summary_.users_added += static_cast<std::uint64_t>(added.added);
        co_return added;
    }

    users::imported_account account(std::uint64_t index) const {
        auto p = content::make_person(wanted_.seed, index);
        users::imported_account out;
        out.username = std::move(p.username);
        out.email = std::move(p.email);
        if (!p.bio.empty()) out.bio = std::move(p.bio);
        out.created_at.unix_ms = first_article_ms - day_ms + static_cast<std::int64_t>(index);
        return out;
    }

    async<void> add_articles(std::uint64_t from, std::uint64_t to) {
        posts::import_articles_request batch;
        for (auto i = from; i < to; ++i) batch.articles.push_back(article(i));
        auto attempt = [this, &batch] { return blog_.posts_import().add(tool_command(), batch); };
        auto answer = co_await until_done(attempt);
        const auto added = must(std::move(answer), "articles");
        for (const auto& one : added.articles) {
            if (one.refused) must(result<nothing>(fail(*one.refused)), "articles");
            if (one.added) ++summary_.articles_added;
        }
        report_("articles", to, wanted_.articles);
        co_await add_comments(from, to, added);
    }

    posts::imported_article article(std::uint64_t index) const {
        auto random = random_for(wanted_.seed, story_stream, index);
        auto s = content::make_story(random);
        posts::imported_article out;
        out.source = fmt::format("seed:{}:{}", wanted_.seed, index);
        out.author_id = people_[random.below(people_.size())].id;
        out.title = std::move(s.title);
        out.description = std::move(s.description);
        out.body = std::move(s.body);
        out.tag_list = std::move(s.tags);
        out.created_at = time_of(index);
        return out;
    }

    timestamp time_of(std::uint64_t article) const {
        const auto step =
            (last_article_ms - first_article_ms) / static_cast<std::int64_t>(wanted_.articles);
        return {first_article_ms + step * static_cast<std::int64_t>(article)};
    }

    // How many comments the articles before this one have. Of ten neighbours, one has half.
    std::uint64_t comments_before(std::uint64_t article) const {
        const auto even = [this](std::uint64_t i) {
            return static_cast<std::uint64_t>(static_cast<unsigned __int128>(i) * wanted_.comments /
                                              wanted_.articles);
        };
        const auto block = article / 10 * 10;
        const auto end = std::min(block + 10, wanted_.articles);
        if (end - block < 10) return even(article);
        const auto all = even(end) - even(block);
        const auto liked = random_for(wanted_.seed, crowd_stream, block).below(10);
        const auto at = article - block;
        return even(block) + all / 2 * at / 10 + (at > liked ? all - all / 2 : 0);
    }

    async<void> add_comments(std::uint64_t from, std::uint64_t to,
                             const posts::imported_articles& articles) {
        comments::import_comments_request batch;
        for (auto i = from; i < to; ++i) {
            const auto& slug = articles.articles[i - from].slug;
            const auto end = i + 1 < wanted_.articles ? comments_before(i + 1) : wanted_.comments;
            for (auto k = comments_before(i); k < end; ++k) {
                if (slug.empty()) continue;  // Deleted since.
                batch.comments.push_back(comment(slug, i, k));
                if (batch.comments.size() == comments_a_batch) co_await send(batch, k);
            }
        }
        if (!batch.comments.empty())
            co_await send(batch, to < wanted_.articles ? comments_before(to) : wanted_.comments);
    }

    // Sizes decide which comments there are, so they are part of the name.
    async<void> send(comments::import_comments_request& batch, std::uint64_t number) {
        batch.source = fmt::format("seed:{}:{}x{}x{}:{}", wanted_.seed, wanted_.users,
                                   wanted_.articles, wanted_.comments, number);
        auto attempt = [this, &batch] {
            return blog_.comments_import().add(tool_command(), batch);
        };
        auto answer = co_await until_done(attempt);
        const auto added = must(std::move(answer), "comments");
        summary_.comments_added += static_cast<std::uint64_t>(added.added);
        batch.comments.clear();
        report_("comments", std::min(number + 1, wanted_.comments), wanted_.comments);
    }

    comments::imported_comment comment(const std::string& slug, std::uint64_t article,
                                       std::uint64_t number) const {
        auto random = random_for(wanted_.seed, comment_stream, number);
        const auto& who = people_[random.below(people_.size())];
        const auto& somebody = people_[random.below(people_.size())];
        comments::imported_comment out;
        out.slug = slug;
        out.author_id = who.id;
        out.body = content::make_remark(random, somebody.username);
        out.created_at.unix_ms =
            time_of(article).unix_ms + static_cast<std::int64_t>(random.below(30 * day_ms));
        return out;
    }

    struct reader {
        std::int64_t id = 0;
        std::string username{};
    };

    blog& blog_;
    seed_options wanted_;
    progress_report report_;
    std::vector<reader> people_{};
    seed_summary summary_{};
};

}  // namespace

async<seed_summary> seed_blog(tool_blog& blog, seed_options wanted, progress_report report) {
    seeding work(blog.blog(), wanted, std::move(report));
    co_return co_await work.run();
}

}  // namespace cleave::app
