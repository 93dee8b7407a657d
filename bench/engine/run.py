"""Measures every case on both sides, each in processes of its own, and makes rows of it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.engine import forms, peer
from bench.rows import row

OPENED = {"long 1,000", "long 5,000", "cascades 100,000", "lookups 100,000"}
"""The forms whose opening is measured."""
_TIMES = 3


def rows(kinds=()):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["FIELDKIT_CACHE"] = str(folder / "cache")
        cases = forms.cases(folder, list(kinds))
        small = forms.Case("", "", folder / "small.xml", [])
        small.path.write_text(forms.long_form(20, folder)[0], encoding="utf-8")
        classes = peer.compiled(folder) if peer.is_here() else None
        if classes is None:
            print("JavaRosa is not measured: it needs a JDK (java and javac)", file=sys.stderr)
        for case in cases:
            yield from _answers(case, classes)
            if case.name in OPENED:
                yield from _opening(case, small, classes)


def _answers(case, classes):
    answers = case.write_answers()
    ours = _ours("answer", case.path, answers)
    theirs = peer.run(classes, "answer", case.path, answers) if classes else {}
    for share in ("p50", "p95"):
        name = f"engine: answer, {case.name}, {share}"
        yield row(name, "ms", ours[f"{share}_ms"], theirs.get(f"{share}_ms"), peer.NAME)


def _opening(case, small, classes):
    opened = [_ours("open", small.path, case.path)["open_s"] for _ in range(_TIMES)]
    heap = _ours("heap", small.path, case.path)["heap_mb"]
    theirs = [peer.run(classes, "open", small.path, case.path) for _ in range(_TIMES)] if classes else []
    cold = statistics.median(each["open_s"] for each in theirs) if theirs else None
    live = statistics.median(each["heap_mb"] for each in theirs) if theirs else None
    yield row(f"engine: open again, {case.name}", "s", statistics.median(opened), cold, f"{peer.NAME}, cold")
    yield row(f"engine: live heap, {case.name}", "MB", heap, live, peer.NAME)


def _ours(*arguments):
    """Our side's figures, in a fresh process with the cache warm: every case was answered before it is opened."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.engine.ours", *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
    )
    return {
        name: float(value) for name, _, value in (line.partition(" ") for line in done.stdout.splitlines())
    }
