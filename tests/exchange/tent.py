"""Three laptops of a screening tent, their office, and a stick that goes round."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

from fieldkit.exchange import Exchange
from fieldkit.store import Workspace
from sync import Archive

START = datetime(2026, 3, 31, 8, 0, tzinfo=timezone(timedelta(hours=8)))
EVENT, VILLAGE, DAY = "2603312001", "990101100200", "2026-03-31"
FORMS = {
    name: SimpleNamespace(id=name, hash="0" * 64)
    for name in ("scr_event", "scr_participant", "scr_cervix", "scr_breast", "visit")
}


class Clock:
    """The time, which a test moves on."""

    def __init__(self, start=START):
        self.now = start

    def __call__(self):
        return self.now

    def later(self, **by):
        self.now += timedelta(**by)


class Tent:
    """Laptops A, B, C (and whoever else is named) in `folder`, enrolled; `stick` lies between them."""

    def __init__(self, folder, names="ABC"):
        self.folder, self.names, self.clock = folder, names, Clock()
        self.stick = folder / "stick"
        self.office = self.opened_office("office")
        self.workspaces, self.laptops = {}, {}
        for name in names:
            self.open(name)

    @classmethod
    def built(cls, folder, names="ABC"):
        """A new one."""
        (folder / "stick").mkdir(parents=True)
        office = Archive.create(
            folder / "office", name="清溪", division="990101100000", now=lambda: START, seed=bytes(32)
        )
        for number, name in enumerate(names):
            with Workspace.create(folder / name, passphrase=None, name=name) as workspace:
                exchange = Exchange(workspace, lambda: START, seed=number)
                word = office.enroll(exchange.device.card())
                (folder / "word").write_bytes(word.to_bytes())
                exchange.enrol(folder / "word")
        office.close()
        return cls(folder, names)

    def opened_office(self, name):
        return Archive.open(self.folder / name, now=self.clock)

    def open(self, name):
        self.workspaces[name] = Workspace.open(self.folder / name)
        self.laptops[name] = Exchange(self.workspaces[name], self.clock)

    def close(self):
        for workspace in self.workspaces.values():
            workspace.close()
        self.office.close()

    def set_back(self, name, copy):
        """Bring a copy of the disk back."""
        self.workspaces[name].close()
        shutil.rmtree(self.folder / name)
        shutil.copytree(self.folder / copy, self.folder / name)
        self.open(name)

    def copy(self, name, copy):
        """Keep a copy of the disk."""
        self.workspaces[name].close()
        shutil.copytree(self.folder / name, self.folder / copy)
        self.open(name)

    def put(self, name, answers=None, form="scr_participant", record=None):
        """Seal a record, or what it says now; gives its id."""
        self.clock.later(seconds=40)
        exchange = self.laptops[name]
        record = record or exchange.new_record_id()
        exchange.put(FORMS[form], record, {"event": EVENT, "outcome": "registered", **(answers or {})})
        return record

    def open_event(self, name, event=EVENT):
        return self.put(name, {"event_id": event, "date": DAY, "village": VILLAGE}, "scr_event")

    def leave(self, name, village=VILLAGE, day=DAY):
        """Somebody declines."""
        answers = {"village": village, "date": day, "outcome": "declined"}
        return self.laptops[name].keep_decline(FORMS["scr_participant"], answers, erase_draft="")

    def carry(self, name, event=EVENT, stick=None):
        self.clock.later(seconds=30)
        return self.laptops[name].carrying.carry(stick or self.stick, event)

    def round(self, names="ABCABC"):
        for name in names:
            self.carry(name)

    def to_office(self, name, office=None):
        self.clock.later(minutes=1)
        made = self.laptops[name].export(self.folder).bundle
        return (office or self.office).import_bundle(made.path)

    def states(self):
        return {name: exchange.state() for name, exchange in self.laptops.items()}

    def records(self, name):
        """What a laptop shows of the event, declines left out."""
        return {
            record.id: dict(record.answers)
            for record in self.laptops[name].records(*FORMS)
            if record.state != "declined" and record.text("outcome") != "declined"
        }


def came(found, sender):
    """What a laptop found on the stick of one other."""
    return [each for each in found.came if each.sender == sender]
