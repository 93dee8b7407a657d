"""The whole way once, without a screen: fill, export, merge, acknowledge, report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from fieldkit.demo.build import Demo
from fieldkit.i18n import _
from fieldkit.office import Office
from fieldkit.report import make, parse_period, to_text
from fieldkit.session.filling import fill
from fieldkit.session.session import Session


def walk(demo: Demo, now: datetime) -> Iterator[str]:
    """Go the way and say what is done at each station, a line at a time. Raises FieldkitError, SyncError."""
    with Session.open(demo.workspace, now=lambda: now) as session, TemporaryDirectory() as stick:
        task = session.due()[0]
        yield _(
            "1. Fill: a visit to {head}, {village}",
            head=task.household.head,
            village=session.place_name(task.household.village),
        )
        answers = {
            "hh_id": task.household.id, "outcome": "done", "notice_read": "read_aloud", "basic": "yes",
            "given_by": "self", "contact": ["visit"], "respondent": "other_adult", "needs": ["vaccine", "chronic"],
            "need_top": "chronic", "sat_all": "5", "private_now": "no", "leaflet": ["service_card"],
        }  # fmt: skip
        made = fill(session, "visit", [answers], source="demo", finalize=True)
        yield "   " + _("record {id} is stored and signed", id=made[0])
        bundle = session.export(Path(stick)).bundle
        yield _(
            "2. Export: {records} {records:record|records} in {bytes} {bytes:byte|bytes}, written and read back",
            records=bundle.records,
            bytes=bundle.bytes,
        )
        office = Office.open(demo.office, now=lambda: now)
        counts = office.merge([Path(stick)]).counts()
        yield _(
            "3. Merge: {offered} offered, {new} new, {held} already held, {conflicts} in conflict", **counts
        )
        for pack in office.write_returns(Path(stick), session.exchange.device.key.id):
            taken = session.exchange.take_return(pack.path)
            yield _(
                "4. Receipt: the office acknowledges {count} {count:record|records}; {left} still only here",
                count=taken.acknowledged,
                left=taken.only_here,
            )
        yield _("5. Report:")
        report = make(office, "visits", parse_period(f"{now:%Y-%m}"), unit=office.name, made_on=now.date())
        yield to_text(report)
        office.close()
