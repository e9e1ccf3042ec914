#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

#include "two_processes.hpp"

namespace cleave::gateway::test {

namespace {

using http::verb;

// A front end with an outside that nobody may see.
struct front_end {
    cleave::test::scratch_folder folder;
    std::filesystem::path web = folder.path() / "web";

    front_end() {
        write("web/index.html", "<html>index");
        write("web/app.js", "app()");
        write("web/assets/deep/style.css", "body{}");
        write("web/.secret", "secret");
        write("web/.git/config", "secret");
        write("web/name with space.txt", "space");
        write("web/한글.txt", "hangul");
        write("web/large.png", std::string(1'000'000, 'p'));
        write("outside.txt", "secret");
        write("outside/file.txt", "secret");
        std::filesystem::create_symlink("../outside.txt", web / "link.txt");
        std::filesystem::create_symlink("../outside", web / "linked");
        std::filesystem::create_symlink("app.js", web / "inside.js");
        ::mkfifo((web / "pipe.txt").c_str(), 0600);
    }
    void write(const std::string& name, const std::string& text) const {
        const auto path = folder.path() / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }
};

struct served : front_end, two_processes {
    served() : two_processes({}, {.cors_origins = {}, .web = front_end::web}) {}
};

std::string header(const http::client_response& r, std::string_view name) {
    const auto at = r.headers.find(std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 2;
    return r.headers.substr(from, r.headers.find('\r', from) - from);
}

}  // namespace

TEST_CASE("web: files with their types") {
    served s;
    const auto type_of = [&](const std::string& path) { return s.get(path).content_type; };
    CHECK(s.get("/").body == "<html>index");
    CHECK(type_of("/") == "text/html; charset=utf-8");
    CHECK(s.get("/app.js").body == "app()");
    CHECK(type_of("/app.js?v=1") == "text/javascript; charset=utf-8");
    CHECK(s.get("/assets/deep/style.css").body == "body{}");
    CHECK(type_of("/assets/deep/style.css") == "text/css; charset=utf-8");
    CHECK(s.get("/name%20with%20space.txt").body == "space");
    CHECK(s.get("/%ED%95%9C%EA%B8%80.txt").body == "hangul");
    CHECK(header(s.get("/app.js"), "X-Content-Type-Options") == "nosniff");
    CHECK(header(s.get("/app.js"), "Cache-Control") == "no-cache");
}

TEST_CASE("web: HEAD, 304 and gzip") {
    served s;
    const auto head = s.get("/app.js", "", verb::head);
    CHECK(head.status == 200);
    CHECK(head.body.empty());
    for (const std::string path : {"/app.js", "/large.png"}) {
        const std::string etag = header(s.get(path), "ETag");
        REQUIRE_FALSE(etag.empty());
        const auto known = s.get(path, "If-None-Match: " + etag + "\r\n");
        CHECK(known.status == 304);
        CHECK(known.body.empty());
    }
    const std::string before = header(s.get("/app.js"), "ETag");
    s.write("web/app.js", std::string(5000, 'a'));
    const auto changed =
        s.get("/app.js", "If-None-Match: " + before + "\r\nAccept-Encoding: gzip\r\n");
    CHECK(changed.status == 200);
    CHECK(header(changed, "Content-Encoding") == "gzip");
    CHECK(changed.body.size() < 500);
}

TEST_CASE("web: a large file is streamed, whole") {
    served s;
    const auto r = s.get("/large.png", "Accept-Encoding: gzip\r\n");
    CHECK(r.content_type == "image/png");
    CHECK(r.body == std::string(1'000'000, 'p'));
    CHECK(s.get("/large.png", "", verb::head).status == 200);
    CHECK(s.get("/app.js").body == "app()");
}

TEST_CASE("web: a page of the front end is index.html, a missing file is not") {
    served s;
    for (const std::string path : {"/article/some-slug", "/login", "/@user", "/assets", "/assets/"})
        CHECK(s.get(path).body == "<html>index");
    CHECK(s.get("/article/with.dot", "Accept: text/html\r\n").body == "<html>index");
    for (const std::string path : {"/missing.js", "/assets/missing.css"}) {
        CHECK(s.get(path).status == 404);
        CHECK(s.get(path).body == R"({"errors":{"path":["not found"]}})");
    }
    for (const std::string path : {"/api", "/api/", "/api/nothing"})
        CHECK(s.get(path, "Accept: text/html\r\n").status == 404);
    CHECK(s.get("/app.js", "", verb::post).status == 404);
}

TEST_CASE("web: nothing outside the folder is found, and nothing hidden") {
    served s;
    for (const std::string path : {"/../outside.txt",
                                   "/%2e%2e/outside.txt",
                                   "/assets/../../outside.txt",
                                   "/..%2foutside.txt",
                                   "/assets/..%2f..%2foutside.txt",
                                   "/%2e%2e%2foutside.txt",
                                   "/.secret",
                                   "/.git/config",
                                   "/%2egit/config",
                                   "/link.txt",
                                   "/linked/file.txt",
                                   "/inside.js",
                                   "//outside.txt",
                                   "/./app.js",
                                   "/..\\outside.txt",
                                   "/%5c..%5coutside.txt",
                                   "/app.js%00.png",
                                   "/app.js/x.txt",
                                   "/%ff.txt",
                                   "/pipe.txt",
                                   "/%2fetc/passwd",
                                   "//etc/passwd",
                                   "/assets//deep/style.css"}) {
        CAPTURE(path);
        const auto r = s.get(path);
        CHECK((r.status == 404 || r.status == 400));
        CHECK(r.body.find("secret") == std::string::npos);
    }
    const std::string deep = [] {
        std::string out;
        for (int i = 0; i < 100; ++i) out += "/a";
        return out + "/x.txt";
    }();
    CHECK(s.get(deep).status == 404);
}

TEST_CASE("web: there must be a folder") {
    CHECK_THROWS_AS(web_files("/nowhere/at/all"), std::invalid_argument);
    const front_end f;
    CHECK_THROWS_AS(web_files(f.web / "app.js"), std::invalid_argument);
}

}  // namespace cleave::gateway::test
