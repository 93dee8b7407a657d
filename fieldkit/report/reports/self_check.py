"""The monthly self-check (自查表, L3): each of the twenty checks with what the records say, and room for one's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fieldkit.i18n import N_, _, language
from fieldkit.privacy.leaks import leaks
from fieldkit.privacy.suppression import LEAST, is_small
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.report.conditions import Condition, Has, Not, NotAfter, Number, both, either, is_, ticked
from fieldkit.report.counts import Count, How, wanted
from fieldkit.report.document import Blanks, Column, Document, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import TOWN
from fieldkit.report.indicators import INDICATORS, MADE, MEASURES
from fieldkit.report.indicators import reads as reads_of_measures
from fieldkit.report.labels import choices
from fieldkit.report.making import ReportKind, Request, closing_notes, head, signatures, until
from fieldkit.report.targets import KINDS, TARGET, kinds

NAME = "self-check"
_LOG = "log"
_BLANK = "_" * 16
"""Room to write in."""
_NOTES: Wanted = {
    "visit": {"date", "staff_note", "complaint"},
    "payment": {"date", "pay_note"},
    "grievance": {"grieved_on", "grievance_text"},
    "request": {"date", "details", "remedy"},
    "issue": {"date", "text", "closed_how"},
    "log": {"date", "topic", "place"},
    "decisions": {"date", "decision"},
    "checks": {"date", "check_comment", "check_action"},
}
"""Table → the questions that take free text, and the day of each."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the records say of a check: of how many how many are wanting. of: None where it is of nothing. is_hidden: the
    number is small and about somebody's health.
    """

    wanting: int
    of: int | None = None
    is_hidden: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether there was nothing to look at."""
        return self.of == 0


@dataclass(frozen=True, slots=True)
class Looked:
    """How a check is filled in. reads: what must be read. look: at the figures of a period."""

    reads: Wanted
    look: Callable[[Request], Found]


def _of(measure: str) -> Looked:
    """What is wanting of a measure: the rest."""

    def look(request: Request) -> Found:
        found = MEASURES[measure]
        indicator = INDICATORS[found.indicator]
        figure = request.figures.shown(indicator, found, until(request))[TOWN]
        n, of = int(figure.n or 0), None if figure.of is None else int(figure.of)
        wanting = n if of is None else of - n
        is_hidden = figure.is_hidden or (indicator.tier in RESTRICTED and is_small(wanting))
        return Found(wanting, of, is_hidden)

    return Looked(reads_of_measures(measure), look)


def _counts(wanting: tuple[Count, ...], of: tuple[Count, ...]) -> Looked:
    """What some counts come to together, of others."""

    def look(request: Request) -> Found:
        period = until(request)
        missing, every = (
            sum(int(request.figures.values(each, period).get(TOWN) or 0) for each in some)
            for some in (wanting, of)
        )
        return Found(missing, every)

    return Looked(wanted((*wanting, *of), MADE), look)


def _lacking(table: str, condition: Condition, on: str = "") -> Looked:
    """The rows for which a condition does not hold."""
    return _counts((Count(table, Not(condition), on=on),), (Count(table, on=on),))


def _back_checks() -> Looked:
    """How many of those that were drawn are not done."""
    drawn = Count("sample", Not(Has("given_up_on")), on="date", how=How.SUM, of="drawn_n")
    done = Count("backcheck", is_("method", "random"), on="date")

    def look(request: Request) -> Found:
        period = until(request)
        of, made = (int(request.figures.values(each, period).get(TOWN) or 0) for each in (drawn, done))
        return Found(max(0, of - made), of)

    return Looked(wanted((drawn, done), MADE), look)


def _notes(request: Request) -> Found:
    """Notes of the period with a number in them that looks like one of a telephone or a card."""
    period = until(request)
    first, last = period.first.isoformat(), period.last.isoformat()
    found = 0
    for table, names in _NOTES.items():
        day = "grieved_on" if "grieved_on" in names else "date"
        texts = sorted(set(names) - {day})
        for row in request.figures.facts.rows(table):
            if first <= row[day][:10] <= last:
                found += sum(bool(leaks(row[name])) for name in texts)
    return Found(found)


def _targets(request: Request) -> Found:
    """Targets for something that is only watched, as what people decide is."""
    rows = request.figures.facts.rows(TARGET)
    return Found(sum(kinds().get(row["indicator_id"]) not in KINDS for row in rows), len(rows))


_FAILED = is_("status", "failed", "returned")
_COMPLAINT = is_("item", "complaint")
_POSTED = both(
    ticked("openness", "procedure_board"),
    ticked("openness", "fee_board"),
    ticked("openness", "rights_notice"),
)
_STOCK = ("condoms_box", "folic_acid_bottles", "kits")
_OUT = either(
    *(Number(each, most=0) for each in (*_STOCK, "leaflets")),
    *(NotAfter(f"{each}_expiry") for each in _STOCK),
)
_CHARGED = both(is_("status", "done"), Number("fee_due", least=0.01))

