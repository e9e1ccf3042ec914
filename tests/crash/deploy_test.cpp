// Every process is replaced while clients read and write: no request fails, nothing is lost,
// nothing happens twice. Commands are sent once each, without a key: what would be sent again is a
// failure.
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <support/eventually.hpp>

#include "effects.hpp"
#include "killing.hpp"

using namespace cleave::test;

namespace {

// Clients on connections that are kept for as long as the blog keeps them.
class visitors {
public:
    visitors(const address& at, const visitor& who, const std::string& slug) {
        for (int i = 0; i < 4; ++i)
            start([this, who, slug, i](blog_client& client,
                                       int n) { write(client, who, slug, i, n); },
                  at);
        for (int i = 0; i < 2; ++i)
            start([this, who, slug](blog_client& client, int) { read(client, who, slug); }, at);
    }
    records& finish() {
        finishing_ = true;
        threads_.clear();
        return known_;
    }
    std::int64_t requests() const { return requests_; }

private:
    template <class F>
    void start(F step, const address& at) {
        threads_.emplace_back([this, step, at] {
            try {
                blog_client client(at);
                for (int n = 0; !finishing_; ++n) step(client, n);
            } catch (const std::exception& e) {
                const std::scoped_lock lock(known_.mutex);
                known_.failures.emplace_back(e.what());
            }
        });
    }

    void expect(const http_answer& answer, int status, const std::string& what) {
        ++requests_;
        if (answer.status != status)
            throw std::runtime_error(what + ": " + answer.head + " " + answer.body);
    }

    void write(blog_client& client, const visitor& who, const std::string& slug, int thread,
               int n) {
        const auto text = std::to_string(thread) + "-" + std::to_string(n);
        const auto made = client.ask(new_comment(who, slug, text));
        expect(made, 201, "a comment");
        const auto id = body_of(made).at("comment").at("id").as_int64();
        {
            const std::scoped_lock lock(known_.mutex);
            known_.comments[text] = id;
        }
        if (n % 10 != 0) return;
        const auto title = "Article " + text;
        const auto article = client.ask(new_article(who, title));
        expect(article, 201, "an article");
        const std::string other(body_of(article).at("article").at("slug").as_string());
        expect(client.post(article_path(other) + "/favorite", json::object(), who.token), 200,
               "a favourite");
        const std::scoped_lock lock(known_.mutex);
        known_.articles.push_back(title);
    }

    void read(blog_client& client, const visitor& who, const std::string& slug) {
        expect(client.get(article_path(slug)), 200, "an article");
        expect(client.get("/api/user", who.token), 200, "the account");
        expect(client.get("/api/notifications?limit=1", who.token), 200, "notifications");
        expect(client.get("/api/articles?limit=5"), 200, "a list");
        expect(client.get(comments_path(slug) + "?limit=5"), 200, "comments");
    }

    std::atomic<bool> finishing_ = false;
    std::atomic<std::int64_t> requests_ = 0;
    records known_;
    std::vector<std::jthread> threads_;
};

void write_program(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file) << text;
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("every process is replaced under load, and nobody notices", "[.deploy]") {
    const plan p = read_plan();
    scratch_blog blog(p.topology);
    std::optional<blog_client> client(blog->at());
    const auto author = sign_up(*client, "author"), reader = sign_up(*client, "reader");
    const auto slug = publish(*client, author, "The article");
    const auto before = blog->processes();

    visitors load(blog->at(), reader, slug);
    for (const auto& process : before) {
        if (process.name.find('.') != std::string::npos) continue;  // goes with its owner
        const auto enough = load.requests() + 100;
        CHECK(eventually([&] { return load.requests() > enough; }));
        const auto done = run_cleave({"deploy", process.name, "--data", blog.data()});
        INFO(done.err);
        REQUIRE(done.code == 0);
        std::cerr << done.out;
    }
    records& known = load.finish();
    std::cerr << load.requests() << " requests, " << known.comments.size() << " comments\n";
    CHECK_THAT(known.failures, Catch::Equals(std::vector<std::string>()));
    const auto after = blog->processes();
    REQUIRE(after.size() == before.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
        CHECK(after[i].pid != before[i].pid);
        CHECK(after[i].restarts == 0);
    }

    client.emplace(blog->at());
    check_comments(*client, slug, known);
    check_notifications(*client, author, reader, slug);
    check_articles(*client, known);
    CHECK(blog->stop() == 0);
    CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
    check_databases(blog.data());
}

TEST_CASE("what does not become ready is undone, and nobody notices", "[.deploy]") {
    const plan p = read_plan();
    scratch_blog blog(p.topology);
    std::optional<blog_client> client(blog->at());
    const auto author = sign_up(*client, "author"), reader = sign_up(*client, "reader");
    const auto slug = publish(*client, author, "The article");
    const auto victim = blog->process_with("posts");

    // It does all that the real one does, until it should take over: then it ends.
    const auto broken = blog.data() / "broken";
    write_program(broken,
                  "#!/bin/sh\n"
                  "printf 'standing-by\\n' >&$CLEAVE_SUPERVISOR_FD\n"
                  "while read -r line <&$CLEAVE_SUPERVISOR_FD; do\n"
                  "    [ \"$line\" = own ] && exit 3\n"
                  "done\n");
    visitors load(blog->at(), reader, slug);
    CHECK(eventually([&] { return load.requests() > 100; }));
    const auto done =
        run_cleave({"deploy", victim.name, "--binary", broken, "--data", blog.data()});
    CHECK(done.code == 1);
    CHECK(has(done.err, "was not replaced"));
    const auto enough = load.requests() + 100;
    CHECK(eventually([&] { return load.requests() > enough; }));
    records& known = load.finish();
    CHECK_THAT(known.failures, Catch::Equals(std::vector<std::string>()));
    CHECK(blog->process_with("posts").pid == victim.pid);

    client.emplace(blog->at());
    check_comments(*client, slug, known);
    check_notifications(*client, author, reader, slug);
    check_articles(*client, known);
    CHECK(blog->stop() == 0);
    check_databases(blog.data());
}
