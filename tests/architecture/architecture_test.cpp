// The rules of who may know whom, held against every file of the tree.
//
// A rule that finds nothing protects nothing, so each is first shown to fail: on its canaries, in a
// small tree that is lawful but for one change.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdio>

#include "canaries.hpp"
#include "rules.hpp"

namespace cleave::architecture {

namespace {

namespace fs = std::filesystem;

tree changed_by(const canary& change) {
    auto texts = lawful_texts();
    if (change.text == taken_away)
        texts.erase(std::string(change.path));
    else
        texts[std::string(change.path)] = change.text;
    return tree(std::move(texts));
}

std::vector<std::string> places(const std::vector<finding>& findings) {
    std::vector<std::string> out;
    out.reserve(findings.size());
    for (const auto& f : findings) out.push_back(fmt::format("{}:{}", f.path, f.line));
    return out;
}

}  // namespace

TEST_CASE("each rule has a canary, and each canary a rule") {
    std::set<std::string_view> rules;
    for (const auto& rule : all_rules()) CHECK(rules.insert(rule.name).second);
    std::set<std::string_view> shown_to_fail;
    for (const auto& canary : canaries())
        if (!canary.found_at.empty()) shown_to_fail.insert(canary.rule);
    CHECK(rules == shown_to_fail);
}

TEST_CASE("the small tree is lawful, and each rule looks at some of it") {
    const tree small(lawful_texts());
    for (const auto& rule : all_rules()) {
        INFO(rule.name);
        const auto outcome = apply(rule, small);
        CHECK(outcome.files_covered > 0);
        CHECK_THAT(places(outcome.findings), Catch::Equals(std::vector<std::string>{}));
    }
}

TEST_CASE("each rule finds its canaries, where they are, and not their lawful neighbours") {
    for (const auto& canary : canaries()) {
        INFO(canary.rule << ": " << canary.path << ": " << canary.text);
        const tree small = changed_by(canary);
        for (const auto& rule : all_rules()) {
            if (rule.name != canary.rule) continue;
            const auto found = places(apply(rule, small).findings);
            if (canary.found_at.empty())
                CHECK_THAT(found, Catch::Equals(std::vector<std::string>{}));
            else
                CHECK_THAT(found, Catch::VectorContains(std::string(canary.found_at)));
        }
    }
}

TEST_CASE("the tree obeys the rules") {
    const fs::path root = CLEAVE_ROOT;
    const tree all(read_texts(root));
    std::set<std::string> folders;
    for (const auto& entry : fs::directory_iterator(root / "modules"))
        if (fs::exists(entry.path() / "CMakeLists.txt"))
            folders.insert(entry.path().filename().string());
    std::set<std::string> discovered;
    for (const auto& [name, declared] : all.modules()) discovered.insert(name);
    CHECK(discovered == folders);

    std::size_t broken = 0;
    for (const auto& rule : all_rules()) {
        INFO(rule.name);
        const auto outcome = apply(rule, all);
        CHECK((outcome.files_covered > 0 || discovered.empty()));
        // One line each, so that an editor can follow them; Catch would break them.
        for (const auto& found : outcome.findings) fmt::print(stderr, "{}\n", explain(rule, found));
        broken += outcome.findings.size();
    }
    INFO("what is wrong is explained above, line by line");
    CHECK(broken == 0);
}

}  // namespace cleave::architecture
