#!/usr/bin/env python3
"""Runs the first command of each README as it stands there: it must find errors (exit 1), and what the README
shows of its output must be the real one: the opening line, the findings of some rules, the closing line, with `…`
for what is left out. `--write` puts the real output in, for the rules that the README names.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECOND = "scripts/test.sh"


def block(page, mark):
    found = re.findall(rf"<!-- {mark}(?: [A-Z0-9 ]+)? -->\n```\w+\n(.*?)```", page, re.S)
    assert len(found) == 1, f"one block after <!-- {mark} -->"
    return found[0]


def excerpt(output, rules):
    """The parts of the output, between empty lines: the opening, the first finding of each rule, the closing."""
    opening, *findings, closing = output.strip("\n").split("\n\n")
    kept = [opening]
    at = -1
    for index, finding in enumerate(findings):
        rule = re.match(r".*?\[([A-Z]{3}\d{3})\]", finding)
        assert rule, f"a finding names its rule: {finding}"
        if rule[1] in rules:
            rules.remove(rule[1])
            if index != at + 1:
                kept.append("…")
            kept.append(finding)
            at = index
    assert not rules, f"no finding of {rules}"
    if at != len(findings) - 1:
        kept.append("…")
    return "\n\n".join([*kept, closing]) + "\n"


def main():
    for name in ["README.md", "README.zh-CN.md"]:
        page = (ROOT / name).read_text("utf-8")
        assert block(page, "command-2").strip() == SECOND, f"{name}: the second command is {SECOND}"
        command = block(page, "command-1").strip()
        print(f"{name}: {command}", flush=True)
        run = subprocess.run(["bash", "-c", command], cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        assert run.returncode == 1, f"{name}: exit {run.returncode}"
        rules = re.search(r"<!-- output ([A-Z0-9 ]+) -->", page)[1].split()
        real = excerpt(run.stdout, rules)
        shown = block(page, "output")
        if "--write" in sys.argv:
            (ROOT / name).write_text(page.replace(shown, real), "utf-8")
        elif shown != real:
            sys.exit(f"{name} shows another output (--write mends it). The real one:\n{real}")
    print("ok: the READMEs")


main()
