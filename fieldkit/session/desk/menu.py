"""What can be done at a desk, in the order of a clerk's day: what Home lists, and who may open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.i18n import N_, _
from fieldkit.office.roles import ASKING, Act
from fieldkit.session.desk.told import told

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Part:
    """A line of Home. id: of its way through the screens (`fieldkit.desk_ways`). acts: whoever may do one of these sees it.

    words: what it is called. state: what waits there, in words, "" for nothing; it is asked each time Home is shown, so it
    must be quick in an archive of 100,000 records. reads_tables: whether it reads the flat tables, which are then brought up to
    date before it is opened.
    """

    id: str
    acts: tuple[Act, ...]
    words: str
    state: Callable[[Desk], str]
    reads_tables: bool = False


def _conflicts(desk: Desk) -> str:
    waiting, _kept = desk.conflicts.counts()
    return _("{count} open", count=waiting) if waiting else ""


def _doubles(desk: Desk) -> str:
    """Everybody is looked through only when somebody asks for it: before that, no number is known."""
    count = desk.doubles.count()
    return _("{count} open", count=count) if count else ""


def _worklists(desk: Desk) -> str:
    ending = len(desk.worklists.ending())
    return _("{count} end within a week or have ended", count=ending) if ending else ""


def _nothing(_desk: Desk) -> str:
    return ""


def _checks(desk: Desk) -> str:
    waiting = len(desk.checks.waiting())
    return _("{count} open", count=waiting) if waiting else ""


PARTS: tuple[Part, ...] = (
    Part("inbox", (Act.MERGE,), N_("Inbox"), lambda desk: desk.inbox.state()),
    Part("conflicts", (Act.DECIDE,), N_("Conflicts"), _conflicts),
    Part("doubles", (Act.DECIDE,), N_("Suspected doubles"), _doubles),
    Part("checks", (Act.DECIDE,), N_("Checks"), _checks),
    Part("review", (Act.REVIEW,), N_("Review"), lambda desk: desk.reviews.line()),
    Part("window", (Act.SERVE,), N_("Window"), lambda desk: desk.window.state(), reads_tables=True),
    Part("payments", (Act.SERVE,), N_("Payments"), lambda desk: desk.payments.state(), reads_tables=True),
    Part("worklists", (Act.ASSIGN,), N_("Worklists of the laptops"), _worklists, reads_tables=True),
    Part("points", (Act.SERVE,), N_("Service points"), lambda desk: desk.points.state(), reads_tables=True),
    Part(
        "samples",
        (Act.SAMPLE, Act.CHECK),
        N_("Back-checks"),
        lambda desk: desk.samples.line(),
        reads_tables=True,
    ),
    Part("paper", (Act.CHECK, Act.SERVE), N_("Paper"), lambda desk: desk.paper.line(), reads_tables=True),
    Part("letters", (Act.LIAISE,), N_("Letters"), lambda desk: desk.letters.state(), reads_tables=True),
    Part("reports", (Act.REPORT,), N_("Reports"), lambda desk: desk.reports.state(), reads_tables=True),
    Part("targets", (Act.REPORT,), N_("Targets"), _nothing),
    Part(
        "register",
        (Act.REPORT,),
        N_("Report register"),
        lambda desk: desk.register.state(),
        reads_tables=True,
    ),
    Part("exports", (Act.REPORT,), N_("Exports for other programs"), _nothing),
    Part("quarantine", (Act.MERGE, Act.RELEASE), N_("Kept aside"), lambda desk: desk.aside.state()),
    Part("laptops", (Act.TRUST,), N_("Laptops"), lambda desk: desk.laptops.state()),
    Part("phones", (Act.KEEP,), N_("Phones"), lambda desk: desk.phones.state()),
    Part("unfinished", ASKING, N_("Unfinished interviews"), lambda desk: desk.unfinished.state()),
    Part("people", (Act.KEEP,), N_("Who works here"), _nothing),
    Part("looks", (Act.KEEP, Act.REVIEW), N_("Who looked at what"), _nothing),
    Part("passphrase", tuple(Act), N_("My passphrase"), _nothing),
)


def part_of(name: str) -> Part:
    """The part of that id."""
    return next(each for each in PARTS if each.id == name)


@told()
def parts_for(desk: Desk) -> list[tuple[Part, str]]:
    """What whoever sits at a desk may open, each with its line. Raises FieldkitError."""
    desk.office.lists.up_to_date()
    found = []
    for part in PARTS:
        if any(desk.may(act) for act in part.acts):
            state = part.state(desk)
            found.append((part, f"{_(part.words)}  {state}" if state else _(part.words)))
    return found
