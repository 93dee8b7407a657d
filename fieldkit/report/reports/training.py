"""From needs to training (需求与培训计划, L5): what people need, what training was held because of it, what is to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from fieldkit.i18n import N_, _
from fieldkit.privacy.suppression import LEAST, SMALL, is_small
from fieldkit.report.conditions import Condition, Has, Missed, both, is_, ticked
from fieldkit.report.counts import Count, How, Unit
from fieldkit.report.document import Blanks, Cell, Column, Document, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import TOWN, Figure
from fieldkit.report.labels import choices
from fieldkit.report.making import ReportKind, Request, closing_notes, head, signatures
from fieldkit.report.wording import hidden_note, printed

NAME = "needs"
_VISIT, _LOG, _ATTEND = "visit", "log", "attend"
_TOPICS = 5
"""How many needs are topics of the plan."""
_NO_NEED = frozenset({"none", "pns", "declined"})
_ASKED = {
    "sat_env": N_("Surroundings"),
    "sat_skill": N_("Skill"),
    "sat_service": N_("Service"),
    "sat_manage": N_("Management"),
    "sat_all": N_("All in all"),
}
_WELL = ("4", "5")
_BLANK = "________"
_TENTH = Decimal("0.1")


def reads() -> Wanted:
    """Needs, barriers and satisfaction of visits; trainings with the need they were for."""
    return {
        _VISIT: frozenset({"date", "needs", "need_top", "barrier", *_ASKED}),
        _LOG: frozenset({"kind", "date", "because_need", "hours", "attitude_item", "score_gain"}),
        _ATTEND: frozenset({"kind", "date", "because_need", "role_n"}),
    }


def make(request: Request) -> Document:
    """The needs of a period, and the plan."""
    period = request.period
    needs = _of_form(request, "needs")
    named = {code: _count(request, _VISIT, ticked("needs", code)) for code in needs}
    topics = _topics(named)
    return Document(
        name=NAME,
        title=_("{unit}: needs, and the training they ask for ({period})", unit=request.unit, period=period),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=(*head(request), _("Counted in: visits")),
        parts=(
            _needs(request, needs, named),
            _barriers(request),
            _satisfaction(request),
            _trainings(request, needs),
            _plan(request, needs, topics),
            Blanks(_("What else is needed for it"), 3),
        ),
        notes=(
            _(
                "Needs stand in the order of the form. The plan takes up those that were named most often, in that order too."
            ),
            _("Nothing here is told of a village or of anybody: needs are counted for the township."),
            hidden_note(),
            *closing_notes(request, {_VISIT, _LOG}),
        ),
        footer=signatures(request.made_on),
    )


def _of_form(request: Request, name: str) -> Mapping[str, str]:
    found = choices(request.figures.facts.library, _VISIT, name)
    return {code: words for code, words in found.items() if code not in _NO_NEED}


def _topics(named: Mapping[str, int]) -> Sequence[str]:
    """The needs that were named most often and not by a few alone, as many as the plan takes up, in the order of the form."""
    found = [code for code, times in named.items() if times >= LEAST]
    chosen = set(sorted(found, key=lambda code: -named[code])[:_TOPICS])
    return [code for code in found if code in chosen]


def _needs(request: Request, needs: Mapping[str, str], named: Mapping[str, int]) -> Table:
    rows = tuple(
        (
            words,
            _hidden(named[code]),
            _hidden(_count(request, _VISIT, is_("need_top", code))),
        )
        for code, words in needs.items()
    )
    return Table(
        _("What people need"),
        (Column(_("Need"), is_text=True), Column(_("Named by")), Column(_("Named first by"))),
        rows,
        notes=(
            _("Somebody may name several. Answered: {count}.", count=_count(request, _VISIT, Has("needs"))),
        ),
    )


def _barriers(request: Request) -> Table:
    rows = tuple(
        (words, _hidden(_count(request, _VISIT, ticked("barrier", code))))
        for code, words in _of_form(request, "barrier").items()
    )
    return Table(
        _("What stands in the way"), (Column(_("Barrier"), is_text=True), Column(_("Named by"))), rows
    )


def _satisfaction(request: Request) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, words in _ASKED.items():
        well = _count(request, _VISIT, is_(name, *_WELL))
        answered = _count(request, _VISIT, Has(name))
        rows.append(
            (
                _(words),
                printed(Figure(Decimal(well), Decimal(answered)), Unit.PERCENT),
                _hidden(_count(request, _VISIT, Missed(name))),
            )
        )
    return Table(
        _("How satisfied people are"),
        (
            Column(_("Satisfied with"), is_text=True),
            Column(_("Satisfied or very satisfied")),
            Column(_("Did not want to answer, or not applicable")),
        ),
        tuple(rows),
    )


def _trainings(request: Request, needs: Mapping[str, str]) -> Table:
    """Trainings by the need they were for, in the order of the form; those who came are counted, not named."""
    training = is_("kind", "training")
    rows: list[tuple[Cell, ...]] = []
    for code, words in needs.items():
        of = both(training, is_("because_need", code))
        held = _count(request, _LOG, of)
        if held:
            hours, gain = (
                request.figures.values(Count(_LOG, of, on="date", how=how, of=name), request.period).get(TOWN)
                for how, name in ((How.SUM, "hours"), (How.MEAN, "score_gain"))
            )
            came = request.figures.values(
                Count(_ATTEND, of, on="date", how=How.SUM, of="role_n"), request.period
            ).get(TOWN)
            attitude = _count(request, _LOG, both(of, is_("attitude_item", "yes")))
            rows.append((words, held, attitude, _number(hours), _number(came), _number(gain)))
    return Table(
        _("Training held, and for which need"),
        (
            Column(_("Need"), is_text=True),
            Column(_("Trainings")),
            Column(_("With attitude to people in it")),
            Column(_("Hours of training")),
            Column(_("Attendances")),
            Column(_("Points gained")),
        ),
        tuple(rows),
    )


def _plan(request: Request, needs: Mapping[str, str], topics: Sequence[str]) -> Table:
    """What training is to come: a row for each topic, with what was held because of it, and room for who and when."""
    training = is_("kind", "training")
    rows: list[tuple[Cell, ...]] = []
    for code in topics:
        held = _count(request, _LOG, both(training, is_("because_need", code)))
        gap = _("held: {count}", count=held) if held else _("none yet")
        rows.append((needs[code], gap, _BLANK, _BLANK))
    return Table(
        _("Plan"),
        (
            Column(_("Need"), is_text=True),
            Column(_("Training because of it"), is_text=True),
            Column(_("Trainer (unit and post)"), is_text=True),
            Column(_("Day"), is_text=True),
        ),
        tuple(rows),
        notes=() if rows else (_("No need was named by five or more."),),
    )


def _count(request: Request, table: str, where: Condition) -> int:
    return int(request.figures.values(Count(table, where, on="date"), request.period).get(TOWN) or 0)


def _hidden(count: int) -> Cell:
    return SMALL if is_small(count) else count


def _number(value: Decimal | None) -> Cell:
    if value is None:
        return ""
    return int(value) if value == value.to_integral_value() else value.quantize(_TENTH, ROUND_HALF_UP)


KIND = ReportKind(NAME, N_("needs, and the training they ask for"), reads, make)
