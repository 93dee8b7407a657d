"""The engine on the shipped forms: opening a form again, and from `set` to the next question."""

from __future__ import annotations

import time
from datetime import datetime

from bench.rows import median, quantile, row
from fieldkit.library import shipped_folder
from fieldkit.xforms import Event, FormEntry, load_form


def rows():
    load_form(shipped_folder() / "visit.yaml")
    opened = []
    for _ in range(20):
        began = time.perf_counter()
        form = load_form(shipped_folder() / "visit.yaml")
        entry = FormEntry(form, now=datetime.now().astimezone())
        entry.next()
        opened.append((time.perf_counter() - began) * 1000)
    yield row("shipped forms: open the visit form, cache warm", "ms", median(opened))
    lists = {
        "households": [{"name": "1" * 17, "village": "990101100200", "visits": "0", "label": "x"}],
        "members": [{"name": "other_adult", "label": "x", "hh": ""}],
    }
    answers = {
        "outcome": "done", "notice_read": "read_aloud", "basic": "yes", "given_by": "self", "contact": "visit",
        "respondent": "other_adult", "known": "vaccine", "needs": "vaccine chronic", "need_top": "chronic", "private_now": "yes",
        "health": "yes", "offer_go_on": "yes",
    }  # fmt: skip
    costs = []
    for _ in range(20):
        entry = FormEntry(form, answers={"hh_id": "1" * 17}, now=datetime.now().astimezone(), lists=lists)
        while entry.next().event is not Event.END:
            for path in entry.page(entry.index):
                name = path.rsplit("/", 1)[-1]
                if name in answers:
                    began = time.perf_counter()
                    entry.set(path, answers[name])
                    here = entry.index
                    entry.next()
                    [
                        entry.label(p) + str(entry.choices(p))
                        for p in entry.page(entry.index)
                        if entry.item(p).name in answers
                    ]
                    entry.index = here
                    costs.append((time.perf_counter() - began) * 1000)
    yield row("shipped forms: answer of the visit form, p50", "ms", median(costs))
    yield row("shipped forms: answer of the visit form, p95", "ms", quantile(costs, 0.95))
