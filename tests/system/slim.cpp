// A binary that was built with comments alone, beside the one that has everything.
#include <catch2/catch.hpp>
#include <fstream>

#include "topology.hpp"

using namespace cleave::test;

namespace {

const std::filesystem::path slim = CLEAVE_SLIM_BINARY;

finished run_slim(const std::vector<std::string>& arguments) {
    return run_to_end(slim, arguments);
}

std::filesystem::path program_of(pid_t pid) {
    return std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe");
}

// Comments by the slim binary, in a process of its own; all else in another.
std::filesystem::path write_config(const scratch_folder& folder) {
    const auto file = folder.path() / "slim.toml";
    std::ofstream out(file);
    out << "[placement]\ngateway = \"front\"\n";
    for (const auto& m : known_modules())
        out << m << " = \"" << (m == "comments" ? "remarks" : "front") << "\"\n";
    out << "[processes.remarks]\nbinary = \"" << slim.string() << "\"\n";
    return file;
}

}  // namespace

TEST_CASE("a process runs by a binary of its module alone", "[.][slim]") {
    const scratch_folder folder;
    scratch_blog blog({"--config", write_config(folder)});
    CHECK(std::filesystem::equivalent(program_of(blog->process_with("comments").pid), slim));
    CHECK(
        std::filesystem::equivalent(program_of(blog->process_with("posts").pid), cleave_binary()));
    blog_client client(blog->at());
    const auto author = sign_up(client), reader = sign_up(client);
    const auto slug = publish(client, author, "Read by a slim one");
    const auto comment = [&](const std::string& body) {
        return client
            .post(comments_path(slug), json::object{{"comment", json::object{{"body", body}}}},
                  reader.token)
            .status;
    };
    CHECK(comment("first") == 201);
    const auto notified = [&] {
        const auto answer = client.get("/api/notifications", author.token);
        return has(answer.body, slug);
    };
    CHECK(eventually(notified));

    // It may be replaced by the one that has everything, and the other way round.
    const auto deploy = [&](const std::vector<std::string>& with) {
        std::vector<std::string> all{"deploy", "remarks", "--data", blog.data()};
        all.insert(all.end(), with.begin(), with.end());
        return run_cleave(all);
    };
    const auto to_full = deploy({"--binary", cleave_binary()});
    INFO(to_full.err);
    REQUIRE(to_full.code == 0);
    CHECK(std::filesystem::equivalent(program_of(blog->process_with("comments").pid),
                                      cleave_binary()));
    CHECK(comment("second") == 201);
    REQUIRE(deploy({}).code == 0);  // as its settings say
    CHECK(std::filesystem::equivalent(program_of(blog->process_with("comments").pid), slim));
    CHECK(comment("third") == 201);
    CHECK(body_of(client.get(comments_path(slug))).at("comments").as_array().size() == 3);

    // What lacks its modules is not taken.
    const auto refused =
        run_cleave({"deploy", "front", "--binary", slim.string(), "--data", blog.data()});
    CHECK(refused.code == 1);
    CHECK(eventually([&] { return blog->is_ready(); }));
    CHECK(comment("fourth") == 201);
    const auto why = run_cleave({"logs", "--data", blog.data(), "--process", "front"});
    CHECK(has(why.out, "this binary has comments alone"));
}

TEST_CASE("a slim binary says what is in it", "[.][slim]") {
    CHECK(has(run_slim({"version"}).out, "modules: comments\n"));
    for (const auto& m : known_modules()) CHECK(has(run_cleave({"version"}).out, m));
    const auto targets = run_slim({"targets"}).out;
    CHECK(has(targets, "posts "));
    CHECK(has(targets, "(not in this binary)"));
    CHECK_FALSE(has(run_cleave({"targets"}).out, "not in this binary"));
}

TEST_CASE("what a slim binary lacks it refuses before anything is done", "[.][slim]") {
    const scratch_folder folder;
    const auto data = folder.path() / "data";
    const auto refused = [&](const std::vector<std::string>& arguments, const std::string& part) {
        auto all = arguments;
        all.insert(all.end(), {"--data", data.string()});
        const auto told = run_slim(all);
        INFO(told.err);
        CHECK(told.code == 2);
        CHECK(has(told.err, "this binary has comments alone"));
        CHECK(has(told.err, part));
        CHECK_FALSE(std::filesystem::exists(data / "posts.db"));
    };
    refused({"up", "--listen", "127.0.0.1:0"}, "binary = ");
    refused({"up", "--split", "comments", "--listen", "127.0.0.1:0"}, "[processes.main]");
    refused({"serve", "--listen", "127.0.0.1:0"}, "place it in another process");
    refused({"call", "comments.list", R"({"slug":"none"})"}, "");
    const auto file = write_config(folder);
    refused({"up", "--config", file, "--listen", "127.0.0.1:0"}, "[processes.front]");
}

TEST_CASE("a program that is not there is said at the start", "[.][slim]") {
    const scratch_folder folder;
    const auto file = folder.path() / "wrong.toml";
    for (const std::string& wrong :
         {folder.path().string(), std::string("./no-such-program"), std::string("/dev/null")}) {
        std::ofstream(file) << "[placement]\n"
                            <<
            [] {
                std::string all = "gateway = \"main\"\n";
                for (const auto& m : known_modules()) all += m + " = \"main\"\n";
                return all;
            }() << "[processes.main]\nbinary = \""
                            << wrong << "\"\n";
        const auto told = run_cleave(
            {"up", "--config", file, "--data", folder.path() / "data", "--listen", "127.0.0.1:0"});
        INFO(told.err);
        CHECK(told.code == 2);
        CHECK(has(told.err, "processes.main.binary"));
    }
}
