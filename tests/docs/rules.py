"""What is checked of the texts. Each rule takes a Tree and returns what is wrong, with its place."""
import fnmatch
import posixpath
import re
import unicodedata
from dataclasses import dataclass

import markdown

# The ideas of microservices that docs/concepts.md has an entry for, in its order.
IDEAS = ["Monolith", "Service separation", "Gateway", "Discovery", "Tracing", "Saga", "CQRS",
         "Event sourcing", "Broker", "Orchestration", "Monitoring", "Logging",
         "Database per service", "Independent deployment", "Scaling", "Fault isolation"]
NOT_YET = {"docs/concepts.md": "Not yet", "docs/concepts.ko.md": "아직 없는 것"}
TRANSLATIONS = {"README.md": "README.ko.md", "docs/concepts.md": "docs/concepts.ko.md",
                "docs/claims.md": "docs/claims.ko.md"}
FILE_ENDINGS = (".md", ".hpp", ".cpp", ".toml", ".sql", ".py", ".txt")


@dataclass
class Tree:
    """The paths of a repository, and the texts that are looked at."""

    paths: set[str]
    texts: dict[str, str]

    def folders(self) -> set[str]:
        out = set()
        for path in self.paths:
            while path := posixpath.dirname(path):
                out.add(path)
        return out

    def has(self, pattern: str) -> bool:
        """NAME, <name> and * stand for any name."""
        pattern = re.sub(r"<[^/>]+>|\b[A-Z][A-Z_]*\b(?=/|$)|…", "*", pattern.rstrip("/"))
        return any(fnmatch.fnmatchcase(p, pattern) for p in self.paths | self.folders())

    def documents(self) -> dict[str, str]:
        return {p: t for p, t in self.texts.items() if p.endswith(".md")}


def code_spans(text: str):
    for line, content in markdown.parse(text).prose:
        for span in re.findall(r"`([^`]+)`", content):
            yield line, span


def names_a_path(span: str, tree: Tree) -> bool:
    if not re.fullmatch(r"[\w.\-*<>…/]+", span):
        return False
    if "/" in span.rstrip("/") or span.endswith("/"):
        tops = {p.split("/")[0] for p in tree.paths if "/" in p}
        return span.split("/")[0] in tops
    return span.endswith(FILE_ENDINGS)


def paths_exist(tree: Tree) -> list[str]:
    found = []
    names = {posixpath.basename(p) for p in tree.paths}
    for path, text in tree.documents().items():
        for line, span in code_spans(text):
            if not names_a_path(span, tree):
                continue
            known = tree.has(span) if "/" in span else any(
                fnmatch.fnmatchcase(n, span) for n in names)
            if not known:
                found.append(f"{path}:{line}: there is no {span}")
    return found


