// Settings from a file, the environment and flags; what `cleave config` says of them.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "topology.hpp"

using namespace cleave::test;

namespace {

// For what is started in its scope.
class variable {
public:
    variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    ~variable() { ::unsetenv(name_); }
    variable(const variable&) = delete;

private:
    const char* name_;
};

json::object setting(const std::vector<std::string>& arguments, std::string_view key) {
    std::vector<std::string> all{"config", "--json"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const auto told = run_cleave(all);
    INFO(told.err);
    REQUIRE(told.code == 0);
    const auto document = json::parse(told.out);
    for (const auto& entry : document.at("settings").as_array())
        if (entry.at("key").as_string() == key) return entry.as_object();
    return {};
}

}  // namespace

TEST_CASE("a flag overrules the environment, and that the file", "[.][command-line]") {
    const scratch_folder folder;
    const auto file = folder.path() / "blog.toml";
    std::ofstream(file) << "[http]\nidle_timeout_ms = 1001\n";
    const std::string key = "http.idle_timeout_ms";
    CHECK(setting({}, key).at("origin") == "default");
    const auto from_file = setting({"--config", file}, key);
    CHECK(from_file.at("value") == "1001");
    CHECK(from_file.at("origin") == json::string(file.string() + ":2"));
    const variable set("CLEAVE_HTTP_IDLE_TIMEOUT_MS", "1002");
    CHECK(setting({"--config", file}, key).at("value") == "1002");
    const auto from_flag = setting({"--config", file, "--set", key + "=1003"}, key);
    CHECK(from_flag.at("value") == "1003");
    CHECK(from_flag.at("origin") == "--set");
}

TEST_CASE("what nobody knows is refused with the nearest name, wherever it stands",
          "[.][command-line]") {
    const scratch_folder folder;
    const auto file = folder.path() / "blog.toml";
    std::ofstream(file) << "[http]\nidle_timeout = 1\n";
    const auto in_file = run_cleave({"config", "--config", file});
    CHECK(in_file.code == 2);
    CHECK(has(in_file.err, "http.idle_timeout_ms"));
    CHECK(has(in_file.err, file.string() + ":2"));
    const auto in_flag = run_cleave({"config", "--set", "users.hashing_thread=2"});
    CHECK(in_flag.code == 2);
    CHECK(has(in_flag.err, "users.hashing_threads"));
    const variable set("CLEAVE_LISTN", "127.0.0.1:0");
    for (const std::string command : {"config", "up", "serve"}) {
        const auto in_environment = run_cleave({command, "--data", folder.path() / "data"});
        CHECK(in_environment.code == 2);
        CHECK(has(in_environment.err, "CLEAVE_LISTEN"));
    }
    CHECK_FALSE(std::filesystem::exists(folder.path() / "data"));
}

TEST_CASE("what config prints is a config that says the same", "[.][command-line]") {
    const scratch_folder folder;
    const auto file = folder.path() / "blog.toml";
    const auto first = run_cleave({"config", "--explain", "--split", "comments", "--set",
                                   "http.header_bytes_max=4096", "--listen", "127.0.0.1:1234"});
    REQUIRE(first.code == 0);
    std::ofstream(file) << first.out;
    const auto told = [&](const std::vector<std::string>& arguments) {
        const auto shown = run_cleave(arguments);
        INFO(shown.err);
        REQUIRE(shown.code == 0);
        // Without the origins, which differ.
        std::istringstream lines(shown.out);
        std::string all;
        for (std::string line; std::getline(lines, line);)
            all += line.substr(0, line.find(" #")) + "\n";
        return all;
    };
    CHECK(told({"config", "--config", file}) ==
          told({"config", "--split", "comments", "--set", "http.header_bytes_max=4096", "--listen",
                "127.0.0.1:1234"}));
}

TEST_CASE("up hands what it was told to its processes", "[.][command-line]") {
    // The limit is the gateway's process's, and the flag overrules what the process inherits.
    const variable set("CLEAVE_HTTP_TARGET_BYTES_MAX", "30000");
    scratch_blog blog({"--split", "all", "--set", "http.target_bytes_max=300"});
    blog_client client(blog->at());
    CHECK(client.get("/api/articles?limit=1").status == 200);
    http_peer peer(blog->at());
    http_question longer;
    longer.target = "/api/articles?" + std::string(400, 'x');
    CHECK(peer.ask(longer).status == 414);
}

TEST_CASE("every process logs in the form that was wished for", "[.][command-line]") {
    const auto json_lines = [](const std::vector<std::string>& arguments) {
        scratch_blog blog(arguments);
        REQUIRE(blog->stop() == 0);
        std::istringstream log(text_of(blog.data().string() + ".up-1.log"));
        std::size_t found = 0;
        for (std::string line; std::getline(log, line);) found += has(line, R"({"time":)") ? 1 : 0;
        return found;
    };
    CHECK(json_lines({"--split", "comments"}) > 10);  // here is no terminal
    CHECK(json_lines({"--split", "comments", "--set", "log.format=text"}) == 0);
}

TEST_CASE("docs/configuration.md lists every setting and key of a topology, and no other",
          "[.][command-line]") {
    const auto told = run_cleave({"config", "--json"});
    REQUIRE(told.code == 0);
    std::set<std::string> declared, listed;
    const auto document = json::parse(told.out);
    for (const auto& e : document.at("settings").as_array()) {
        const auto text = [&e](const char* name) { return std::string(e.at(name).as_string()); };
        declared.insert("| `" + text("key") + "` | `" + text("default_value") + "` | " +
                        text("expects") + " | " + text("help") + " |");
    }
    const auto of_topologies = run_cleave({"topology", "keys", "--json"});
    REQUIRE(of_topologies.code == 0);
    const auto keys = json::parse(of_topologies.out);
    REQUIRE(keys.as_array().size() > 5);
    for (const auto& k : keys.as_array()) {
        const auto text = [&k](const char* name) { return std::string(k.at(name).as_string()); };
        declared.insert("| `" + text("key") + "` | " + text("default_value") + " | " +
                        text("expects") + " | " + text("help") + " |");
    }
    std::ifstream in(std::filesystem::path(CLEAVE_ROOT) / "docs" / "configuration.md");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("| `")) listed.insert(line);
    CHECK_THAT(std::vector(listed.begin(), listed.end()),
               Catch::Equals(std::vector(declared.begin(), declared.end())));
}
