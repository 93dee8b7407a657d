"""A small office with two laptops whose records are written by hand, so that checks find what they must and nothing else."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path

from fieldkit.datatypes.damm import check_digit
from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.office import Office
from fieldkit.session.desk.desk import Desk
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from tests.conftest import NOW

VILLAGE = "990101100001"
LAPTOPS = "ab"
CONSENT = {
    "consent/notice_ver": "2026-03", "consent/notice_read": "read_aloud", "consent/basic": "yes",
    "consent/given_by": "self", "consent/mode": "oral_witness",
}  # fmt: skip


def number(running):
    """The number of a household."""
    digits = f"{VILLAGE}{running:04}"
    return digits + str(check_digit(digits))


def household(running=1, **more):
    """The answers of a registration."""
    return {
        "village": VILLAGE, **CONSENT, "outcome": "done", "home/hh_id": number(running), "home/hh_kind": "family",
        "date": "2026-03-02", **more,
    }  # fmt: skip


def visit(running=1, **more):
    """The answers of a visit that took place."""
    return {
        "hh_id": number(running), "village": VILLAGE, "visit_no": "1", "outcome": "done", **CONSENT,
        "header/date": "2026-03-03", **more,
    }  # fmt: skip


DECLINED = {"village": VILLAGE, "header/date": "2026-03-03", "outcome": "declined"}
"""All that is kept of a visit that was declined."""


@cache
def _begun():
    """A folder with the town as it begins, made once for this process and gone at its end."""
    folder = Path(tempfile.mkdtemp(prefix="fieldkit-checked-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Town.begin(folder)
    return folder


class Town:
    """The office and the laptops a and b. `put` writes a record on one of them, `bring` merges what waits."""

    def __init__(self, folder, forms=None, checks=None):
        self.folder = Path(folder)
        self.at = NOW
        self.office, self.laptops = None, {}
        if forms or checks is not None:
            self._begin(forms or {}, checks)
        else:
            shutil.copytree(_begun(), self.folder, dirs_exist_ok=True)
            self._open()

    def _begin(self, forms, checks=None):
        self.office = Office.create(
            self.folder / "office", name="清溪", division="990101100000", now=lambda: self.at
        )
        for name, text in forms.items():
            (self.office.folder / "forms" / name).write_text(text, encoding="utf-8")
        if checks is not None:
            (self.office.folder / "checks" / "own.csv").write_text(checks, encoding="utf-8")
        for name in LAPTOPS:
            Workspace.create(self.folder / name, passphrase=None, name=name, demo=True).close()
            session = Session.open(self.folder / name, now=lambda: self.at)
            for file, text in forms.items():
                path = self.folder / file
                path.write_text(text, encoding="utf-8")
                session.library.add(path)
            session.exchange.device.write_card(self.folder / f"{name}.fkkey")
            session.exchange.device.enrol(
                self.office.enroll(self.folder / f"{name}.fkkey", name=f"laptop {name}")[1]
            )
            self.laptops[name] = session

    def _open(self):
        self.office = Office.open(self.folder / "office", now=lambda: self.at)
        for name in LAPTOPS:
            self.laptops[name] = Session.open(self.folder / name, now=lambda: self.at)

    @classmethod
    def begin(cls, folder):
        """Make one in a new folder, with the tables of its archive, which take longer than all else; closed."""
        made = cls.__new__(cls)
        made.folder, made.at, made.laptops = folder, NOW, {}
        made._begin({})
        made.office.keep_tables()
        made.close()

    def put(self, form, answers, *, on="a", record=None, days_ago=0):
        """Write a record; give its id."""
        self.at = NOW - timedelta(days=days_ago)
        session = self.laptops[on]
        record = record or session.exchange.new_record_id()
        session.exchange.put(session.library.get(form), record, answers)
        self.at = NOW
        return record

    def delete(self, record, on="a"):
        """Delete a record of the archive."""
        self.laptops[on].exchange.decide(
            self.office.view(record), Operation.DELETE, {}, note={"reason": "twice"}
        )

    def bring(self):
        """Merge what the laptops have and bring everything up to date, as `office merge` does; they get their receipts, so that
        each stick holds what is new. Gives the sticks.
        """
        sticks = []
        for name, session in self.laptops.items():
            stick = self.folder / f"stick-{name}-{len(list(self.folder.glob('stick-*')))}"
            stick.mkdir()
            with suppress(FieldkitError):
                session.export(stick)
                sticks.append(stick)
        self.office.merge(sticks)
        self.office.keep_tables()
        for stick in sticks:
            laptop = self.laptops[stick.name.split("-")[1]].exchange
            for pack in self.office.write_returns(stick, laptop.device.key.id):
                laptop.take_return(pack.path)
        return sticks

    def found(self):
        """What checks find: the id of the check and the question, once for each finding that is open."""
        from fieldkit.office.checks.found import found

        return [(each.check.id, each.path) for each in found(self.office) if each.is_open]

    def desk(self, name="", **more):
        """The desk of the office, whose own archive is open beside it."""
        return Desk.open(self.office.folder, name, now=lambda: self.at, **more)

    def close(self):
        for session in self.laptops.values():
            session.close()
        self.office.close()


def of(town, check):
    """What a check finds."""
    from fieldkit.office.checks.found import found

    return [each for each in found(town.office) if each.check.id == check]


__all__ = ["CONSENT", "DECLINED", "VILLAGE", "Operation", "Town", "household", "number", "of", "visit"]
