"""The demo town with three laptops at its office: the one it has, and two that come to it for the first time; those whose sticks
wait in its inbox are revoked.
"""

from __future__ import annotations

from contextlib import contextmanager

from fieldkit.demo.sticks import NAMES
from fieldkit.exchange import Exchange
from fieldkit.office import Office
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.worklists import default_days
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from tests.exchange.tent import Clock

SECOND, THIRD = "电脑2", "电脑3"
VILLAGE, OTHER = "990101100201", "990101100200"
FIRST_GROUP = (VILLAGE, "1")


class Town:
    """demo: of the fixture. clock: the time everywhere, which a test moves on. desk: of whoever keeps the office."""

    def __init__(self, demo, now, folder):
        self.clock = Clock(now)
        self.demo, self.folder, self.stick = demo, folder, folder / "stick"
        self.stick.mkdir()
        with Office.open(demo.office, now=self.clock) as office:
            for each in NAMES:
                office.revoke(each)
            for name in (SECOND, THIRD):
                with Workspace.create(self.laptop(name), passphrase=None, name=name) as workspace:
                    device = Exchange(workspace, self.clock).device
                    device.take_enrolment(office.enroll_card(device.card(), name=name), folder)
            office.keep_tables()
        self.desk = Desk.open(demo.office, now=self.clock)

    @classmethod
    @contextmanager
    def opened_in(cls, demo, now, folder):
        """The town, closed at the end."""
        made = cls(demo, now, folder)
        try:
            yield made
        finally:
            made.desk.close()

    @property
    def office(self):
        return self.desk.office

    @property
    def lists(self):
        return self.desk.worklists

    def laptop(self, name):
        return self.folder / name

    def id(self, name):
        return self.office.device(name).id

    def opened(self, name=None):
        """A laptop; without a name the one of the demo."""
        return Session.open(self.laptop(name) if name else self.demo.workspace, now=self.clock)

    def give(self, laptop, *units, due=None, until=None, reason="", desk=None):
        """Give units to a laptop, as a desk does without saying more."""
        from fieldkit.session.desk.worklists import default_days

        lists = (desk or self.desk).worklists
        usual = default_days(lists.today)
        return lists.give(
            lists.plan(units or [FIRST_GROUP], self.id(laptop), due or usual[0], until or usual[1]), reason
        )

    def returned(self, name):
        """Take the office's stick to a laptop; give what its list is then: household, due, until."""
        [pack] = self.office.write_returns(self.stick, name)
        with self.opened(name) as session:
            session.sticks.take(pack.path)
            rows = [dict(row) for row in session._workspace.worklist]
        return pack, {row["household"]: (row["due"], row.get("until", "")) for row in rows}

    def carried(self, session):
        """Bring to the office what is new on a laptop."""
        made = session.export(self.stick)
        self.office.merge([made.bundle.path])
        made.bundle.path.unlink()

    def record(self, session, form_id, **answers):
        """Seal a record with these answers by the names of their questions."""
        form = session.library.get(form_id)
        record = session.exchange.new_record_id()
        flat = {form.find(name).path.split("/", 2)[2]: answer for name, answer in answers.items()}
        session.exchange.put(form, record, flat)
        return record

    def numbers(self, unit=FIRST_GROUP):
        """The households of a unit that may be given out."""
        found = [each for each in self.lists.groups(unit[0]) if each.unit == unit]
        return found[0].households if found else ()


def plan(town, laptop, desk=None):
    lists = (desk or town.desk).worklists
    return lists.plan([FIRST_GROUP], town.id(laptop), *default_days(lists.today))
