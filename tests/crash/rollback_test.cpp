// A release that becomes ready and then fails what it is asked is deployed under load: it is rolled
// back by itself, clients see errors for as long as that takes and no longer, and nothing is lost.
#include <poll.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <support/eventually.hpp>

#include "effects.hpp"
#include "killing.hpp"

using namespace cleave::test;

namespace {

constexpr int writers = 4, readers = 2;
constexpr int pause_after_an_error_ms = 10;  // as of a client that comes again

// Clients that are told of errors, count them, and come again.
class patient_visitors {
public:
    patient_visitors(const address& at, const visitor& who, const std::string& slug) : at_(at) {
        for (int i = 0; i < writers; ++i)
            start([this, who, slug, i](blog_client& client, int n) {
                write(client, who, slug, std::to_string(i) + "-" + std::to_string(n));
            });
        for (int i = 0; i < readers; ++i)
            start([this, slug](blog_client& client, int) {
                expect(client.get(article_path(slug)), 200);
                expect(client.get(comments_path(slug) + "?limit=5"), 200);
            });
    }
    records& finish() {
        finishing_ = true;
        threads_.clear();
        return known_;
    }
    // Both since the beginning, of requests that were answered.
    std::int64_t done() const { return done_; }
    std::int64_t errors() const { return errors_; }

private:
    template <class F>
    void start(F step) {
        threads_.emplace_back([this, step] {
            try {
                blog_client client(at_);
                for (int n = 0; !finishing_; ++n) step(client, n);
            } catch (const std::exception& e) {
                const std::scoped_lock lock(known_.mutex);
                known_.failures.emplace_back(e.what());
            }
        });
    }

    // A failure is one of the server: 500 where nothing was done, or one of the usual two.
    bool expect(const http_answer& answer, int status) {
        if (answer.status == status) {
            ++done_;
            return true;
        }
        if (answer.status != 500 && answer.status != 503 && answer.status != 504)
            throw std::runtime_error(answer.head + " " + answer.body);
        ++errors_;
        ::poll(nullptr, 0, pause_after_an_error_ms);
        return false;
    }

    void write(blog_client& client, const visitor& who, const std::string& slug,
               const std::string& text) {
        const auto answer = client.ask(new_comment(who, slug, text));
        const bool made = expect(answer, 201);
        const std::scoped_lock lock(known_.mutex);
        if (made)
            known_.comments[text] = body_of(answer).at("comment").at("id").as_int64();
        else if (answer.status == 504)
            known_.unknown.push_back(text);
        else
            known_.refused.push_back(text);
    }

    const address at_;
    std::atomic<bool> finishing_ = false;
    std::atomic<std::int64_t> done_ = 0, errors_ = 0;
    records known_;
    std::vector<std::jthread> threads_;
};

// The real program, but for what fails once it is ready.
std::filesystem::path failing_release(const std::filesystem::path& folder) {
    const auto file = folder / "failing";
    std::ofstream(file) << "#!/bin/sh\nLD_PRELOAD='" CLEAVE_FAILING_ANSWERS "' exec '"
                        << cleave_binary().string() << "' \"$@\"\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
}

}  // namespace

TEST_CASE("what fails its first requests is rolled back under load", "[.deploy]") {
    const plan p = read_plan();
    scratch_blog blog(p.topology);
    std::optional<blog_client> client(blog->at());
    const auto author = sign_up(*client, "author"), reader = sign_up(*client, "reader");
    const auto slug = publish(*client, author, "The article");
    const auto victim = blog->process_with("comments");

    patient_visitors load(blog->at(), reader, slug);
    const auto done_more = [&] {
        return [&load, enough = load.done() + 100] { return load.done() > enough; };
    };
    CHECK(eventually(done_more()));
    CHECK(load.errors() == 0);
    const auto deployed = run_cleave(
        {"deploy", victim.name, "--binary", failing_release(blog.data()), "--data", blog.data()});
    INFO(deployed.err);
    CHECK(deployed.code == 1);
    CHECK(has(deployed.err, "requests failed"));
    // None after: what was under way is answered by the time that each client has done some more.
    CHECK(eventually(done_more()));
    const auto errors = load.errors();
    for (int i = 0; i < 5; ++i) CHECK(eventually(done_more()));
    CHECK(load.errors() == errors);
    records& known = load.finish();
    CHECK_THAT(known.failures, Catch::Equals(std::vector<std::string>()));
    std::cerr << errors << " errors beside " << load.done() << " answers; " << deployed.err;
    // It has failed them, and not for longer than it is watched.
    CHECK(errors > 0);
    CHECK(errors < (writers + readers) * 2'000 / pause_after_an_error_ms);
    const auto after = blog->process_with("comments");
    CHECK(after.pid == victim.pid);
    CHECK(after.restarts == victim.restarts);

    client.emplace(blog->at());
    check_comments(*client, slug, known);
    check_notifications(*client, author, reader, slug);
    CHECK(blog->stop() == 0);
    CHECK_THAT(blog->what_is_left(), Catch::Equals(std::vector<std::string>()));
    check_databases(blog.data());
}
