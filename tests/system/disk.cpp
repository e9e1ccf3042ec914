// The disk under the real binary is full, fails, or holds something else than it should.
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sqlite/connection.hpp>
#include <support/divergence.hpp>

#include "topology.hpp"

using namespace cleave;
using namespace cleave::test;

namespace {

// A blog whose disk does as it is told (tests/support/failing_disk.cpp).
class blog_on_a_bad_disk {
public:
    blog_on_a_bad_disk() {
        ::setenv("LD_PRELOAD", CLEAVE_FAILING_DISK, 1);
        ::setenv("FAILING_DISK_FAULTS", told_.c_str(), 1);
        blog.emplace(topology_arguments());
    }
    ~blog_on_a_bad_disk() {
        ::unsetenv("LD_PRELOAD");
        ::unsetenv("FAILING_DISK_FAULTS");
    }
    void tell(std::string_view fault) const {
        const auto draft = told_.string() + ".draft";
        std::ofstream(draft) << fault;
        std::filesystem::rename(draft, told_);
    }

private:
    scratch_folder folder_;
    std::filesystem::path told_ = folder_.path() / "fault";

public:
    std::optional<scratch_blog> blog;
};

http_answer try_to_comment(blog_client& client, const visitor& who, const std::string& slug) {
    return client.post(comments_path(slug), json::object{{"comment", {{"body", "a comment"}}}},
                       who.token);
}

std::string integrity(const std::filesystem::path& file) {
    sqlite::connection db(file, sqlite::open_mode::owner);
    auto row = db.query("PRAGMA integrity_check");
    return row.step() ? std::string(row.text(0)) : "nothing";
}

}  // namespace

TEST_CASE("the disk is full: 507, reads go on, and writes return when there is space",
          "[.][disk]") {
    blog_on_a_bad_disk bad;
    auto& blog = *bad.blog;
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Before the disk was full");
    const auto restarts = blog->process_with("comments").restarts;

    bad.tell("full");
    for (int i = 0; i < 3; ++i)
        check_error(try_to_comment(client, author, slug), 507, "storage", "no space left");
    CHECK(client.get(article_path(slug)).status == 200);
    CHECK(body_of(client.get(comments_path(slug))).at("comments").as_array().empty());

    bad.tell("");
    CHECK(try_to_comment(client, author, slug).status == 201);
    CHECK(body_of(client.get(comments_path(slug))).at("comments").as_array().size() == 1);
    CHECK(blog->process_with("comments").restarts == restarts);
    CHECK(blog->stop() == 0);
    CHECK(integrity(blog.data() / (database_of(blog.data(), "comments") + ".db")) == "ok");
}

TEST_CASE("no file may grow: 507 as of a full disk, and nobody is killed", "[.][disk]") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto slug = publish(client, author, "Before the limit");
    const auto before = blog->process_with("comments");
    const auto limit_files_to = [&](rlim_t bytes) {
        const rlimit to{bytes, RLIM_INFINITY};
        REQUIRE(::prlimit(before.pid, RLIMIT_FSIZE, &to, nullptr) == 0);
    };

    limit_files_to(0);
    for (int i = 0; i < 3; ++i)
        check_error(try_to_comment(client, author, slug), 507, "storage", "no space left");
    CHECK(client.get(article_path(slug)).status == 200);
    CHECK(body_of(client.get(comments_path(slug))).at("comments").as_array().empty());

    limit_files_to(RLIM_INFINITY);
    CHECK(try_to_comment(client, author, slug).status == 201);
    CHECK(body_of(client.get(comments_path(slug))).at("comments").as_array().size() == 1);
    CHECK(blog->process_with("comments").pid == before.pid);
    CHECK(blog->stop() == 0);
    CHECK(integrity(blog.data() / (database_of(blog.data(), "comments") + ".db")) == "ok");
}

TEST_CASE("an fsync fails: the answer is unknown, the process ends, and comes back", "[.][disk]") {
    blog_on_a_bad_disk bad;
    auto& blog = *bad.blog;
    std::optional<blog_client> client(blog->at());
    const auto author = sign_up(*client);
    const auto slug = publish(*client, author, "Before the disk failed");
    const auto before = blog->process_with("comments");

    bad.tell("fsync " + database_of(blog.data(), "comments"));
    int status = 0;  // none: the process was gone before the answer was
    try {
        status = try_to_comment(*client, author, slug).status;
    } catch (const std::exception&) {
    }
    bad.tell("");
    // 503 where another write of the module had failed first; then it must not be there, below.
    CHECK((status == 504 || status == 503 || (status == 0 && before.runs(gateway))));
    REQUIRE(eventually([&] {
        const auto now = blog->process_with("comments");
        return now.restarts > before.restarts && now.pid != before.pid && blog->is_ready();
    }));
    client.emplace(blog->at());
    CHECK(client->get(article_path(slug)).status == 200);
    if (status == 503) CHECK(client->get(comments_path(slug)).body == R"({"comments":[]})");
    CHECK(try_to_comment(*client, author, slug).status == 201);
    CHECK(blog->stop() == 0);
    CHECK(integrity(blog.data() / (database_of(blog.data(), "comments") + ".db")) == "ok");
}

TEST_CASE("a database that this binary cannot use is refused with a sentence", "[.][disk]") {
    scratch_blog blog;
    CHECK(blog->stop() == 0);
    const auto file = blog.data() / "posts.db";
    const auto serve = [&] {
        return run_to_end(cleave_binary(),
                          {"serve", "--data", blog.data(), "--listen", "127.0.0.1:0"});
    };
    SECTION("it is newer") {
        {
            sqlite::connection db(file, sqlite::open_mode::owner);
            db.run("UPDATE posts_minimum_reader SET version = 4711");
        }
        const auto refused = serve();
        CHECK(refused.code == 1);
        CHECK(refused.err.find("the database of posts is too new for this binary") !=
              std::string::npos);
        CHECK(refused.err.find("install a newer release") != std::string::npos);
    }
    SECTION("it is none") {
        std::ofstream(file, std::ios::binary) << std::string(10'000, 'x');
        const auto refused = serve();
        CHECK(refused.code == 1);
        CHECK(refused.err.find(file.string()) != std::string::npos);
        CHECK(refused.err.find("restore a backup") != std::string::npos);
    }
}
