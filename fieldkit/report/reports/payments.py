"""Payment timeliness (按时兑现, I-12): what was due, what was made on time and in full, what is late and why. No names."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_, _
from fieldkit.privacy.suppression import LEAST
from fieldkit.report.conditions import Condition, Has, Not, both, is_
from fieldkit.report.counts import Count, How, Unit, wanted
from fieldkit.report.document import Blanks, Cell, Column, Document, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import TOWN, Figure
from fieldkit.report.indicators import MADE, MEASURES
from fieldkit.report.labels import choices, place_names
from fieldkit.report.making import ReportKind, Request, closing_notes, head, signatures, until
from fieldkit.report.wording import number, printed

NAME = "payments"
_PAYMENT = "payment"
_IN_TIME = MEASURES["I-12"].numerator.where
_PAID = Has("paid_on")


def _due(*conditions: Condition) -> Count:
    return Count(_PAYMENT, both(*conditions), on="due_on")


def _sum(name: str, *conditions: Condition) -> Count:
    return Count(_PAYMENT, both(*conditions), on="due_on", how=How.SUM, of=name)


_COLUMNS: tuple[tuple[str, tuple[Condition, ...]], ...] = (
    (N_("Payments due"), ()),
    (N_("On time and in full"), (_IN_TIME,)),
    (N_("Paid late or not in full"), (_PAID, Not(_IN_TIME))),
    (N_("Not paid yet"), (Not(_PAID),)),
)
"""What stands of payments that were due: its words, and which payments they are."""
_AMOUNTS: tuple[tuple[str, str, tuple[Condition, ...]], ...] = (
    (N_("Due, yuan"), "standard_amt", ()),
    (N_("Paid, yuan"), "paid_amt", (_PAID,)),
)


def reads() -> Wanted:
    """Payments, with their programme; and their villages."""
    counts = [_due(*each) for _words, each in _COLUMNS] + [_sum(name, *each) for _w, name, each in _AMOUNTS]
    found = wanted(counts, MADE)
    return {_PAYMENT: found[_PAYMENT] | {"programme", "fail_reason", "notified_on", "again_on"}}


def make(request: Request) -> Document:
    """The payments that were due in a period."""
    figures, period = request.figures, request.period
    library = figures.facts.library
    return Document(
        name=NAME,
        title=_("{unit}: payments made on time ({period})", unit=request.unit, period=period),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=(*head(request), _("Counted in: payments")),
        parts=(
            _by_programme(request, choices(library, "benefit", "programme")),
            _by_village(request),
            _why(request, choices(library, "benefit", "fail_reason")),
            Blanks(_("What is done about what is late, and by when"), 3),
        ),
        notes=(
            _(
                "A payment counts in the period it was due in. On time: paid by that day, and as much as was due."
            ),
            _("Who waits for a payment stands on the office's worklist alone, never in a report."),
            *closing_notes(request, {"benefit"}),
        ),
        footer=signatures(request.made_on),
    )


def _by_programme(request: Request, programmes: Mapping[str, str]) -> Table:
    """A row for each programme that had something due, in the order of the form's list, and their sum. Those with few payments
    stand together, since some of them tell of an illness or a death.
    """
    due = {code: _count(request, is_("programme", code)) for code in programmes}
    rows = [
        (words, *_cells(request, is_("programme", code)))
        for code, words in programmes.items()
        if due[code] >= LEAST
    ]
    few = Not(is_("programme", *(code for code, count in due.items() if count >= LEAST)))
    if _count(request, few):
        rows.append(
            (
                _("Programmes with fewer than {least} {least:payment|payments} each", least=LEAST),
                *_cells(request, few),
            )
        )
    total = (_("Total"), *_cells(request))
    return Table(
        _("By programme"),
        (
            Column(_("Programme"), is_text=True),
            *(Column(_(words)) for words, _where in _COLUMNS),
            *(Column(_(words)) for words, _name, _where in _AMOUNTS),
        ),
        (*rows, total),
        sums=frozenset({len(rows)}),
    )


def _by_village(request: Request) -> Table:
    """Counts alone, in the order of codes: no amounts, which would tell of somebody where only one is paid."""
    figures = request.figures
    values = [figures.values(_due(*each), until(request)) for _words, each in _COLUMNS]
    rows = tuple(
        (code, name, *(number(each.get(code)) or 0 for each in values))
        for code, name in place_names(figures).items()
        if code != TOWN
    )
    total = ("", _("Total"), *(number(each.get(TOWN)) or 0 for each in values))
    return Table(
        _("By village"),
        (
            Column(_("Code"), is_text=True, is_code=True),
            Column(_("Village"), is_text=True),
            *(Column(_(words)) for words, _where in _COLUMNS),
        ),
        (*rows, total),
        sums=frozenset({len(rows)}),
    )


def _why(request: Request, reasons: Mapping[str, str]) -> Table:
    """Why payments were late: the reasons of the form, in its order, and how many of these people were told and given a day."""
    late = (Not(_IN_TIME),)
    rows: list[tuple[Cell, ...]] = []
    for code, words in (*reasons.items(), ("", _("No reason given yet"))):
        of = (*late, is_("fail_reason", code))
        count = _count(request, *of)
        if count:
            told = _count(request, *of, Has("notified_on"))
            again = _count(request, *of, Has("again_on"))
            rows.append((words, count, told, again))
    return Table(
        _("Late, and why"),
        (
            Column(_("Reason"), is_text=True),
            Column(_("Payments")),
            Column(_("The person was told")),
            Column(_("A new day was given")),
        ),
        tuple(rows),
    )


def _cells(request: Request, *where: Condition) -> tuple[Cell, ...]:
    figures = request.figures
    counts = (_count(request, *each, *where) for _words, each in _COLUMNS)
    amounts = (
        printed(Figure(figures.values(_sum(name, *each, *where), until(request)).get(TOWN)), Unit.YUAN)
        for _words, name, each in _AMOUNTS
    )
    return (*counts, *amounts)


def _count(request: Request, *where: Condition) -> int:
    return int(request.figures.values(_due(*where), until(request)).get(TOWN) or 0)


KIND = ReportKind(NAME, N_("payments: due, on time, late and why"), reads, make)
