#!/usr/bin/env python3
"""What checking a document from scratch costs: its tables, its narrative, and all of it, in instructions.

    scripts/cost.py [DOCUMENT…]      the four of tests/corpus unless others are named

Counts with callgrind (valgrind), on one thread: the second check of a process less the first, so that what is made once a
process isn't in it. docs/cost.md says what counts as which, and keeps the numbers.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Functions none of which is called by another of them.
TABLES = {
    "read": [
        "budget_model::build::grid::read",
        "budget_model::build::nesting::apply",
    ],
    "check": [
        "budget_model::relation::index::Index::new",
        "budget_model::relation::derive::is_needed",
        "budget_model::relation::derive::derive",
        "budget_model::relation::eval::Walker::run",
        "budget_model::relation::report::ledger",
        "budget_model::relation::eval::units::Walked::new",
    ],
    "rules": [
        "budget_rules::relation::report",
        "budget_rules::context::Codes::of",
        r"budget_rules::rules::(ari|cod|per)\d+_\w+::check",
        r"budget_rules::rules::str0(03|04|05|10|12)_\w+::check",
    ],
}
NARRATIVE = {
    "read": ["budget_model::prose::read::story::Story::read"],
    "check": [
        "budget_model::prose::check::check_after",
        "budget_model::relation::add_narrative",
    ],
    "rules": [
        "budget_rules::prose::report",
        "budget_rules::context::TextOf::new",
        r"budget_rules::rules::(prt|nam|txt)\d+_\w+::check",
    ],
}
# Made with what paragraphs hold, and for the rules on headings.
NEITHER = ["budget_rules::outline::Outline::new"]
# They are called for these documents in no case, or vanish in others.
MAY_LACK = ("derive::derive", "derive::is_needed")


def binary():
    """The example that checks a file. Without LTO, which merges functions that are told apart here."""
    profile = {"CARGO_PROFILE_BENCH_LTO": "off", "CARGO_PROFILE_BENCH_CODEGEN_UNITS": "8"}
    build = ["cargo", "build", "--quiet", "--profile", "bench", "-p", "budget-rules", "--example", "cost"]
    subprocess.run(build, check=True, cwd=ROOT, env=os.environ | profile)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return Path(target) / "release" / "examples" / "cost"


def counted(check, document, times):
    """Instructions of each function, those that it calls included."""
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "out"
        run = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}", check, document, str(times)]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"RAYON_NUM_THREADS": "1"})
        show = ["callgrind_annotate", "--inclusive=yes", "--threshold=100", out]
        lines = subprocess.run(show, check=True, capture_output=True, text=True).stdout.splitlines()
    found = {}
    for line in lines:
        whole = re.match(r"\s*([\d,]+) .*PROGRAM TOTALS", line)
        if whole:
            found["all"] = int(whole[1].replace(",", ""))
        # What is inlined stands under other files with the same name: the most is the function itself.
        row = re.match(r"\s*([\d,]+) \([^)]*\)\s+\S+?:(.*?)( \[/.*\])?$", line)
        if row:
            count = int(row[1].replace(",", ""))
            found[row[2]] = max(found.get(row[2], 0), count)
    return found


def total(costs, names):
    count = 0
    for name in names:
        own = [cost for function, cost in costs.items() if re.fullmatch(name, function)]
        if not own and not name.endswith(MAY_LACK):
            sys.exit(f"no function {name}: was it renamed, or inlined?")
        count += sum(own)
    return count


def main():
    documents = sys.argv[1:] or [ROOT / f"tests/corpus/{name}.budget" for name in ("000", "001", "003", "004")]
    check = binary()
    print("| document | tables: reading | relations | rules | together "
          "| narrative: reading | relations | rules | together | narrative / tables | whole check |")
    print("| --- |" + " ---: |" * 10)
    for document in documents:
        first, both = (counted(check, document, times) for times in (1, 2))
        costs = {name: count - first.get(name, 0) for name, count in both.items()}
        tables = [total(costs, names) for names in TABLES.values()]
        narrative = [total(costs, names) for names in NARRATIVE.values()]
        narrative[1] -= narrative[0]
        narrative[2] -= total(costs, NEITHER)
        whole = costs["all"]
        sides = [f"{count / 1e6:.2f}" for side in (tables, narrative) for count in [*side, sum(side)]]
        ratio = f"{sum(narrative) / sum(tables):.2f}"
        print("| " + " | ".join([Path(document).stem, *sides, ratio, f"{whole / 1e6:.2f}"]) + " |")


main()
