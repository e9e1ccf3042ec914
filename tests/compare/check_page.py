#!/usr/bin/env python3
"""Has headless Chromium open the report of a short comparison: are all charts drawn, without a network
and without an error? Usage: check_page.py CLEAVE"""
import pathlib
import re
import subprocess
import sys
import tempfile


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def page_of(report: pathlib.Path, home: str, *flags: str) -> str:
    # Without a sandbox, for root may not have one; it opens nothing but this file.
    done = run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
               "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={home}", "--dump-dom",
               *flags, report.as_uri())
    if done.returncode != 0:
        sys.exit(f"chromium ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measured = run(sys.argv[1], "compare", "cost", "--modes", "monolith", "--repeat", "1",
                       "--rate", "100", "--duration", "0.5", "--warm-up", "0", "--flat-out", "0",
                       "--out", folder)
        if measured.returncode != 0:
            sys.exit(measured.stdout + measured.stderr)
        report = pathlib.Path(folder, "report.html")
        page = page_of(report, folder + "/home")
        canvases = len(re.findall(r"<canvas", page))
        assert canvases > 0, "the report has no chart"
        assert f'data-charts="{canvases}"' in page, f"not all of {canvases} charts were drawn"
        assert 'data-language="en"' in page, "it does not begin in English"
        korean = page_of(report, folder + "/ko", "--lang=ko", "--accept-lang=ko")
        assert 'data-language="ko"' in korean, "a Korean browser is not shown Korean"


main()
