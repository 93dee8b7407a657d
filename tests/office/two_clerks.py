"""An office on a file or a server with two people's desks, and records that two laptops answered otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import count
from threading import Lock

from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from fieldkit.session.desk.desk import Desk
from fieldkit.session.session import Session
from fieldkit.store import Workspace

START = datetime(2026, 3, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))
FORM = """
settings: [{form_id: talk, version: "1"}]
survey:
  - {type: text, name: a, label: Says, "fk:tier": N}
  - {type: text, name: b, label: More, "fk:tier": N}
"""
NAMES = ("王芳", "李明")


class Ticking:
    """A clock that goes on a second whenever somebody looks."""

    def __init__(self):
        self._seconds = count()
        self._lock = Lock()

    def __call__(self):
        with self._lock:
            return START + timedelta(seconds=next(self._seconds))


class Office2:
    """folder: where all of it lies. database: URL of the archive's, None for a file."""

    def __init__(self, folder, database=None):
        self.clock = Ticking()
        self.folder, self.stick = folder, folder / "stick"
        self.stick.mkdir()
        self.where = folder / "office"
        with Office.create(
            self.where, name="清溪", division="990101100000", now=self.clock, database=database
        ) as office:
            (self.where / "forms" / "talk.yaml").write_text(FORM, encoding="utf-8")
            self.laptops = [self._laptop(office, f"laptop {number}") for number in (1, 2, 3)]
            for name in NAMES:
                add_desk(office, name, [Role.CLERK, Role.REVIEWER], None, by="office")

    def _laptop(self, office, name):
        home = self.folder / name
        Workspace.create(home, passphrase=None, name=name).close()
        (home / "forms" / "talk.yaml").write_text(FORM, encoding="utf-8")
        session = Session.open(home, now=self.clock)
        card = self.stick / f"{name}.fkkey"
        session.exchange.device.write_card(card)
        session.sticks.take(office.enroll(card, name=name)[1])
        return session

    def conflicts(self, number):
        """So many records of which two laptops say otherwise what stands at `a`; gives their ids."""
        first, second, third = self.laptops
        form = first.library.get("talk")
        records = [first.exchange.new_record_id() for _each in range(number)]
        for record in records:
            first.exchange.put(form, record, {"a": "0", "b": "0"})
        known = [each for record in records for each in first.exchange.revisions(record)]
        for session in (second, third):
            session.exchange.take_records(known)
        for session, answer in ((first, "1"), (second, "2")):
            for record in records:
                session.exchange.put(form, record, {"a": answer, "b": "0"})
        with Office.open(self.where, now=self.clock) as office:
            for session in (first, second):
                office.merge([session.export(self.stick).bundle.path])
        return records

    def desk(self, name):
        """The desk of one of them, open."""
        return Desk.open(self.where, name, now=self.clock)

    def close(self):
        for each in self.laptops:
            each.close()
