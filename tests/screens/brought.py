"""Laptops of an office and the sticks they bring, small enough to be made in every test."""

from __future__ import annotations

from pathlib import Path

from fieldkit.office import Office
from fieldkit.session.filling import fill
from fieldkit.session.session import Session
from fieldkit.store import Workspace

TALK = 'settings:\n  - {form_id: talk, version: "1"}\nsurvey:\n  - {type: text, name: a, label: Says}\n'


class Brought:
    """Laptops beside the office in `office`, at a time."""

    def __init__(self, office, now, folder):
        self.office = office
        self.now = now
        self.folder = folder
        self.inbox = office / "sticks"
        self.inbox.mkdir(exist_ok=True)

    def laptop(self, name, office=None, enrolled=True):
        """A laptop, enrolled with an office; gives its folder."""
        workspace = self.folder / name
        Workspace.create(workspace, passphrase=None, name=name).close()
        (workspace / "forms" / "talk.yaml").write_text(TALK, encoding="utf-8")
        with (
            Session.open(workspace, now=lambda: self.now) as session,
            Office.open(office or self.office, now=lambda: self.now) as at,
        ):
            card = session.exchange.device.card()
            if enrolled:
                session.exchange.device.take_enrolment(at.enroll_card(card), workspace)
            else:
                (workspace / "card.fkkey").write_bytes(card.to_bytes())
        return workspace

    def write(self, workspace, stick, records=1):
        """So many records more, onto a stick; gives the bundle's path, of which the stick is the folder."""
        folder = Path(stick) if Path(stick).is_absolute() else self.inbox / stick
        folder.mkdir(exist_ok=True, parents=True)
        with Session.open(workspace, now=lambda: self.now) as session:
            fill(
                session, "talk", [{"a": str(number)} for number in range(records)], source="t", finalize=True
            )
            return session.export(folder).bundle.path

    def state(self):
        """What the archive holds, counted and hashed."""
        with Office.open(self.office, now=lambda: self.now) as office:
            return office.verify()
