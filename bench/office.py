"""An office with 100,000 records of every kind, 5,000 of them in conflict: how long each of its lists takes, and a decision."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.rows import median, row
from bench.search import household_number

RECORDS = 100_000
IN_CONFLICT = 5_000
NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
_HOUSEHOLDS = 30_000


def archive(folder, records=RECORDS, in_conflict=IN_CONFLICT):
    """An office in `folder`: the demo town's records over and over, each about a household of its own, brought by two laptops
    of which each has changed so many households that the other has changed too.
    """
    from fieldkit.demo.build import build, demo_at
    from fieldkit.exchange import as_record
    from fieldkit.office import Office
    from fieldkit.session.session import Session
    from fieldkit.store import Workspace

    demo = demo_at(folder / "town")
    build(demo, NOW)
    with Office.open(demo.office, now=lambda: NOW) as town:
        kinds = {}
        for view in town.archive.views():
            kinds.setdefault(view.form, []).append(as_record(view))
    office = Office.create(folder / "office", name="big", division="990101100000", now=lambda: NOW)
    laptops = []
    for name in "ab":
        Workspace.create(folder / name, passphrase=None, name=name, demo=True).close()
        laptops.append(Session.open(folder / name, now=lambda: NOW))
        laptops[-1].exchange.device.write_card(folder / f"{name}.fkkey")
        laptops[-1].exchange.device.enrol(office.enroll(folder / f"{name}.fkkey")[1])
    first, second = laptops
    shares = {"household": _HOUSEHOLDS * records // RECORDS, "visit": 45 * records // 100}
    rest = (records - sum(shares.values())) // (len(kinds) - 2)
    changed = []
    for form, known in kinds.items():
        made = [(first.exchange.new_record_id(), *each) for each in _made(known, shares.get(form, rest))]
        first.exchange.put_many(first.library.get(form), made)
        changed += made[:in_conflict] if form == "household" else []
    _bring(office, first, folder)
    form = first.library.get("household")
    second.exchange.take_records(
        each for record, *_more in changed for each in first.exchange.revisions(record)
    )
    for session, size in ((first, "11"), (second, "12")):
        for record, answers, _at in changed:
            session.exchange.put(form, record, {**answers, "home/declared_size": size})
        _bring(office, session, folder)
        session.close()
    office.keep_tables()
    return office


def _made(known, count):
    """Answers and times of records like those `known`, of as many households."""
    for number in range(count):
        like = known[number % len(known)]
        answers = dict(like.answers)
        household = household_number(number % _HOUSEHOLDS)
        for path in [path for path in answers if path.rpartition("/")[2] == "hh_id"]:
            answers[path] = household
        if "village" in answers:
            answers["village"] = household[:12]
        yield answers, NOW - timedelta(days=random.Random(number).randrange(90))


def _bring(office, session, folder):
    stick = Path(tempfile.mkdtemp(dir=folder))
    session.export(stick)
    for pack in (office.merge([stick]), office.write_returns(stick))[1]:
        if pack.device == session.exchange.device.key.id:
            session.exchange.take_return(pack.path)


def _timed(step, times=5):
    took = []
    for _time in range(times):
        began = time.perf_counter()
        step()
        took.append(1e3 * (time.perf_counter() - began))
    return took


def lists(desk):
    """What each list of a desk takes to be read anew, by name."""
    from fieldkit.office.reviews import State
    from fieldkit.session.desk.menu import parts_for

    conflicts, reviews, payments = desk.conflicts, desk.reviews, desk.payments
    steps = {
        "Home": lambda: parts_for(desk),
        "conflicts": lambda: conflicts.lines(conflicts.rows()[:40]),
        "received": lambda: reviews.received("visit"),
        "approved": lambda: reviews.listed(State.APPROVED),
        "checks": desk.checks.waiting,
        "worklists": desk.worklists.villages,
        "worklists that end": desk.worklists.ending,
        "samples": desk.samples.all,
        "paper": lambda: desk.paper.waiting(every=True),
        "letters": desk.letters.all,
        "window": desk.window.sections,
        "payments": lambda: payments.to_see_to(payments.period("2026-Q1")),
        "service points": desk.points.all,
        "kept aside": desk.aside.all,
        "laptops": desk.laptops.all,
        "decisions": desk.decisions.lately,
        "looks": desk.looks.latest,
    }
    return {name: _timed(step) for name, step in steps.items()}


def rows():
    from fieldkit.exchange import Operation
    from fieldkit.session.desk.desk import Desk

    with tempfile.TemporaryDirectory() as folder:
        archive(Path(folder)).close()
        office = Path(folder, "office")
        desk = Desk.open(office, now=lambda: NOW)
        for name, took in lists(desk).items():
            yield row(f"office: {name}, {RECORDS:,} records, p50", "ms", median(took))
        view = next(desk.office.archive.views("issue"))

        def decided():
            nonlocal view
            view = desk.decide(view, Operation.REVIEW, note={"state": "approved"})

        yield row(f"office: a decision kept, {RECORDS:,} records, p50", "ms", median(_timed(decided, 20)))
        desk.close()
