"""What the tests need to know of a Markdown file: its headings, fenced blocks and commands."""
import re
from dataclasses import dataclass, field

ANYTHING = "…"
FENCE = re.compile(r"^(`{3,})(\S*)\s*$")


@dataclass
class Block:
    """A fenced block: ```language, its lines, and where the first of them stands."""

    language: str
    line: int
    lines: list[str] = field(default_factory=list)


@dataclass
class Step:
    """`$ command` of a console block, and the lines that it is said to print."""

    command: str
    line: int
    expected: list[str] = field(default_factory=list)


@dataclass
class Document:
    headings: list[tuple[int, str, int]]  # level, text, line
    blocks: list[Block]
    prose: list[tuple[int, str]]  # the lines outside of blocks
    unclosed: int = 0  # the line of a block that does not end


def parse(text: str) -> Document:
    out = Document([], [], [])
    block = None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if block is not None:
            if fence and not fence[2]:
                block = None
            else:
                block.lines.append(line)
        elif fence:
            block = Block(fence[2], number + 1)
            out.blocks.append(block)
        else:
            heading = re.match(r"^(#{1,6}) (.+)$", line)
            if heading:
                out.headings.append((len(heading[1]), heading[2].strip(), number))
            out.prose.append((number, line))
    if block is not None:
        out.unclosed = block.line - 1
    return out


def steps(block: Block) -> list[Step]:
    """The steps of a console block; a command goes on after a backslash at the end of a line.

    Raises ValueError where a block does not begin with a command."""
    out: list[Step] = []
    goes_on = False
    for number, line in enumerate(block.lines, block.line):
        if goes_on:
            out[-1].command += "\n" + line
        elif line.startswith("$ "):
            out.append(Step(line[2:], number))
        elif not out:
            raise ValueError(f"line {number}: a console block begins with `$ command`")
        else:
            out[-1].expected.append(line)
            continue
        goes_on = line.endswith("\\")
    return out


def one_space(text: str) -> str:
    """Columns are as wide as what stands in them, so runs of blanks count as one."""
    return re.sub(r"[ \t]+", " ", text).rstrip()


def expectation(lines: list[str]) -> re.Pattern[str]:
    """`…` alone is any number of lines, inside a line any characters of it."""
    out = ""
    for line in lines:
        if line.strip() == ANYTHING:
            out += r"(?:.*\n)*?"
        else:
            out += ".*?".join(re.escape(one_space(part)) if i == 0 else re.escape(
                re.sub(r"[ \t]+", " ", part)) for i, part in enumerate(
                    one_space(line).split(ANYTHING))) + r"\n"
    return re.compile(out)


def normalised(output: str) -> str:
    """The output as expectation() wants it: without colours, trailing blanks and empty end."""
    output = re.sub(r"\x1b\[[0-9;]*m", "", output).replace("\r\n", "\n")
    lines = [one_space(line) for line in output.rstrip().split("\n")]
    return "\n".join(lines) + "\n" if lines != [""] else ""


def is_as_expected(expected: list[str], output: str) -> bool:
    return expectation(expected).fullmatch(normalised(output)) is not None
