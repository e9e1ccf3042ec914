#include <algorithm>
#include <app/import_folder.hpp>

namespace cleave::app {

namespace {

constexpr std::size_t articles_a_batch = 100;
constexpr std::size_t bytes_a_batch = 1 << 20;  // a call takes 4 MiB, and JSON escapes

std::string text_of(const problem& p) {
    return p.subject + " " + p.detail;
}

async<std::int64_t> find_author(blog& b, const std::string& username) {
    users::usernames_request wanted;
    wanted.usernames.push_back(username);
    auto attempt = [&b, &wanted] { return b.users().find_profiles(tool_command(), wanted); };
    auto found = co_await until_done(attempt);
    if (!found) throw std::runtime_error("users: " + text_of(found.error()));
    if (found->profiles.empty())
        throw std::runtime_error("there is no user \"" + username +
                                 "\": sign up first, or name another one with --author");
    co_return found->profiles.front().id;
}

class importing {
public:
    importing(blog& b, std::int64_t author_id, folder_content content, progress_report report)
        : blog_(b),
          author_id_(author_id),
          all_(std::move(content.articles)),
          report_(std::move(report)) {
        summary_.skipped = std::move(content.skipped);
    }

    async<import_summary> run() {
        for (std::size_t from = 0; from < all_.size();) {
            std::size_t to = from, bytes = 0;
            posts::import_articles_request batch;
            while (to < all_.size() && to - from < articles_a_batch &&
                   (to == from || bytes + all_[to].article.body.size() <= bytes_a_batch)) {
                bytes += all_[to].article.body.size();
                batch.articles.push_back(std::move(all_[to].article));
                batch.articles.back().author_id = author_id_;
                ++to;
            }
            co_await send(from, std::move(batch));
            from = to;
            report_("articles", to, all_.size());
        }
        std::ranges::sort(summary_.skipped, {}, &skipped_file::path);
        co_return std::move(summary_);
    }

private:
    async<void> send(std::size_t from, posts::import_articles_request batch) {
        auto attempt = [this, &batch] { return blog_.posts_import().add(tool_command(), batch); };
        auto answer = co_await until_done(attempt);
        if (!answer) throw std::runtime_error("posts: " + text_of(answer.error()));
        for (std::size_t i = 0; i < answer->articles.size(); ++i) {
            const auto& one = answer->articles[i];
            if (one.refused)
                summary_.skipped.push_back({all_[from + i].path, text_of(*one.refused)});
            else
                ++(one.added ? summary_.added : summary_.known);
        }
    }

    blog& blog_;
    std::int64_t author_id_;
    std::vector<readable_article> all_;
    progress_report report_;
    import_summary summary_{};
};

}  // namespace

async<import_summary> import_folder(tool_blog& blog, std::string author, folder_content content,
                                    progress_report report) {
    const auto author_id = co_await find_author(blog.blog(), author);
    importing work(blog.blog(), author_id, std::move(content), std::move(report));
    co_return co_await work.run();
}

}  // namespace cleave::app
