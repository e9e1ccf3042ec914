#!/usr/bin/env python3
"""Holds the documentation against the tree: check_texts.py ROOT

A rule that finds nothing protects nothing, so each is first shown to fail: on its canaries, in a
small lawful tree that is changed in one place.
"""
import os
import pathlib
import sys

import rules

IGNORED = {"build", ".git", "data"}


def read(root: pathlib.Path) -> rules.Tree:
    paths, texts = set(), {}
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f not in IGNORED]
        for name in files:
            path = pathlib.Path(folder, name).relative_to(root).as_posix()
            paths.add(path)
            if path.startswith(("README", "docs/", "config/")) or path.endswith("/README.md"):
                texts[path] = (root / path).read_text(encoding="utf-8")
    return rules.Tree(paths, texts)


def lawful_texts() -> dict[str, str]:
    readme = ("# Name\n\nSee `src/main.cpp`, `src/NAME/` and [more](docs/concepts.md#1-monolith)."
              "\n\n```diff\n-a = \"main\"\n+a = \"a\"\n```\n\n```console\n$ ls \\\n  -l\n…\n```\n\n"
              "| a |\n| - |\n| b |\n")
    concepts = "# Ideas\n\n"
    for number, idea in enumerate(rules.IDEAS, 1):
        concepts += (f"## {number}. {idea}\n\nIt is this. Here it is that.\n\n"
                     "Done by `src/main.cpp`.\n\n"
                     "```console\n$ true\n```\n\n```mermaid\nflowchart LR\n```\n\n")
    return {
        "README.md": readme, "README.ko.md": readme,
        "docs/concepts.md": concepts, "docs/concepts.ko.md": concepts,
        "docs/claims.md": "# Claims\n", "docs/claims.ko.md": "# Claims\n",
        "src/main.cpp": "", "src/base/clock.hpp": "",
        "config/monolith.toml": "x = 1\na = \"main\"\n",
        "config/split.toml": "x = 1\na = \"a\"\n",
    }


# Rule, text, what is changed in it, and into what.
CANARIES = [
    (rules.paths_exist, "README.md", "src/main.cpp", "src/mian.cpp"),
    (rules.paths_exist, "README.md", "src/NAME/", "src/NAME/rules.cpp"),
    (rules.paths_exist, "README.md", "`src/main.cpp`", "`clokc.hpp`"),
    (rules.links_lead_somewhere, "README.md", "docs/concepts.md", "docs/concept.md"),
    (rules.links_lead_somewhere, "README.md", "#1-monolith", "#1-monoliths"),
    (rules.translations_keep_up, "README.ko.md", "# Name", "## Name"),
    (rules.translations_keep_up, "README.ko.md", "ls \\\n  -l", "ls \\\n  -a"),
    (rules.translations_keep_up, "README.ko.md", "| b |\n", ""),
    (rules.translations_keep_up, "README.ko.md", "```diff", "```text"),
    (rules.concepts_are_complete, "docs/concepts.md", "## 3. Gateway", "## 3. Getaway"),
    (rules.concepts_are_complete, "docs/concepts.md", "## 16. Fault isolation", ""),
    (rules.concepts_are_complete, "docs/concepts.md", "```mermaid", "```text"),
    (rules.concepts_are_complete, "docs/concepts.ko.md", "```console", "```text"),
    (rules.concepts_are_complete, "docs/concepts.md", "`src/main.cpp`", "somebody"),
    (rules.concepts_are_complete, "docs/concepts.ko.md", "It is this. ", ""),
    (rules.readme_shows_the_difference, "README.md", "+a = \"a\"", "+a = \"b\""),
    (rules.readme_shows_the_difference, "README.md", "```diff", "```text"),
    (rules.readme_shows_the_difference, "config/split.toml", "x = 1", "x = 2"),
    (rules.blocks_are_well_formed, "README.md", "$ ls", "ls"),
    (rules.blocks_are_well_formed, "README.md", "…\n```", "…"),
    (rules.no_path_of_somebodys_machine, "README.md", "See", "See /home/ann/cleave and"),
]


def show_that_rules_fail() -> None:
    lawful = lawful_texts()
    for rule in rules.ALL:
        found = rule(rules.Tree(set(lawful), lawful))
        assert found == [], f"{rule.__name__} finds something in the lawful tree: {found}"
        assert any(rule is canary[0] for canary in CANARIES), f"{rule.__name__} has no canary"
    for rule, path, old, new in CANARIES:
        changed = dict(lawful)
        changed[path] = lawful[path].replace(old, new, 1)
        assert changed[path] != lawful[path], f"a canary changes nothing: {path}: {old}"
        found = rule(rules.Tree(set(changed), changed))
        assert found, f"{rule.__name__} does not find its canary: {path}: {old} -> {new}"


def main() -> int:
    show_that_rules_fail()
    tree = read(pathlib.Path(sys.argv[1]).resolve())
    found = [wrong for rule in rules.ALL for wrong in rule(tree)]
    for wrong in found:
        print(wrong, file=sys.stderr)
    print(f"{len(tree.documents())} documents, {len(rules.ALL)} rules, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
