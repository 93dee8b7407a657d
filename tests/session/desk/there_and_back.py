"""A desk at the demo's office, its laptop, and a stick that goes between them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

from fieldkit.session.desk.desk import Desk
from fieldkit.session.session import Session


class Way:
    """desk: of whoever looks records over; session: of the laptop that recorded them."""

    def __init__(self, demo, now, stick, name=""):
        self.at = now
        self.stick = stick
        stick.mkdir(exist_ok=True)
        self.desk = Desk.open(demo.office, name, now=self.now)
        self.session = Session.open(demo.workspace, now=self.now)
        self.office = self.desk.office

    def now(self):
        """The time, which goes on with every step."""
        return self.at

    def later(self, **by):
        self.at += timedelta(**(by or {"minutes": 5}))

    def close(self):
        self.session.close()
        self.desk.close()

    def back(self):
        """The return stick goes to the laptop; gives its pack and what was taken."""
        self.later()
        own = self.session.exchange.device.key.id
        pack = next(each for each in self.office.write_returns(self.stick) if each.device == own)
        self.later()
        return pack, self.session.sticks.take(pack.path)

    def bring(self):
        """What is new at the laptop goes to the office."""
        self.later()
        made = self.session.export(self.stick)
        self.later()
        self.office.merge([made.bundle.path])

    def visit(self, number=0):
        """A visit that took place, as the office holds it and the laptop made it: its id."""
        found = [
            view.record
            for view in self.office.archive.views("visit")
            if view.fields.get("outcome") == "done" and self.session.exchange.record(view.record)
        ]
        return found[number]

    def query(self, record, *, deadline=None, **comments):
        """Ask about answers, by the last step of their places, "_" for the record as a whole; gives the case then."""
        case = self.desk.reviews.open(record)
        places = {path.rsplit("/", 1)[-1]: path for path in case.look.view.fields} | {"_": ""}
        self.later()
        self.desk.reviews.query(case, {places[name]: text for name, text in comments.items()}, deadline)
        return self.desk.reviews.open(record)

    def state(self, record):
        return self.desk.reviews.open(record).review.state.value

    def path(self, record, name):
        """Where the question of that name is answered in a record."""
        answers = self.office.view(record).fields
        return next(path for path in answers if path.rsplit("/", 1)[-1] == name)


def answered(way, record, change=None, *, replies=()):
    """Correct a record at the laptop as a person would: change answers, say that others are right as they are."""
    interviews = way.session.interviews
    interviews.begin_correction(record)
    interview = interviews.resume(record)
    for name, value in (change or {}).items():
        interview.answer(interview.form.find(name).path, value)
    asking = interview.answering
    for name, text in dict(replies).items():
        asking.reply([each for each in asking.questions if each.path.rsplit("/", 1)[-1] == name], text)
    way.later()
    return interviews.finish(interview, "asked by the office")


@contextmanager
def going(demo, now, stick, name=""):
    way = Way(demo, now, stick, name)
    try:
        yield way
    finally:
        way.close()
