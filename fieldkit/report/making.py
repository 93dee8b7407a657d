"""Making reports: whichever are wanted, from records that are read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from fieldkit import __version__
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.report.document import Document
from fieldkit.report.facts import Wanted, gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE
from fieldkit.report.periods import Period
from fieldkit.report.records import RecordTables


@dataclass(frozen=True, slots=True)
class Request:
    """What a report is made of. unit: who reports. made_on: the day of reporting. village: the code of the one village that it
    is about, where the kind of report is made for each.
    """

    figures: Figures
    period: Period
    unit: str
    made_on: date
    village: str = ""


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report. label: in English, for translation. reads: the questions it needs, by table. periods: the kinds of period it
    is made for (`Period.kind`). by_village: it is made once for each village, each a document of its own (`documents`).
    """

    name: str
    label: str
    reads: Callable[[], Wanted]
    make: Callable[[Request], Document]
    periods: frozenset[str] = frozenset({"month", "quarter", "year", "week", "days"})
    by_village: bool = False

    def documents(self, request: Request) -> Iterator[Document]:
        """The report; where it is made for each village, one for each in the order of their codes, or the one that the
        request names. Raises FieldkitError("report.village").
        """
        codes = [place.code for place in request.figures.places]
        if not self.by_village:
            yield self.make(request)
        elif request.village:
            if request.village not in codes:
                raise FieldkitError("report.village", village=request.village, known=", ".join(codes))
            yield self.make(request)
        else:
            yield from (self.make(replace(request, village=code)) for code in codes)


def gathered(tables: RecordTables, kinds: Iterable[ReportKind], *more: Wanted) -> Figures:
    """Read the records once, for all of these reports, and whatever `more` is wanted."""
    reads = together(*(kind.reads() for kind in kinds), *more)
    return Figures(gather(tables, reads), MADE, tables.places())


def until(request: Request) -> Period:
    """The period of a report up to the day of reporting: what is due in it later is not late yet."""
    period = request.period
    last = max(period.first, min(period.last, request.made_on))
    return period if last == period.last else Period(period.first, last, f"{period.first}..{last}")


def together(*parts: Wanted) -> Wanted:
    """What is wanted by any of them."""
    found: dict[str, set[str]] = {}
    for part in parts:
        for table, names in part.items():
            found.setdefault(table, set()).update(names)
    return found


def forms_of(request: Request, wanted: Wanted) -> set[str]:
    """The forms whose records, or rows of a repeat, are wanted; the same whatever else was read with them."""
    return {
        form.id
        for form in request.figures.facts.library.all_versions()
        for repeat in ("", *form.repeats)
        if (repeat[-1] if repeat else form.id) in wanted
    }


def head(request: Request) -> tuple[str, ...]:
    """What stands at the head of every report: who reports, and for which days."""
    return (
        _("Reporting unit (seal): {unit}", unit=request.unit),
        _("Days: {first} to {last}", first=request.period.first, last=request.period.last),
    )


def closing_notes(request: Request, forms: Iterable[str]) -> tuple[str, ...]:
    """What stands at the end of every report: what it is not for, and what it was made from. forms: whose records it counts."""
    facts = request.figures.facts
    counted = sorted(set(forms) & set(facts.versions))
    versions = [f"{form} {'/'.join(sorted(facts.versions[form]))}" for form in counted]
    kept_out = sum(facts.kept_out_of.get(form, 0) for form in counted)
    return (
        *(
            [
                _(
                    "Of {count} {count:record|records} nothing but the service is counted: {count:its person|their people} did not agree to statistics.",
                    count=kept_out,
                )
            ]
            if kept_out
            else []
        ),
        _("Only for arranging services; not for penalties or for rating persons or villages."),
        _("Form versions: {versions}.", versions=", ".join(versions)) if versions else "",
        _("State of the records: {state}. fieldkit {version}.", state=facts.state[:8], version=__version__),
    )


def signatures(made_on: date) -> tuple[str, ...]:
    """The blanks at the foot of a report (domain.md §3)."""
    blank = " ________"
    return (
        _("Head of the unit (signature)") + blank,
        _("Head of statistics") + blank,
        _("Filled in by") + blank,
        _("Telephone") + blank,
        _("Reported on {year}-{month}-{day}", year=made_on.year, month=made_on.month, day=made_on.day),
    )
