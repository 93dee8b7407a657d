"""Our side, in a process of its own: `open <small form> <form>`, `heap …` or `answer <form> <answers.tsv>`."""

from __future__ import annotations

import sys
import time
import tracemalloc
from pathlib import Path

from bench.rows import median, quantile
from fieldkit.xforms import FormEntry, load_form


def open_form(path):
    entry = FormEntry(load_form(path), seed=1)
    entry.next()
    return entry


def answer(path, answers):
    entry = open_form(path)
    sequence = [line.split("\t") for line in Path(answers).read_text(encoding="utf-8").splitlines()]
    reachable = {path for place in entry.places() for path in entry.page(place)}
    costs = []
    for number, (here, kind, text, after) in enumerate(sequence):
        if here not in reachable or after not in reachable:
            continue  # as on the other side: only what is relevant at the start
        value = int(text) if kind == "int" else text
        began = time.perf_counter()
        entry.set(here, value)
        if entry.is_relevant(after):
            entry.is_required(after)
            entry.is_readonly(after)
            entry.label(after)
            entry.choices(after)
        cost = (time.perf_counter() - began) * 1000
        if number * 3 >= len(sequence) * 2:
            costs.append(cost)
    print("answers", len(costs))
    print("p50_ms", median(costs))
    print("p95_ms", quantile(costs, 0.95))


def main(what, *arguments):
    if what == "answer":
        answer(*arguments)
        return
    small, path = arguments
    open_form(small)
    if what == "heap":
        tracemalloc.start()
    began = time.perf_counter()
    entry = open_form(path)
    print("open_s", time.perf_counter() - began)
    if what == "heap":
        print("heap_mb", tracemalloc.get_traced_memory()[0] / 1e6)
    assert entry.index


if __name__ == "__main__":
    main(*sys.argv[1:])
