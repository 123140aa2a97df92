#!/usr/bin/env python3
"""Follows docs/tutorial.md: what it shows of the checker's output is the real output, and what it mends is mended.

BUDGET_BIN is the folder of budget-lint; `--write` puts the real output into the page.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("BUDGET_BIN") or Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release") / "budget-lint"
NAME = "部门预算.budget"


def run(folder, *arguments):
    return subprocess.run([BINARY, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8")


def block(page, mark):
    return re.findall(rf"<!-- {mark} -->\n```\w+\n(.*?)```", page, re.S)


def main():
    page_path = ROOT / "docs/tutorial.md"
    page = page_path.read_text("utf-8")
    wrong, right = block(page, "table")
    (shown,) = block(page, "output")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / NAME
        made = run(folder, "new", "新疆-2020-部门预算", "--body", "某县人民政府办公室", "--year", "2020", "-o", NAME)
        assert made.returncode == 0, made.stderr
        skeleton = file.read_text("utf-8")
        assert "待填" in skeleton and "状态: 草稿" in skeleton

        def check(table):
            filled, count = re.subn(r"(## 表三 .*?\n\n(?:- .*\n)*\n)(?:\|.*\n)+", lambda m: m[1] + table, skeleton)
            assert count == 1, "the skeleton has a table under 表三"
            file.write_text(filled, "utf-8")
            tidied = run(folder, "fmt", NAME)
            assert tidied.returncode == 0, tidied.stderr
            return run(folder, "check", "--min-severity", "warning", NAME)

        found = check(wrong)
        assert found.returncode == 1, found.stdout + found.stderr
        assert "ARI003" in found.stdout and "160.00" in found.stdout and "150.00" in found.stdout
        if "--write" in sys.argv:
            page_path.write_text(page.replace(shown, found.stdout), "utf-8")
        elif found.stdout != shown:
            sys.exit(f"docs/tutorial.md shows another output (--write mends the page). The real one:\n{found.stdout}")

        mended = check(right)
        assert mended.returncode == 0, mended.stdout
        assert run(folder, "explain", "ARI003").returncode == 0
    print("ok: the tutorial")


main()
