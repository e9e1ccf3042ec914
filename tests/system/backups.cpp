// `cleave backup` and `cleave restore`: what was there is there again, and nothing else is harmed.
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "topology.hpp"

using namespace cleave::test;

namespace {

namespace fs = std::filesystem;

std::int64_t notifications_of(blog_client& client, const visitor& who) {
    const auto all = body_of(client.get("/api/notifications?limit=1", who.token));
    return all.at("notificationsCount").as_int64();
}

void overwrite(const fs::path& file, std::size_t at, const std::string& with) {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(at));
    out << with;
}

// Every file of a directory with its size and time, to tell whether anything was touched.
std::vector<std::string> everything_in(const fs::path& directory) {
    std::vector<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(directory))
        if (entry.is_regular_file())
            all.push_back(entry.path().string() + " " + std::to_string(entry.file_size()) + " " +
                          std::to_string(entry.last_write_time().time_since_epoch().count()));
    std::ranges::sort(all);
    return all;
}

}  // namespace

TEST_CASE("what a backup holds is there again elsewhere, keys and all") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto author = sign_up(client, "author"), reader = sign_up(client, "reader");
    const auto slug = publish(client, author, "Kept");
    write_comment(client, reader, slug, "before");
    REQUIRE(eventually([&] { return notifications_of(client, author) == 1; }));

    const scratch_folder folder;
    const auto file = folder.path() / "blog.tar", data = folder.path() / "again";
    const auto made = run_cleave({"backup", file, "--data", blog.data()});
    INFO(made.err);
    REQUIRE(made.code == 0);
    CHECK(made.err.empty());
    CHECK((fs::status(file).permissions() & fs::perms::mask) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
    write_comment(client, reader, slug, "after");
    CHECK(run_cleave({"restore", file, "--check"}).code == 0);

    const auto again = run_cleave({"restore", file, "--data", data});
    INFO(again.err);
    REQUIRE(again.code == 0);
    CHECK((fs::status(data).permissions() & fs::perms::mask) == fs::perms::owner_all);
    const running_blog other(data, topology_arguments());
    blog_client there(other.at());
    CHECK(there.get("/api/user", author.token).status == 200);
    CHECK(body_of(there.get(comments_path(slug))).at("comments").as_array().size() == 1);
    CHECK(notifications_of(there, author) == 1);
    // Events go on where they were.
    write_comment(there, reader, slug, "and on");
    CHECK(eventually([&] { return notifications_of(there, author) == 2; }));
}

TEST_CASE("a backup under load is of one moment in each module, consumers first") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto author = sign_up(client, "author"), reader = sign_up(client, "reader");
    const auto slug = publish(client, author, "Busy");
    std::atomic<bool> stop = false;
    std::atomic<int> written = 0;
    std::thread load([&, at = blog->at()] {
        blog_client mine(at);
        for (int i = 0; !stop; ++i) {
            const json::value body{{"comment", {{"body", "number " + std::to_string(i)}}}};
            if (mine.post(comments_path(slug), body, reader.token).status == 201) ++written;
        }
    });
    const scratch_folder folder;
    const auto file = folder.path() / "blog.tar", data = folder.path() / "again";
    const bool under_way = eventually([&] { return written > 20; });
    const auto made = run_cleave({"backup", file, "--data", blog.data()});
    stop = true;
    load.join();
    REQUIRE(under_way);
    INFO(made.err);
    REQUIRE(made.code == 0);
    REQUIRE(run_cleave({"restore", file, "--data", data}).code == 0);
    const running_blog other(data, topology_arguments());
    blog_client there(other.at());
    const auto kept = body_of(there.get(comments_path(slug))).at("comments").as_array().size();
    CHECK(kept > 0);
    CHECK(static_cast<int>(kept) <= written);
    // Who follows catches up with what its publisher has, and has nothing beyond it.
    CHECK(eventually(
        [&] { return notifications_of(there, author) == static_cast<std::int64_t>(kept); }));
}

