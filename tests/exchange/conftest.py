"""A laptop, or the laptops of a tent, their office and a stick between them, in one process."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone

import pytest

from fieldkit.office import Office
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from tests.exchange.tent import Clock, Tent

START = datetime(2026, 3, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))
FORM = 'settings:\n  - {{form_id: talk, version: "{}"}}\nsurvey:\n  - {{type: text, name: a, label: Says}}\n  - {{type: text, name: b, label: {}}}\n'


class Town:
    """One laptop and its office; `stick` lies between them."""

    def __init__(self, folder):
        self.clock = Clock(START)
        self.folder, self.stick = folder / "laptop", folder / "stick"
        self.stick.mkdir()
        Workspace.create(self.folder, passphrase=None, name="laptop 1").close()
        (self.folder / "forms" / "talk.yaml").write_text(FORM.format(1, "More"), encoding="utf-8")
        self.office = Office.create(folder / "office", name="清溪", division="990101100000", now=self.clock)
        self.session = None
        self.open()
        card = self.stick / "l.fkkey"
        self.session.exchange.device.write_card(card)
        self.session.sticks.take(self.office.enroll(card)[1])

    @staticmethod
    def form(version, label="More"):
        return FORM.format(version, label)

    @property
    def exchange(self):
        return self.session.exchange

    def open(self):
        self.session = Session.open(self.folder, now=self.clock)

    def close(self):
        self.session.close()
        self.office.close()

    def record(self, answers=None, amends=None):
        """Seal a record, or a correction of one; gives its id."""
        self.clock.later(minutes=1)
        form = self.session.library.get("talk")
        record = amends or self.exchange.new_record_id()
        self.exchange.put(form, record, answers or {"a": "1", "b": "1"})
        return record

    def carry(self):
        """What is new goes to the office."""
        self.clock.later(minutes=1)
        made = self.session.export(self.stick)
        self.office.merge([made.bundle.path])
        made.bundle.path.unlink()
        return made

    def written(self, **how):
        """The office's pack for the laptop."""
        self.clock.later(minutes=1)
        [pack] = self.office.write_returns(self.stick, **how)
        return pack

    def take(self, **how):
        return self.session.sticks.take(self.written(**how).path)

    def copy(self, name):
        """Keep a copy of the laptop's disk."""
        self.session.close()
        shutil.copytree(self.folder, self.folder.with_name(name))
        self.open()

    def set_back(self, name):
        """Bring a copy of the disk back."""
        self.session.close()
        shutil.rmtree(self.folder)
        shutil.copytree(self.folder.with_name(name), self.folder)
        self.open()

    def answers(self):
        return {record.id: dict(record.answers) for record in self.exchange.records()}


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    yield made
    made.close()


@pytest.fixture
def tent(base):
    made = Tent.built(base / "tent")
    yield made
    made.close()
