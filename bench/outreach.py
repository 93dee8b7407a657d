"""A screening day on a laptop that knows 10,000 participants: from a code that was read to the first question about her, the
figures of the day anew, and what would come of each row of the laboratory's file weeks later.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from bench.rows import median, quantile, row

PARTICIPANTS = 10_000
EACH = 180
"""Women of one event."""
SCANS = 20


def tent(folder):
    """A workspace with as many registrations as `PARTICIPANTS`, of events of 180 women each; today's is the last one."""
    from fieldkit.datatypes.damm import check_digit
    from fieldkit.session.outreach import Station
    from fieldkit.session.session import Session
    from fieldkit.store import Workspace

    now = datetime.now().astimezone()
    Workspace.create(folder, passphrase=None, name="tent", demo=True).close()
    numbers = []
    with Session.open(folder, now=lambda: now) as session:
        made = []
        for n in range(PARTICIPANTS):
            day = (now - timedelta(days=(PARTICIPANTS - 1 - n) // EACH)).date()
            front = f"{day:%y%m%d}1{n % EACH + 1:03d}"
            pid = front + check_digit(front)
            event = f"{day:%y%m%d}2001"
            answers = {
                "outcome": "registered", "event": event, "village": "990101100200", "consent/basic": "yes",
                "identity/name": "王秀英", "identity/born": "1975", "identity/pid": pid, "consents/c_cervix": "yes",
                "consents/c_breast": "yes", "consents/c_hpv_sample": "yes", "meta/instanceID": f"uuid:{n}",
                "meta/entity/@id": pid, "meta/entity/@create": "1", "meta/entity/@update": "1",
                "meta/entity/label": f"{pid} 1975", "date": day.isoformat(), "before_cervix/cx_status": "eligible",
            }  # fmt: skip
            made.append((session.exchange.new_record_id(), answers, now))
            numbers += [pid] if day == now.date() else []
        session.exchange.put_many(session.library.get("scr_participant"), made)
        today = {
            "date": now.date().isoformat(), "village": "990101100200", "seq": 1, "place_kind": "tent",
            "programme": "national", "tests": ["hpv", "via", "cbe", "bus"], "hpv_mode": "geno14", "privacy_ok": ["screen"],
            "free_notice_posted": "yes", "closing": "no",
        }  # fmt: skip
        session.interviews.finish(session.interviews.start("scr_event", answers=today))
        session.outreach.stand_at(session.outreach.events()[0].id, Station.BREAST)
    return numbers


async def _scanned(folder, numbers):
    """Seconds from the last key of a scanner to the question on screen, and to the day with her in it."""
    from textual.events import Key
    from textual.message import Message

    from fieldkit.app import FieldkitApp

    shown, days, at = [], [], 0.0
    app = FieldkitApp(folder)
    async with app.run_test(size=(80, 24)) as pilot:
        while not app.home.is_looked_through:
            await pilot.pause(0.05)
        await pilot.press("ctrl+f8", "1")
        while type(app.screen).__name__ != "OutreachScreen":
            await pilot.pause(0.01)
        for number in numbers[:SCANS]:
            at += 2
            began, moment = time.perf_counter(), Message().time + at
            for key in [*number, "enter"]:
                moment += 0.008
                event = Key(key, key if len(key) == 1 else None)
                event.time = moment
                app._driver.send_message(event)
            while type(app.screen).__name__ != "InterviewScreen" or app.focused is None:  # noqa: ASYNC110
                await asyncio.sleep(0.001)  # a pilot's pause waits for more than that
            shown.append(1e3 * (time.perf_counter() - began))
            await pilot.press("1", "2", "2", "enter")
            while type(app.screen).__name__ != "OutreachScreen":
                await pilot.pause(0.005)
            began = time.perf_counter()
            app.session.outreach.day()
            days.append(1e3 * (time.perf_counter() - began))
    return shown, days


def _looked_at(folder, numbers):
    """Seconds from the laboratory's file to a verdict for each of its rows: the first time, and when it is looked at again."""
    from fieldkit.session.session import Session

    now = datetime.now().astimezone()
    file = folder.with_name("results.csv")
    file.write_text("pid,hpv\n" + "".join(f"{number},neg\n" for number in numbers), encoding="utf-8")
    with Session.open(folder, now=lambda: now) as session:
        sampled = {
            "date": now.date().isoformat(),
            "sampler": "gynae",
            "visual": "normal",
            "sample_kind": "clinician",
        }
        for number in numbers:
            answers = {**sampled, "pid": number, "tube": number, "hpv": "pending"}
            session.interviews.finish(session.interviews.start("scr_cervix", answers=answers))
    with Session.open(folder, now=lambda: now) as session:
        took = []
        for _time in range(6):
            began = time.perf_counter()
            preview = session.results.laboratory.preview(file)
            took.append(time.perf_counter() - began)
        assert len(preview.of("new")) == len(numbers)
    return took[0], median(took[1:])


def rows():
    with tempfile.TemporaryDirectory() as folder:
        numbers = tent(Path(folder, "tent"))
        shown, days = asyncio.run(_scanned(Path(folder, "tent"), numbers))
        first, again = _looked_at(Path(folder, "tent"), numbers)
    size = f"{PARTICIPANTS:,} participants"
    yield row(f"outreach: code read to first question, {size}, p50", "ms", median(shown))
    yield row(f"outreach: code read to first question, {size}, slowest", "ms", quantile(shown, 1.0))
    yield row(f"outreach: figures of the day, {size}, p50", "ms", median(days))
    yield row(f"outreach: laboratory's file of {EACH} rows looked at, {size}, first", "s", first)
    yield row(f"outreach: laboratory's file of {EACH} rows looked at, {size}, again", "s", again)
