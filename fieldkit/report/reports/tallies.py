"""Counters of the short reports: how often, by village, with the small ones about health hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fieldkit.i18n import N_, _
from fieldkit.privacy.suppression import COVER, SMALL, hidden, is_small
from fieldkit.report.conditions import Has, Missed, Not, NotAfter, both, either, is_
from fieldkit.report.counts import Count, How, wanted
from fieldkit.report.document import Cell, Column, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import TOWN, Figures
from fieldkit.report.indicators import MADE
from fieldkit.report.periods import Period
from fieldkit.report.wording import place_name


@dataclass(frozen=True, slots=True)
class Tally:
    """A counter. label, short, unit: in English, for translation. is_restricted: counts from 1 to 4 are hidden."""

    id: str
    label: str
    short: str
    unit: str
    count: Count
    is_restricted: bool = False


_PAID = NotAfter("paid_on")
_SETTLED = either(
    is_("status", "withdrawn", "not_accepted"), both(is_("status", "done"), NotAfter("done_at"))
)
_OPEN = is_("final", "open", "")

VISITS = Tally("visits", N_("Visits attempted"), N_("Visits"), N_("visits"), Count("visit", on="date"))
DONE = Tally(
    "done", N_("of these done"), N_("Done"), N_("visits"), Count("visit", is_("outcome", "done"), on="date")
)
NOBODY = Tally(
    "nobody",
    N_("of these nobody home"),
    N_("Nobody"),
    N_("visits"),
    Count("visit", is_("outcome", "nobody"), on="date"),
)
DECLINED = Tally(
    "declined",
    N_("of these declined (a neutral figure)"),
    N_("Decl."),
    N_("visits"),
    Count("visit", is_("outcome", "declined"), on="date"),
)
EVENTS = Tally("events", N_("Events"), N_("Events"), N_("events"), Count("edu_event", on="date"))
ATTENDANCE = Tally(
    "attendance",
    N_("Attendance at events"),
    N_("Attend."),
    N_("attendances"),
    Count("edu_event", on="date", how=How.SUM, of="attend_n"),
)
RESULTS = Tally(
    "results",
    N_("Screening results to be told"),
    N_("Results"),
    N_("results"),
    Count(
        "scr_follow",
        both(NotAfter("date"), _OPEN, Not(is_("reason", "rebook")), Not(Has("told")), Not(Missed("told"))),
    ),
    is_restricted=True,
)
REFERRALS = Tally(
    "referrals",
    N_("Referrals under way"),
    N_("Referr."),
    N_("referrals"),
    Count(
        "scr_follow",
        both(NotAfter("date"), _OPEN, is_("reason", "colpo", "mmg", "histology", "treatment")),
    ),
    is_restricted=True,
)
PAYMENTS = Tally(
    "payments",
    N_("Payments due and not yet made"),
    N_("Payments"),
    N_("payments"),
    Count("payment", both(NotAfter("due_on"), Not(_PAID))),
)
PAID = Tally("paid", N_("Payments made"), N_("Paid"), N_("payments"), Count("payment", on="paid_on"))
RECEIVED = Tally(
    "received", N_("Requests received"), N_("Requests"), N_("requests"), Count("request", on="date")
)
SETTLED = Tally(
    "settled",
    N_("Requests done"),
    N_("Req. done"),
    N_("requests"),
    Count("request", is_("status", "done"), on="done_at"),
)
WAITING = Tally(
    "waiting",
    N_("Requests open"),
    N_("Req. open"),
    N_("requests"),
    Count("request", both(NotAfter("date"), Has("status"), Not(_SETTLED))),
)
FOUND = Tally("found", N_("Village issues found"), N_("New issues"), N_("issues"), Count("issue", on="date"))
CLOSED = Tally(
    "closed", N_("Village issues solved"), N_("Iss. solved"), N_("issues"), Count("issue", on="closed_on")
)
ISSUES = Tally(
    "issues",
    N_("Village issues open"),
    N_("Iss. open"),
    N_("issues"),
    Count("issue", both(NotAfter("date"), Not(NotAfter("closed_on")))),
)

Tallied = Mapping[str, Mapping[str, Cell]]
"""Tally → village, or the township → what may be printed."""


def reads(tallies: Iterable[Tally]) -> Wanted:
    """What must be read for them."""
    return wanted((each.count for each in tallies), MADE)


def tallied(figures: Figures, tallies: Sequence[Tally], period: Period) -> dict[str, dict[str, Cell]]:
    """What may be printed of each, for the township and every village."""
    return {each.id: _cells(figures, each, period) for each in tallies}


def counters(heading: str, tallies: Sequence[Tally], cells: Tallied) -> Table:
    """The township's counters, one in a row."""
    return Table(
        heading=heading,
        columns=(
            Column(_("No.")),
            Column(_("Counter"), is_text=True),
            Column(_("Unit"), is_text=True),
            Column(_("Count")),
        ),
        rows=tuple(
            (number, _(each.label), _(each.unit), cells[each.id][TOWN])
            for number, each in enumerate(tallies, 1)
        ),
    )


def by_village(heading: str, figures: Figures, tallies: Sequence[Tally], cells: Tallied) -> Table:
    """A row for each village in the order of the codes, under their sum."""
    names = {TOWN: _("Total"), **{place.code: place_name(place) for place in figures.places}}
    return Table(
        heading=heading,
        columns=(
            Column(_("Code"), is_text=True, is_code=True),
            Column(_("Village"), is_text=True),
            *(Column(_(each.label), _(each.short)) for each in tallies),
        ),
        rows=tuple((code, name, *(cells[each.id][code] for each in tallies)) for code, name in names.items()),
        sums=frozenset({0}),
    )


def _cells(figures: Figures, tally: Tally, period: Period) -> dict[str, Cell]:
    values = figures.values(tally.count, period)
    counts = {code: int(values.get(code) or 0) for code in (TOWN, *(each.code for each in figures.places))}
    gone = hidden(counts, [list(counts)]) if tally.is_restricted else frozenset[str]()
    return {
        code: count if code not in gone else SMALL if is_small(count) else COVER
        for code, count in counts.items()
    }