TEST_CASE("nothing is restored over what runs, nor over data unless that is meant",
          "[.][command-line]") {
    scratch_blog blog;
    blog_client client(blog->at());
    const auto author = sign_up(client);
    const auto first = publish(client, author, "First");
    const scratch_folder folder;
    const auto file = folder.path() / "blog.tar";
    REQUIRE(run_cleave({"backup", file, "--data", blog.data()}).code == 0);
    CHECK(run_cleave({"backup", file, "--data", blog.data()}).code == 1);  // It is there already.
    const auto second = publish(client, author, "Second");

    const auto running = run_cleave({"restore", file, "--data", blog.data(), "--force"});
    CHECK(running.code == 2);
    bool names_one = false;
    for (const auto& p : blog->processes())
        names_one = names_one || has(running.err, std::to_string(p.pid));
    CHECK(names_one);
    CHECK(client.get(article_path(second)).status == 200);

    CHECK(blog->stop() == 0);
    const auto before = everything_in(blog.data());
    const auto refused = run_cleave({"restore", file, "--data", blog.data()});
    CHECK(refused.code == 2);
    CHECK(has(refused.err, "--force"));
    CHECK(everything_in(blog.data()) == before);

    const auto forced = run_cleave({"restore", file, "--data", blog.data(), "--force"});
    INFO(forced.err);
    CHECK(forced.code == 0);
    blog.restart();
    blog_client again(blog->at());
    CHECK(again.get(article_path(first)).status == 200);
    CHECK(again.get(article_path(second)).status == 404);
    CHECK(blog->stop() == 0);

    // What was replaced is whole.
    const auto from = forced.out.find(blog.data().string() + ".replaced-");
    REQUIRE(from != std::string::npos);
    const fs::path replaced = forced.out.substr(from, forced.out.find(';', from) - from);
    const running_blog old(replaced);
    blog_client there(old.at());
    CHECK(there.get(article_path(second)).status == 200);
}

TEST_CASE("a backup that is not sound is refused, and nothing is touched", "[.][command-line]") {
    const scratch_folder folder;
    const auto data = folder.path() / "data", file = folder.path() / "blog.tar";
    REQUIRE(
        run_cleave({"seed", "--users", "3", "--articles", "5", "--comments", "5", "--data", data})
            .code == 0);
    REQUIRE(run_cleave({"backup", file, "--data", data}).code == 0);
    const auto target = folder.path() / "target";
    const auto refused = [&](const fs::path& wrong) {
        const auto told = run_cleave({"restore", wrong, "--data", target});
        INFO(told.err);
        CHECK(told.code == 1);
        CHECK_FALSE(told.err.empty());
        CHECK_FALSE(fs::exists(target));
        CHECK_FALSE(fs::exists(target.string() + ".restoring"));
        CHECK(run_cleave({"restore", wrong, "--check"}).code == 1);
    };
    const auto size = fs::file_size(file);
    for (const std::size_t at : {std::size_t{30}, std::size_t{2'000}, size / 2}) {
        const auto wrong = folder.path() / "wrong.tar";
        fs::copy_file(file, wrong, fs::copy_options::overwrite_existing);
        overwrite(wrong, at, "\1\2\3");
        refused(wrong);
    }
    for (const auto length : {std::uintmax_t{0}, std::uintmax_t{100}, size / 3, size - 1'500}) {
        const auto wrong = folder.path() / "short.tar";
        fs::copy_file(file, wrong, fs::copy_options::overwrite_existing);
        fs::resize_file(wrong, length);
        refused(wrong);
    }
    std::ofstream(folder.path() / "text") << std::string(4'000, 'x');
    refused(folder.path() / "text");
    CHECK(run_cleave({"restore", folder.path() / "none", "--data", target}).code == 2);
    CHECK(run_cleave({"backup", folder.path() / "b.tar", "--data", folder.path() / "none"}).code ==
          1);
    CHECK_FALSE(fs::exists(folder.path() / "b.tar"));
}
