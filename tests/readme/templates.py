#!/usr/bin/env python3
"""Follows docs/templates.md from top to bottom in an empty folder: files are written, edits made, commands run, and
what the page shows of their output and of the draft is the real thing.

BUDGET_BIN is the folder of budget-lint; `--write` puts the real output into the page.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("BUDGET_BIN") or Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release")
PAGE = ROOT / "docs/templates.md"
BLOCK = re.compile(r"<!-- (run|output|file|edit|append|excerpt)(?: (\S+))? -->\n```\w+\n(.*?)```", re.S)


def edit(text, diff):
    """The lines with `-`, which stand together in the text, become those with `+`."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line.startswith("-"))
    new = "".join(line[1:] for line in lines if line.startswith("+"))
    assert old and old in text, f"nothing to edit: {old}"
    return text.replace(old, new, 1)


def main():
    page = PAGE.read_text("utf-8")
    written, at, output = [], 0, None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "tests/corpus/raw/guangdong-like.txt", folder / "部门预算.txt")
        path = f"{FOLDER.resolve()}{os.pathsep}{os.environ['PATH']}"
        for block in BLOCK.finditer(page):
            kind, file, content = block.groups()
            if kind == "run":
                assert not output, f"the page shows nothing of {output}"
                command = f"set -o pipefail\n{content}"
                run = subprocess.run(
                    ["bash", "-c", command], cwd=folder, env={**os.environ, "PATH": path},
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
                )
                assert run.returncode < 2, f"{content}{run.stdout}"
                output = run.stdout
            elif kind == "output":
                if output != content and "--write" not in sys.argv:
                    sys.exit(f"{PAGE.name} shows another output (--write mends it). The real one:\n{output}")
                written.append(page[at : block.start(3)] + output)
                at, output = block.end(3), None
            elif kind == "excerpt":
                assert content in (folder / file).read_text("utf-8"), f"not in {file}:\n{content}"
            else:
                target = folder / file
                before = target.read_text("utf-8") if target.exists() else ""
                after = {"file": lambda: content, "append": lambda: f"{before}\n{content}", "edit": lambda: edit(before, content)}
                target.write_text(after[kind](), "utf-8")
        assert not output, f"the page shows nothing of {output}"
        # What the page promises: the wrong number is found, and nothing in the right document.
        env = {**os.environ, "PATH": path}
        for file, code in [("部门预算.budget", 0), ("改错.budget", 1), ("水务局.budget", 0)]:
            run = subprocess.run(["budget-lint", "check", file], cwd=folder, env=env, capture_output=True, text=True)
            assert run.returncode == code, f"{file}: {run.stdout}{run.stderr}"
    if "--write" in sys.argv:
        PAGE.write_text("".join(written) + page[at:], "utf-8")
    print("ok: the page on templates")


main()
