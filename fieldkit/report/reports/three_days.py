"""R3, the three-day report: twelve counters that are counted and never typed, and what the villages need in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fieldkit.i18n import N_, _
from fieldkit.report.document import Document, Part, Prose
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import TOWN, Figures
from fieldkit.report.making import ReportKind, Request, closing_notes, forms_of, head, signatures, together
from fieldkit.report.reports import charts, tallies
from fieldkit.report.reports.needs import READS, needs, needs_table
from fieldkit.report.reports.tallies import Tallied, Tally, by_village, counters, tallied
from fieldkit.report.wording import hidden_note

COUNTERS: Sequence[Tally] = (
    tallies.VISITS,
    tallies.DONE,
    tallies.NOBODY,
    tallies.DECLINED,
    tallies.EVENTS,
    tallies.ATTENDANCE,
    tallies.RESULTS,
    tallies.REFERRALS,
    tallies.PAYMENTS,
    tallies.WAITING,
    tallies.SETTLED,
    tallies.ISSUES,
)
"""The twelve, in their order."""


def reads() -> Wanted:
    """What it counts."""
    return together(tallies.reads(COUNTERS), READS)


def make(request: Request) -> Document:
    """The note in the words of domain.md, App. B, the counters, and the villages where there are several."""
    figures, period = request.figures, request.period
    cells = tallied(figures, COUNTERS, period)
    found = needs(figures, period)
    at_work = [place for place in figures.places if any(cells[each.id][place.code] != 0 for each in COUNTERS)]
    total = {name: each[TOWN] for name, each in cells.items()}
    note = _(
        "Visits in this window: {visits} (done {done}, nobody home {nobody}, declined {declined}); events: {events} with "
        "{attendance} attendances; to do: results to be told {results}, referrals {referrals}, payments {payments}; support "
        "needed: {need}.",
        **total,
        need=_("; ").join(f"{village}{_(': ')}{need.rstrip('。.')}" for village, _days, need in found)
        or _("none"),
    )
    return Document(
        name=KIND.name,
        title=_("{unit}: three-day report ({period})", unit=request.unit, period=period),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=head(request),
        parts=(
            Prose(_("In a sentence"), (note,)),
            counters(_("Twelve counters"), COUNTERS, cells),
            *(_of_villages(figures, cells) if len(at_work) > 1 else []),
            needs_table(_("Support needed"), found),
        ),
        notes=(
            _("Counted from the records; to do: as it stood at the end of the last day."),
            hidden_note(),
            *closing_notes(request, forms_of(request, reads())),
        ),
        footer=signatures(request.made_on),
    )


def _of_villages(figures: Figures, cells: Tallied) -> Iterator[Part]:
    yield by_village(_("By village"), figures, COUNTERS, cells)
    yield charts.of_villages(_("Visits attempted, by village"), figures, tallies.VISITS, cells)


KIND = ReportKind(
    "three-days",
    N_("three-day report: twelve counters, and what villages need"),
    reads,
    make,
    frozenset({"days"}),
)
