"""Two offices that write letters to each other: ours is the demo's, theirs is new and has a passphrase."""

from __future__ import annotations

from contextlib import contextmanager

from fieldkit.exchange import Operation, as_record
from fieldkit.fieldwork.liaison import MIGRANT, letters_of
from fieldkit.office import Office
from fieldkit.office.units import add_unit
from fieldkit.session.desk.desk import Desk
from sync.letters import card_spoken

COUNTY = "990305"
THEIRS = "临海县卫生健康服务中心"
OURS = "清溪镇"


@contextmanager
def two_offices(demo, folder, now):
    """Both desks, each office in the other's list: `with two_offices(…) as (ours, theirs)`."""
    Office.create(folder, name=THEIRS, division=f"{COUNTY}000000", now=lambda: now).close()
    with (
        Desk.open(demo.office, now=lambda: now) as ours,
        Desk.open(folder, now=lambda: now) as theirs,
    ):
        ours.office.keep_tables()
        for desk, other, name, county in ((ours, theirs, THEIRS, COUNTY), (theirs, ours, OURS, "990101")):
            card = other.office.archive.card()
            add_unit(desk.office, name, county, card, card_spoken(card), by="office")
        yield ours, theirs


def rewritten(desk, record, answers):
    """Decide answers of a record, whatever its form says; give it as it stands then."""
    view = desk.office.view(record)
    note = {"by": "test"}
    return desk.decide(view, Operation.RESOLVE, answers, changed=answers, note=note)


def ready(desk, county=COUNTY, **row):
    """A record with a letter to be written: the demo's that waits, as it was before it was sent. row: other answers of it.

    Gives the record's id and the row's.
    """
    for view in desk.office.archive.views(MIGRANT):
        for each in letters_of(as_record(view)):
            if each.sent_on and not each.replied_on and view.state == "live":
                place = f"liaison/{each.id}"
                before = {f"{place}/{name}": "" for name in ("sent_on", "reply_due", "result")}
                changed = {f"{place}/{name}": answer for name, answer in row.items()}
                rewritten(desk, view.record, before | {f"{place}/partner_code": county} | changed)
                return view.record, each.id
    raise AssertionError("no letter waits in the demo")


def share_of(desk, record):
    """Where the consent to share stands in a record."""
    [place] = [
        key.rpartition("/")[0] for key in desk.office.view(record).fields if key.endswith("share_agreed")
    ]
    return place
