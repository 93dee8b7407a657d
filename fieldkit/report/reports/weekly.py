"""RW, the weekly report: the week's sums by village, what villages need, and the issues that are not solved."""

from __future__ import annotations

from collections.abc import Sequence

from fieldkit.i18n import N_, _
from fieldkit.report.document import Document
from fieldkit.report.facts import Wanted
from fieldkit.report.making import ReportKind, Request, closing_notes, forms_of, head, signatures, together
from fieldkit.report.reports import charts, issues, needs, tallies
from fieldkit.report.reports.tallies import Tally, by_village, tallied
from fieldkit.report.wording import hidden_note

COUNTERS: Sequence[Tally] = (
    tallies.VISITS,
    tallies.DONE,
    tallies.NOBODY,
    tallies.DECLINED,
    tallies.EVENTS,
    tallies.ATTENDANCE,
    tallies.RECEIVED,
    tallies.SETTLED,
    tallies.PAID,
    tallies.PAYMENTS,
    tallies.RESULTS,
    tallies.FOUND,
    tallies.CLOSED,
    tallies.ISSUES,
)
"""What is summed up, in its order."""


def reads() -> Wanted:
    """What it counts and lists."""
    return together(tallies.reads(COUNTERS), needs.READS, issues.READS)


def make(request: Request) -> Document:
    """Counted anew from the records of the week, not added up from the three-day reports."""
    figures, period = request.figures, request.period
    cells = tallied(figures, COUNTERS, period)
    has_issues = bool(issues.open_issues(figures, period))
    return Document(
        name=KIND.name,
        title=_("{unit}: weekly report ({period})", unit=request.unit, period=period),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=head(request),
        parts=(
            by_village(_("Sums of the week"), figures, COUNTERS, cells),
            charts.of_villages(_("Visits attempted, by village"), figures, tallies.VISITS, cells),
            needs.needs_table(_("Support needed"), needs.needs(figures, period)),
            *([issues.counted_by_kind(figures, period)] if has_issues else []),
            issues.listed(figures, period),
        ),
        notes=(
            _(
                "Counted from the records, not from the three-day reports; what is due or open: at the end of the last day."
            ),
            hidden_note(),
            *closing_notes(request, forms_of(request, reads())),
        ),
        footer=signatures(request.made_on),
    )


KIND = ReportKind(
    "weekly",
    N_("weekly report: sums by village, needs, open issues"),
    reads,
    make,
    frozenset({"week", "days"}),
)