def anchor_of(heading: str) -> str:
    """As GitHub makes it: lower case, blanks to hyphens, punctuation dropped."""
    kept = (c for c in heading.lower().replace("`", "")
            if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


def links_lead_somewhere(tree: Tree) -> list[str]:
    found = []
    for path, text in tree.documents().items():
        for line, content in markdown.parse(text).prose:
            for target in re.findall(r"\]\(([^)\s]+)\)", content):
                if re.match(r"[a-z]+:", target):
                    continue
                file, _, anchor = target.partition("#")
                full = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
                full = full if file else path
                if full not in tree.paths and full not in tree.folders():
                    found.append(f"{path}:{line}: the link leads nowhere: {target}")
                elif anchor and anchor not in {anchor_of(h) for _, h, _ in markdown.parse(
                        tree.texts.get(full, "")).headings}:
                    found.append(f"{path}:{line}: no such heading: {target}")
    return found


def commands_of(document: markdown.Document) -> list[str]:
    """Of console and sh blocks; what a comment says is translated."""
    out = []
    for block in document.blocks:
        if block.language == "console":
            out += [step.command for step in markdown.steps(block)]
        elif block.language == "sh":
            lines = (re.sub(r"(^|\s+)#.*$", "", line) for line in block.lines)
            out += [line for line in lines if line]
    return out


def translations_keep_up(tree: Tree) -> list[str]:
    found = []
    for original, translation in TRANSLATIONS.items():
        if original not in tree.texts or translation not in tree.texts:
            found.append(f"{original}: it, or its translation {translation}, is missing")
            continue
        one, other = (markdown.parse(tree.texts[p]) for p in (original, translation))
        parts = {
            "headings": lambda d: [level for level, _, _ in d.headings],
            "blocks": lambda d: [b.language for b in d.blocks],
            "commands": commands_of,
            "diffs": lambda d: [b.lines for b in d.blocks if b.language == "diff"],
            "rows of tables": lambda d: sum(line.startswith("|") for _, line in d.prose),
        }
        for name, part in parts.items():
            if part(one) != part(other):
                found.append(f"{translation}:1: its {name} are not those of {original}: "
                             f"{part(other)} instead of {part(one)}")
    return found


def entries(text: str) -> list[tuple[str, int, str]]:
    """The second-level headings with their line and the text below them."""
    lines = text.splitlines()
    marks = [(h, n) for level, h, n in markdown.parse(text).headings if level == 2]
    ends = [n - 1 for _, n in marks[1:]] + [len(lines)]
    return [(h, n, "\n".join(lines[n:end])) for (h, n), end in zip(marks, ends)]


def sentences(text: str) -> int:
    """In the first paragraph."""
    paragraph = re.sub(r"`[^`]*`", "", text.strip().split("\n\n")[0])
    return len(re.findall(r"[.!?](?=\s|$)", paragraph))


def concepts_are_complete(tree: Tree) -> list[str]:
    found = []
    for path, not_yet in NOT_YET.items():
        all_entries = [e for e in entries(tree.texts.get(path, "")) if e[0][0].isdigit()]
        if len(all_entries) != len(IDEAS):
            found.append(f"{path}:1: {len(all_entries)} entries instead of {len(IDEAS)}")
        for index, (heading, line, text) in enumerate(all_entries):
            blocks = [b.language for b in markdown.parse(text).blocks]
            if index < len(IDEAS) and IDEAS[index] not in heading:
                found.append(f"{path}:{line}: the entry is not that of {IDEAS[index]}")
            if "mermaid" not in blocks:
                found.append(f"{path}:{line}: there is no picture")
            if "console" not in blocks and f"**{not_yet}" not in text:
                found.append(f"{path}:{line}: neither a command nor what is not there yet")
            if sentences(text) != 2:
                found.append(f"{path}:{line}: it begins with {sentences(text)} sentences, not two")
            if not any(names_a_path(s, tree) for _, s in code_spans(text)):
                found.append(f"{path}:{line}: it names no file that does it")
    return found


def readme_shows_the_difference(tree: Tree) -> list[str]:
    """The diff in the README is that of the two files, and placements are all that differs."""
    one, other = (tree.texts.get(f"config/{n}.toml", "").splitlines()
                  for n in ("monolith", "split"))
    if len(one) != len(other):
        return ["config/split.toml:1: it has not as many lines as config/monolith.toml"]
    different = [(n, a, b) for n, (a, b) in enumerate(zip(one, other), 1) if a != b]
    found = [f"config/split.toml:{n}: it differs in more than a placement: {b}"
             for n, a, b in different if not re.fullmatch(r'(\w+) = "[a-z0-9-]+"', b)
             or a.split(" = ")[0] != b.split(" = ")[0]]
    real = [f"-{a}" for _, a, _ in different] + [f"+{b}" for _, _, b in different]
    for block in markdown.parse(tree.texts.get("README.md", "")).blocks:
        if block.language == "diff":
            shown = [line for line in block.lines if line[:1] in "+-" and line[:3] not in
                     ("---", "+++")]
            if sorted(shown) != sorted(real):
                found.append(f"README.md:{block.line}: the files differ otherwise")
            return found
    return found + ["README.md:1: the difference of the files is not shown"]


def blocks_are_well_formed(tree: Tree) -> list[str]:
    found = []
    for path, text in tree.documents().items():
        document = markdown.parse(text)
        if document.unclosed:
            found.append(f"{path}:{document.unclosed}: the block does not end")
        for block in document.blocks:
            try:
                if block.language == "console":
                    markdown.steps(block)
            except ValueError as wrong:
                found.append(f"{path}: {wrong}")
    return found


def no_path_of_somebodys_machine(tree: Tree) -> list[str]:
    return [f"{path}:{n}: a path of one machine: {line.strip()}"
            for path, text in tree.documents().items()
            for n, line in enumerate(text.splitlines(), 1)
            if re.search(r"(?<![\w./])/(work|root|home)/", line)]


ALL = [paths_exist, links_lead_somewhere, translations_keep_up, concepts_are_complete,
       readme_shows_the_difference, blocks_are_well_formed, no_path_of_somebodys_machine]
