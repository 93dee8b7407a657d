"""The public sheet (公开栏, M2): what to bring, how long it takes, what it costs, how much was done, and everybody's rights.

For a notice board: it is printed upright, names nobody, and hides counts below 5.
"""

from __future__ import annotations

from pathlib import Path

from fieldkit.fieldwork.procedures import Procedure, procedures
from fieldkit.i18n import N_, _
from fieldkit.library import FormLibrary, shipped_folder
from fieldkit.privacy.suppression import shown
from fieldkit.report.conditions import Not, both, is_
from fieldkit.report.counts import Count
from fieldkit.report.document import Blanks, Column, Document, Prose, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import TOWN
from fieldkit.report.labels import choices
from fieldkit.report.making import ReportKind, Request, closing_notes, head
from fieldkit.report.wording import hidden_note

NAME = "public"
_REQUEST = "request"
_TAKEN_BACK = is_("status", "withdrawn")
_DONE = is_("status", "done")
_RIGHTS = (
    N_(
        "Taking part is your choice. Any question may be left out, and not taking part changes nothing you are entitled to."
    ),
    N_("What is free is free. If you are asked for money that is not on this sheet, tell us or the county."),
    N_(
        "Results are told to you alone, in the way you choose; without your consent nobody else learns of them."
    ),
    N_("You may see, correct or delete what is kept of you, and take your consent back, at any time."),
)


def reads() -> Wanted:
    """Requests by matter, and what became of them."""
    return {_REQUEST: frozenset({"item", "status", "date", "done_at"})}


def make(request: Request) -> Document:
    """The sheet, with the counts of a period."""
    period = request.period
    return Document(
        name=NAME,
        title=_("{unit}: what we do for you, how long it takes, what it costs", unit=request.unit),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=head(request),
        parts=(
            _procedures(request),
            _handled(request),
            Prose(_("Your rights"), tuple(_(each) for each in _RIGHTS)),
            Blanks(_("Telephone for questions and complaints; opening hours"), 2),
        ),
        notes=(hidden_note(), *closing_notes(request, {_REQUEST})),
        footer=(_("Posted on ________  Checked by ________"),),
        portrait=True,
        is_posted=True,
    )


def _procedures(request: Request) -> Table:
    library = request.figures.facts.library
    items, papers = choices(library, _REQUEST, "item"), choices(library, _REQUEST, "docs_missing")
    rows = tuple(
        (
            items.get(each.item, each.item),
            _(", ").join(papers.get(paper, paper) for paper in each.docs) or _("nothing"),
            _days(each),
            _("free") if each.fee in {"", "0"} else _("{amount} yuan", amount=each.fee),
        )
        for each in procedures(_own_lists(library))
    )
    return Table(
        _("What to bring, how long it takes, what it costs"),
        (
            Column(_("Matter"), is_text=True),
            Column(_("Bring along"), is_text=True),
            Column(_("Done within"), is_text=True),
            Column(_("Fee"), is_text=True),
        ),
        rows,
        notes=(
            _("Days are working days. You are told once what is needed; we ask the other offices ourselves."),
        ),
    )


def _own_lists(library: FormLibrary) -> Path:
    """The folder of the office's own lists, which lies beside that of its forms."""
    return library.folder.parent / "lists" if library.folder else shipped_folder()


def _days(each: Procedure) -> str:
    return _("working days: {count}", count=each.days) if each.days else _("the same day")


def _handled(request: Request) -> Table:
    """What came in and what was done, by matter in the order of the form; a small count, and what would tell it, is hidden."""
    figures, period = request.figures, request.period
    items = choices(figures.facts.library, _REQUEST, "item")
    counts: dict[tuple[str, str], int] = {}
    for code in ("", *items):
        of = Not(_TAKEN_BACK) if not code else both(Not(_TAKEN_BACK), is_("item", code))
        for column, count in (
            ("came", Count(_REQUEST, of, on="date")),
            ("done", Count(_REQUEST, both(of, _DONE), on="done_at")),
        ):
            counts[code, column] = int(figures.values(count, period).get(TOWN) or 0)
    there = [code for code in items if counts[code, "came"] or counts[code, "done"]]
    kept = {key: count for key, count in counts.items() if key[0] in {"", *there}}
    sums = [[("", column), *((code, column) for code in there)] for column in ("came", "done")]
    cells = shown(kept, sums)
    rows = [(items[code], cells[code, "came"], cells[code, "done"]) for code in there]
    total = (_("Total"), cells["", "came"], cells["", "done"])
    return Table(
        _("What came in and what was done"),
        (Column(_("Matter"), is_text=True), Column(_("Came in")), Column(_("Done"))),
        (*rows, total),
        sums=frozenset({len(rows)}),
    )


KIND = ReportKind(NAME, N_("public sheet: procedures, time limits, fees, counts"), reads, make)
