#!/usr/bin/env python3
"""Runs the console blocks of a document in order and compares what they print.

    run_commands.py ROOT BINARY README.md|concepts.md

A document's commands run in one shell, in a new empty folder that looks like the repository with a
built binary. `./build/release/cleave up …` (and `./dev run …`, which is the same with --demo) runs
in the background on a terminal until the next one; `127.0.0.1:8080` becomes a free port.
The format of the blocks is told in markdown.py. Nothing but the standard library is needed.
"""
import os
import pathlib
import pty
import re
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import markdown

DOCUMENTED = "127.0.0.1:8080"
BINARY = "./build/release/cleave"
PATIENCE_S = 60


class Workspace:
    """An empty folder in which the commands of the documents work."""

    def __init__(self, root: pathlib.Path, binary: pathlib.Path):
        self._folder = tempfile.TemporaryDirectory(prefix="cleave-docs-")
        self.path = pathlib.Path(self._folder.name)
        (self.path / "build/release").mkdir(parents=True)
        (self.path / "build/release/cleave").symlink_to(binary)
        for name in ("config", "docs", "modules", "src", "README.md"):
            (self.path / name).symlink_to(root / name)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{s.getsockname()[1]}"

    def real(self, command: str) -> str:
        return command.replace(DOCUMENTED, self.address)

    def documented(self, output: str) -> str:
        return output.replace(self.address, DOCUMENTED)

    def close(self) -> None:
        self._folder.cleanup()


class Running:
    """`cleave up` on a terminal of its own."""

    def __init__(self, space: Workspace, command: str):
        arguments = shlex.split(space.real(command))
        if "--listen" not in arguments:
            arguments += ["--listen", space.address]
        master, slave = pty.openpty()
        self._process = subprocess.Popen(arguments, cwd=space.path, stdin=subprocess.DEVNULL,
                                         stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        self._master = master
        self._space = space
        self._output = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._master, 65536)
            except OSError:  # EIO: the other end is closed
                return
            if not piece:
                return
            self._output += piece

    def output(self) -> str:
        return self._space.documented(self._output.decode(errors="replace"))

    def await_start(self, expected: list[str]) -> str:
        """Nothing, or what is wrong. More may be printed than is expected."""
        until = time.monotonic() + PATIENCE_S
        wanted = expected + [markdown.ANYTHING]
        while time.monotonic() < until:
            if self._process.poll() is not None:
                return f"ended with code {self._process.returncode}:\n{self.output()}"
            if self._is_ready() and markdown.is_as_expected(wanted, self.output()):
                return ""
            select.select([], [], [], 0.02)  # Others work between two looks.
        return difference(wanted, self.output())

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self._space.address}/readyz", timeout=1) as r:
                return r.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> str:
        """As Ctrl-C does. Nothing, or what is wrong."""
        self._process.send_signal(signal.SIGINT)
        try:
            code = self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            code = "none: it had to be killed"
        self._reader.join(PATIENCE_S)
        os.close(self._master)
        return "" if code == 0 else f"`cleave up` ended with code {code}:\n{self.output()}"


class Shell:
    """One bash for all commands, so that a variable stays for the next."""

    def __init__(self, space: Workspace):
        environment = dict(os.environ, LC_ALL="C.UTF-8")
        self._space = space
        self._mark = f"---{os.getpid()}-{time.monotonic_ns()}---"
        self._process = subprocess.Popen(["bash"], cwd=space.path, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                         env=environment)

    def run(self, command: str) -> str:
        end = f"\nprintf '\\n%s\\n' '{self._mark}'\n"
        self._process.stdin.write((self._space.real(command) + end).encode())
        self._process.stdin.flush()
        output, mark = b"", f"\n{self._mark}\n".encode()
        until = time.monotonic() + PATIENCE_S
        descriptor = self._process.stdout.fileno()
        while mark not in output:
            if not select.select([descriptor], [], [], max(0, until - time.monotonic()))[0]:
                raise TimeoutError(f"no end after {PATIENCE_S} s: {command}")
            piece = os.read(descriptor, 65536)
            if not piece:
                raise EOFError(f"the shell ended: {command}")
            output += piece
        return self._space.documented(output.split(mark)[0].decode(errors="replace"))

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)


def difference(expected: list[str], output: str) -> str:
    return ("expected (… is anything):\n    " + "\n    ".join(expected) + "\nprinted:\n    " +
            "\n    ".join(output.rstrip().split("\n")))


def as_up(command: str) -> str:
    """The command that stays in the foreground for a reader, and in the background here."""
    ours = re.sub(r"^\./dev run\b", f"{BINARY} up --demo", command)
    return ours if ours.startswith(f"{BINARY} up") else ""


def run(text: str, space: Workspace) -> list[str]:
    """What is wrong, each with its line."""
    document = markdown.parse(text)
    found: list[str] = []
    shell, running = Shell(space), None
    try:
        for block in document.blocks:
            if block.language != "console":
                continue
            for step in markdown.steps(block):
                if up := as_up(step.command):
                    ended = running.stop() if running else ""
                    running = Running(space, up)
                    wrong = ended or running.await_start(step.expected)
                else:
                    output = shell.run(step.command)
                    wrong = ("" if markdown.is_as_expected(step.expected, output) else
                             difference(step.expected, output))
                if wrong:
                    found.append(f"{step.line}: $ {step.command}\n{wrong}")
    finally:
        if running and (wrong := running.stop()):
            found.append(f"at the end: {wrong}")
        shell.close()
    return found


GOOD = """```console
$ word=one; echo $word; echo two
one
two
$ printf 'three  and 3\\nfour\\nfive\\nsix\\n'
three and …
…
six
```
"""
CANARIES = {  # a change of GOOD that must be found
    "another line": ("one\ntwo", "One\ntwo"),
    "a line less": ("\ntwo\n", "\n"),
    "a line more": ("six\n", "six\nseven\n"),
    "another part of a line": ("three and …", "three or …"),
}


def show_that_it_fails(space: Workspace) -> None:
    assert run(GOOD, space) == [], run(GOOD, space)
    assert run(GOOD + "```console\n$ echo $word\none\n```\n", space) == []
    for name, (old, new) in CANARIES.items():
        changed = GOOD.replace(old, new, 1)
        assert changed != GOOD, name
        assert len(run(changed, space)) == 1, f"the canary was not found: {name}"


def main() -> int:
    root, binary, name = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    document = root / name if name == "README.md" else root / "docs" / name
    space = Workspace(root.resolve(), binary.resolve())
    try:
        show_that_it_fails(space)
        text = document.read_text(encoding="utf-8")
        count = sum(len(markdown.steps(b)) for b in markdown.parse(text).blocks
                    if b.language == "console")
        found = run(text, space)
    finally:
        space.close()
    for wrong in found:
        print(f"{document}:{wrong}\n", file=sys.stderr)
    print(f"{document.name}: {count} commands, {len(found)} not as said")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
