"""Households of the demo town that two laptops corrected without knowing of each other: conflicts as they come about."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

from fieldkit.office import Office
from fieldkit.session.filling import correct
from fieldkit.session.session import Session
from fieldkit.store import Workspace

LANGUAGE, PRESENCE, PLACE = "home/lang", "home/presence", "home/addr_note"
OTHER = "电脑08"


@contextmanager
def another_laptop(office, folder, now, name=OTHER):
    """One more laptop of an office, enrolled, open; made where it is not there yet."""
    home = folder / name
    is_new = not home.is_dir()
    if is_new:
        Workspace.create(home, passphrase=None, name=name, settings={"user": "李四"}).close()
    with Session.open(home, now=now) as session:
        if is_new:
            card = folder / f"{name}.fkkey"
            session.exchange.device.write_card(card)
            session.sticks.take(office.enroll(card, name=name)[1])
        yield session


def households(office, count, last=0):
    """The ids of so many registrations of members who are at home; the first of them, or those before the `last`."""
    found = [
        view.record
        for view in office.archive.views("household")
        if view.state == "live" and view.fields.get(PRESENCE) == "home" and not view.conflicts
    ]
    return found[last : last + count]


def quarrel(demo, now, folder, records, ours, theirs, name=OTHER, later=timedelta(hours=1)):
    """The demo town's laptop corrects records so, another one otherwise; both sticks are merged.

    ours, theirs: answers by the names of the questions, or a function of a session and a record that does something else.
    """

    def does(what, session, record):
        if callable(what):
            what(session, record)
        else:
            correct(session, record, [what], source="test", reason="asked at the door")

    stick = folder / "stick"
    stick.mkdir(exist_ok=True)
    with Office.open(demo.office, now=lambda: now) as office:
        known = [each for record in records for each in office.archive.revisions(record)]

        def play(session, what):
            session.exchange.take_records(known)
            for record in records:
                does(what, session, record)
            office.merge([session.export(stick).bundle.path])

        with Session.open(demo.workspace, now=lambda: now) as session:
            play(session, ours)
        with another_laptop(office, folder, lambda: now + later, name) as session:
            play(session, theirs)
