// `cleave import`: a folder of Markdown becomes articles, and what does not is named.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "topology.hpp"

using namespace cleave::test;

namespace {

namespace fs = std::filesystem;

finished import(const fs::path& folder, const fs::path& data, const std::string& author,
                const std::vector<std::string>& more = {}) {
    std::vector<std::string> all{"import", folder, "--author", author, "--data", data};
    all.insert(all.end(), more.begin(), more.end());
    return run_cleave(all);
}

void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

json::value article(blog_client& client, const std::string& slug) {
    const auto answer = client.get(article_path(slug));
    INFO(slug << ": " << answer.body);
    REQUIRE(answer.status == 200);
    return body_of(answer).at("article");
}

}  // namespace

TEST_CASE("Jekyll's and Hugo's files become articles with their dates, tags and addresses") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto author = sign_up(client, "importer");
    const scratch_folder folder;
    const auto posts = folder.path() / "posts";
    write(posts / "2019-06-02-hello-jekyll.md",
          "---\nlayout: post\ntitle: \"Hello, Jekyll\"\ndate: 2019-06-02 12:00:00 +0900\n"
          "categories: web\ntags: [old, 한국어]\n---\nThe first paragraph.\n\nMore.\n");
    write(posts / "하나" / "index.md",
          "+++\ntitle = '하나'\ndate = 2021-01-02T03:04:05Z\ndescription = '설명'\n+++\n본문\n");
    write(posts / "2018-01-01-headless.markdown", "# A heading\n\nText.\n");

    const auto first = import(posts, blog.data(), author.username);
    INFO(first.err);
    REQUIRE(first.code == 0);
    CHECK(has(first.out, "imported 3, there already 0, skipped 0"));
    const auto jekyll = article(client, "hello-jekyll");
    CHECK(jekyll.at("title") == "Hello, Jekyll");
    CHECK(jekyll.at("createdAt") == "2019-06-02T03:00:00.000Z");
    CHECK(jekyll.at("description") == "The first paragraph.");
    CHECK(json::serialize(jekyll.at("tagList")) == R"(["old","web","한국어"])");
    CHECK(jekyll.at("author").at("username") == json::string(author.username));
    CHECK(article(client, "하나").at("description") == "설명");
    CHECK(article(client, "headless").at("createdAt") == "2018-01-01T00:00:00.000Z");
    // The newest comes first.
    const auto list = body_of(client.get("/api/articles?author=" + author.username));
    CHECK(list.at("articles").at(0).at("slug") == "하나");
    CHECK(list.at("articles").at(2).at("slug") == "headless");

    write(posts / "new.md", "---\ntitle: New\n---\nNew.\n");
    const auto again = import(posts, blog.data(), author.username);
    CHECK(has(again.out, "imported 1, there already 3, skipped 0"));
    CHECK(body_of(client.get("/api/articles?author=" + author.username)).at("articlesCount") == 4);
}

TEST_CASE("what cannot be imported is skipped with the reason", "[.][command-line]") {
    scratch_blog blog;
    blog_client client(blog->at());
    const auto author = sign_up(client);
    CHECK(blog->stop() == 0);
    const scratch_folder folder;
    const auto& in = folder.path();
    write(in / "good.md", "---\ntitle: Good\n---\nText\n");
    write(in / "bad-yaml.md", "---\ntitle: [a\n---\nText\n");
    write(in / "bad-date.md", "---\ntitle: a\ndate: someday\n---\nText\n");
    write(in / "future.md", "---\ntitle: a\ndate: 2999-01-01\n---\nText\n");
    write(in / "binary.md", std::string("\x89PNG\r\n\0\1\2", 9));
    write(in / "latin.md", "---\ntitle: caf\xe9\n---\nText\n");
    write(in / "huge.md", "---\ntitle: a\n---\n" + std::string(3 << 20, 'x'));
    write(in / "long.md", "---\ntitle: a\n---\n" + std::string((1 << 20) + 1, 'x'));
    write(in / "draft.md", "---\ntitle: a\ndraft: true\n---\nText\n");
    write(in / "_drafts" / "b.md", "---\ntitle: a\n---\nText\n");
    write(in / "empty.md", "---\ntitle: a\n---\n");
    write(in / "untitled.md", "Only text\n");
    write(in / "section" / "_index.md", "---\ntitle: a\n---\nText\n");
    write(in / ".git" / "c.md", "---\ntitle: a\n---\nText\n");
    write(in / "readme.txt", "no Markdown");
    fs::create_directory_symlink(in, in / "loop");
    fs::create_symlink(in / "good.md", in / "link.md");
    REQUIRE(::mkfifo((in / "pipe.md").c_str(), 0600) == 0);

    const auto tried = import(in, blog.data(), author.username, {"--dry-run"});
    CHECK(has(tried.out, "2 articles could be imported"));
    const auto told = import(in, blog.data(), author.username);
    INFO(told.err);
    CHECK(told.code == 0);
    CHECK(has(told.out, "imported 1, there already 0, skipped 14"));
    for (const std::string line :
         {"skipped bad-yaml.md: its head is no YAML", "skipped bad-date.md: its date is none",
          "skipped future.md: is dated in the future", "skipped binary.md: is no text",
          "skipped latin.md: is no text", "skipped huge.md: is above 2 MiB",
          "skipped long.md: body is too long", "skipped draft.md: is a draft",
          "skipped _drafts: is a folder of drafts", "skipped empty.md: has no text",
          "skipped untitled.md: has no title", "skipped section/_index.md: is a page of a section",
          "skipped link.md: is a symbolic link", "skipped pipe.md: is no file"}) {
        INFO(line);
        CHECK(has(told.err, line));
    }
}

TEST_CASE("an import without an author, or from nowhere, is refused", "[.][command-line]") {
    const scratch_folder folder;
    const auto posts = folder.path() / "posts", data = folder.path() / "data";
    write(posts / "a.md", "---\ntitle: a\n---\nText\n");
    const auto nobody = import(posts, data, "nobody");
    CHECK(nobody.code == 1);
    CHECK(has(nobody.err, "\"nobody\""));
    CHECK(import(folder.path() / "none", data, "ann").code == 2);
    CHECK(run_cleave({"import", posts, "--data", data}).code == 2);
}
