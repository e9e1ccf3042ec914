// What each command says of itself.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "topology.hpp"

using namespace cleave::test;

namespace {

using words = std::vector<std::string>;

finished help_of(words command) {
    command.emplace_back("--help");
    return run_cleave(command);
}

// As a help text lists them.
words subcommands_in(const std::string& help) {
    std::istringstream lines(help);
    words found;
    bool listed = false;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream parts(line);
        std::string first;
        parts >> first;
        if (listed && line.starts_with("  ") && line[2] != ' ') found.push_back(first);
        listed = listed || line.starts_with("Subcommands");
    }
    return found;
}

// A command that does something, and what it and those above it say of it.
struct leaf {
    words command;
    std::string own, all;
};

// Those within others included.
void walk(const words& command, const std::string& above, std::vector<leaf>& leaves) {
    const auto help = help_of(command);
    INFO(help.err);
    REQUIRE(help.code == 0);
    const auto inside = subcommands_in(help.out);
    const auto all = command.empty() ? std::string() : above + help.out;
    if (inside.empty() && !command.empty()) leaves.push_back({command, help.out, all});
    for (const auto& name : inside) {
        auto deeper = command;
        deeper.push_back(name);
        walk(deeper, all, leaves);
    }
}

std::string joined(const words& command) {
    std::string all = "cleave";
    for (const auto& word : command) all += " " + word;
    return all;
}

}  // namespace

TEST_CASE("every command explains itself, with an example of itself", "[.][command-line]") {
    std::vector<leaf> all;
    walk({}, "", all);
    CHECK(all.size() >= 11);
    for (const auto& one : all) {
        INFO(one.all);
        CHECK(has(one.own, "--help"));
        CHECK(has(one.all, "Example"));
        CHECK(has(one.all, joined(one.command)));
        // No option stands there without a word on what it does.
        std::istringstream lines(one.own);
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("  -")) {
                INFO(line);
                CHECK(line.find_last_not_of(' ') + 1 > 30);
            }
    }
}

TEST_CASE("the exit codes are told, and are as told", "[.][command-line]") {
    const auto help = help_of({}).out;
    for (const auto* code : {"0 done", "1 it did not work", "2 wrong usage", "70 the disk failed"})
        CHECK(has(help, code));
    const scratch_folder folder;
    const auto code_of = [](const words& command) { return run_cleave(command).code; };
    CHECK(code_of({"version"}) == 0);
    CHECK(code_of({"status", "--data", folder.path() / "none"}) == 1);
    CHECK(code_of({"backup", folder.path() / "a.tar", "--data", folder.path() / "none"}) == 1);
    CHECK(code_of({"config", "--set", "nothing=1"}) == 2);
    CHECK(code_of({"up", "--split", "all,comments", "--data", folder.path() / "none"}) == 2);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "none"));
}

TEST_CASE("data that is laid out otherwise is left alone", "[.][command-line]") {
    const scratch_folder folder;
    const auto data = folder.path() / "data";
    REQUIRE(
        run_cleave({"seed", "--users", "1", "--articles", "1", "--comments", "0", "--data", data})
            .code == 0);
    const auto manifest = data / "manifest";
    CHECK(text_of(manifest) == "layout = \"separate\"\n");
    std::filesystem::permissions(manifest, std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add);
    std::ofstream(manifest) << "layout = \"elsewhere\"\n";
    const auto seed = run_cleave({"seed", "--data", data});
    CHECK(seed.code == 2);
    CHECK(has(seed.err, "manifest"));
    const auto serve = run_cleave({"serve", "--data", data, "--listen", "127.0.0.1:0"});
    CHECK(serve.code == 2);
    CHECK(has(serve.err, "manifest"));
    // One that is known, and another than what is set.
    std::ofstream(manifest) << "layout = \"shared\"\n";
    const auto other = run_cleave({"serve", "--data", data, "--listen", "127.0.0.1:0"});
    CHECK(other.code == 2);
    CHECK(has(other.err, "set storage.layout to \"shared\", or use another directory"));
}

TEST_CASE("a layout that cannot hold what is placed apart is refused", "[.][command-line]") {
    const auto refused = [](std::vector<std::string> more) {
        more.insert(more.begin(), "config");
        const auto told = run_cleave(more);
        CHECK(told.code == 2);
        return told.err;
    };
    const std::string shared = "storage.layout=shared", inline_events = "events.delivery=inline";
    CHECK(has(refused({"--set", shared, "--split", "stats"}), "needs all modules in one process"));
    CHECK(has(refused({"--set", inline_events}), "needs storage.layout = \"shared\""));
    CHECK(has(refused({"--set", "storage.layout=sharde"}), "one of \"separate\", \"shared\""));
    CHECK(run_cleave({"config", "--set", shared, "--set", inline_events}).code == 0);
}
