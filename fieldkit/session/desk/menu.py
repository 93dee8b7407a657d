"""What can be done at a desk, in the order of a clerk's day: what Home lists, and who may open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.i18n import N_, _
from fieldkit.office.roles import Act
from fieldkit.session.desk.told import told
from fieldkit.session.desk.unfinished import ASKING

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Part:
    """A line of Home. id: of its way through the screens (`fieldkit.desk_ways`). acts: whoever may do one of these sees it.

    words: what it is called. state: what waits there, in words, "" for nothing; it is asked each time Home is shown, so it
    must be quick in an archive of 100,000 records.
    """

    id: str
    acts: tuple[Act, ...]
    words: str
    state: Callable[[Desk], str]


def _checks(desk: Desk) -> str:
    waiting = len(desk.checks.waiting())
    return _("{count} open", count=waiting) if waiting else ""


PARTS: tuple[Part, ...] = (
    Part("inbox", (Act.MERGE,), N_("Inbox"), lambda desk: desk.inbox.state()),
    Part("quarantine", (Act.MERGE, Act.RELEASE), N_("Kept aside"), lambda desk: desk.aside.state()),
    Part("laptops", (Act.TRUST,), N_("Laptops"), lambda desk: desk.laptops.state()),
    Part("checks", (Act.DECIDE,), N_("Checks"), _checks),
    Part("unfinished", ASKING, N_("Unfinished interviews"), lambda desk: desk.unfinished.state()),
    Part("window", (Act.SERVE,), N_("Window"), lambda desk: desk.window.state()),
    Part("payments", (Act.SERVE,), N_("Payments"), lambda desk: desk.payments.state()),
    Part("points", (Act.SERVE,), N_("Service points"), lambda desk: desk.points.state()),
)


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
