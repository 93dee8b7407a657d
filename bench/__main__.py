"""Run every bench, print one JSON object a line, then say per budget whether it is met. Exit code 1 if one is missed."""

from __future__ import annotations

import importlib
import json
import sys
import tomllib
from pathlib import Path

SCRIPTS = (
    "app",
    "search",
    "outreach",
    "office",
    "shipped_forms",
    "engine",
    "store",
    "sync",
    "lan",
    "tables",
    "report",
    "exports",
)


def main() -> int:
    budgets = tomllib.loads(Path(__file__).with_name("budgets.toml").read_text(encoding="utf-8"))
    missed = 0
    results = []
    for script in sys.argv[1:] or SCRIPTS:
        for row in importlib.import_module(f"bench.{script}").rows():
            print(json.dumps(row, ensure_ascii=False), flush=True)
            results.append(row)
    print()
    for row in results:
        budget = budgets.get(row["name"])
        if budget is None:
            continue
        measure, most = next(iter(budget.items()))
        if row[measure] is None:
            print(f"no peer {row['name']}")
            continue
        met = row[measure] <= most
        missed += not met
        print(f"{'met   ' if met else 'MISSED'} {row['name']}: {measure} {row[measure]:.3g}, budget {most}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