CHECKS: Mapping[str, Looked] = {
    "1": _of("I-10"),
    "2": _of("I-08"),
    "3": _of("I-12"),
    "4": _counts(
        (Count("payment", both(_FAILED, Not(both(Has("notified_on"), Has("again_on")))), on="due_on"),),
        (Count("payment", _FAILED, on="due_on"),),
    ),
    "5": _of("I-21"),
    "6": _of("I-21.health"),
    "7": _of("I-19.stopped"),
    "8": _of("I-22"),
    "9": _of("I-20.laptops"),
    "10": _of("I-20.reports"),
    "11": _counts(
        (
            Count("request", both(_COMPLAINT, Not(NotAfter("done_at"))), on="date"),
            Count("grievance", Not(NotAfter("answered_on")), on="grieved_on"),
        ),
        (Count("request", _COMPLAINT, on="date"), Count("grievance", on="grieved_on")),
    ),
    "12": _of("I-13"),
    "13": _counts(
        (Count("request", _CHARGED, on="done_at"),), (Count("request", is_("status", "done"), on="done_at"),)
    ),
    "14": _lacking("points", _POSTED),
    "15": _counts(
        (Count("walls", both(is_("slogan_action", "remove"), Not(NotAfter("slogan_done_on")))),),
        (Count("walls"),),
    ),
    "16": _lacking("points", both(ticked("privacy", "door_locks"), ticked("privacy", "sound"))),
    "17": _lacking("service_point", Not(_OUT), on="date"),
    "18": _back_checks(),
    "19": Looked(_NOTES, _notes),
    "20": Looked({TARGET: {"indicator_id"}}, _targets),
}
"""How each of the twenty checks is filled in, by its number (self_checks.csv)."""


def reads() -> Wanted:
    """Whatever one of the checks looks at."""
    found: dict[str, set[str]] = {}
    for check in CHECKS.values():
        for table, names in check.reads.items():
            found.setdefault(table, set()).update(names)
    found["visit"].add("wants_reply")
    return found


def make(request: Request) -> Document:
    """The sheet of a period, in the order of the list of checks."""
    period = request.period
    replies = request.figures.values(Count("visit", is_("wants_reply", "yes"), on="date"), until(request))
    return Document(
        name=NAME,
        title=_("{unit}: self-check ({period})", unit=request.unit, period=period),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=(*head(request), _("As it stood on {day}", day=until(request).last)),
        parts=(
            Table(
                _("What the records say, and what we say to it"),
                (
                    Column(_("No.")),
                    Column(_("Check"), is_text=True),
                    Column(_("What the records say"), is_text=True),
                    Column(_("Finding"), is_text=True),
                    Column(_("Own comment"), is_text=True),
                    Column(_("What will be done"), is_text=True),
                ),
                tuple(_rows(request)),
                notes=(
                    _(
                        "Comments at visits to which a reply was wished: {count}. Whether it came, the records do not say.",
                        count=int(replies.get(TOWN) or 0),
                    ),
                    _(
                        "15: slogans that are to be repainted or removed; wanting are those to be removed that are still there."
                    ),
                    _("Findings are proposals; the office enters its own in the log (self-check)."),
                ),
            ),
            Blanks(_("What else we found, without names"), 3),
        ),
        notes=(
            _("Too few to be shown: fewer than {least}, where it is about somebody's health.", least=LEAST),
            *closing_notes(request, _forms()),
        ),
        footer=signatures(request.made_on),
    )


def _rows(request: Request) -> Iterator[tuple[int, str, str, str, str, str]]:
    log = request.figures.facts.library.known(_LOG)
    words = choices(request.figures.facts.library, _LOG, "finding")
    for row in log.lists.rows("self_checks") if log else ():
        check = CHECKS.get(row["name"])
        found = check.look(request) if check else None
        label = row["label_zh"] if language().startswith("zh") else row["label_en"]
        yield (int(row["name"]), label, _said(found), words.get(_finding(found), ""), _BLANK, _BLANK)


def _said(found: Found | None) -> str:
    if found is None:
        return ""
    if found.is_hidden:
        return _("too few to be shown")
    if found.is_silent:
        return _("nothing to look at")
    if found.of is None:
        return _("found: {count}", count=found.wanting)
    if not found.wanting:
        return _("all {count}", count=found.of)
    return _("{count} of {of} wanting", count=found.wanting, of=found.of)


def _finding(found: Found | None) -> str:
    """The code of the form's list; "" where the records cannot say."""
    if found is None or found.is_silent or (found.is_hidden and not found.wanting):
        return ""
    return "no" if found.wanting else "yes"


def _forms() -> set[str]:
    return {table for each in CHECKS.values() for table in each.reads}


KIND = ReportKind(NAME, N_("self-check: twenty checks, filled in from the records"), reads, make)
