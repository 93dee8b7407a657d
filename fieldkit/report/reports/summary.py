"""RM in words (月工作总结): what was done, what is amiss with the service, what comes next, what support is needed.

Sentences are made of figures; what only people can say is left for them to write. What is amiss are tasks of the service: nobody
is blamed, nothing is ranked, and a declined offer is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from fieldkit.i18n import N_, _
from fieldkit.report.conditions import is_
from fieldkit.report.counts import Count, How, wanted
from fieldkit.report.document import Blanks, Document, Prose
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import TOWN, Figure
from fieldkit.report.indicators import INDICATORS, MADE, MEASURES
from fieldkit.report.indicators import reads as reads_of_indicators
from fieldkit.report.making import ReportKind, Request, closing_notes, forms_of, head, signatures, together
from fieldkit.report.periods import Period
from fieldkit.report.reports import issues, needs, tallies
from fieldkit.report.reports.tallies import tallied
from fieldkit.report.wording import hidden_note, number, printed, rate

_USED = (
    "I-01", "I-02.done", "I-03.before", "I-03.after", "I-10", "I-12", "I-12.amount", "I-13", "I-14", "I-21.health", "I-23",
)  # fmt: skip
_COUNTED = (
    tallies.EVENTS,
    tallies.ATTENDANCE,
    tallies.RESULTS,
    tallies.REFERRALS,
    tallies.PAYMENTS,
    tallies.RECEIVED,
    tallies.SETTLED,
    tallies.WAITING,
    tallies.FOUND,
    tallies.CLOSED,
    tallies.ISSUES,
)
_SCREENING_DAYS = Count("scr_event", on="date")
_SCREENED = Count("scr_event", on="date", how=How.SUM, of="registered")
_TRAININGS = Count("log", is_("kind", "training"), on="date")
_MEETINGS = Count("log", is_("kind", "meeting", "policy", "exchange"), on="date")
_DUE = Count("payment", on="due_on")
_LINES = 3


def reads() -> Wanted:
    """What its sentences are made of."""
    own = wanted((_SCREENING_DAYS, _SCREENED, _TRAININGS, _MEETINGS, _DUE), MADE)
    return together(reads_of_indicators(*_USED), own, tallies.reads(_COUNTED), issues.READS, needs.READS)


def make(request: Request) -> Document:
    """Four parts, each with room for what people add."""
    said = _Month(request)
    return Document(
        name=KIND.name,
        title=_("{unit}: monthly summary ({period})", unit=request.unit, period=request.period),
        unit=request.unit,
        period=f"{request.period.first}..{request.period.last}",
        made_on=request.made_on.isoformat(),
        above=head(request),
        parts=(
            Prose(_("1. What was done"), tuple(said.done())),
            Blanks(_("Other work, in your own words"), _LINES),
            Prose(_("2. What is amiss"), tuple(said.amiss())),
            Blanks(_("Why, and what else, in your own words"), _LINES),
            Prose(_("3. Next month"), tuple(said.next())),
            Blanks(_("Other plans, in your own words"), _LINES),
            Prose(_("4. Support needed from above"), tuple(said.support())),
            Blanks(_("Other support, in your own words"), _LINES),
        ),
        notes=(hidden_note(), *closing_notes(request, forms_of(request, reads()))),
        footer=signatures(request.made_on),
        portrait=True,
    )


class _Month:
    """The sentences of a month."""

    def __init__(self, request: Request) -> None:
        self._figures = request.figures
        self._period = request.period
        self._cells = {
            name: each[TOWN] for name, each in tallied(self._figures, _COUNTED, self._period).items()
        }

    def done(self) -> Iterator[str]:
        """What the service did."""
        offered, visits = self._of("I-01"), self._of("I-02.done")
        yield _(
            "Visits attempted: {attempted}; done: {done}. Of {homes} registered households that are lived in, {offered} were offered a visit ({rate}).",
            attempted=number(visits.of), done=number(visits.n), homes=number(offered.of), offered=number(offered.n),
            rate=rate(offered) or "-",
        )  # fmt: skip
        yield _(
            "Health education events: {events}; attendances: {attendance}.",
            events=self._cells["events"],
            attendance=self._cells["attendance"],
        )
        yield from self._learned()
        yield from self._screened()
        yield from self._served()
        trainings, meetings = self._count(_TRAININGS), self._count(_MEETINGS)
        if trainings or meetings:
            yield _(
                "Trainings held: {trainings}; meetings, policy sessions and exchanges: {meetings}.",
                trainings=trainings,
                meetings=meetings,
            )
        yield _(
            "Village issues found: {found}; solved: {closed}.",
            found=self._cells["found"],
            closed=self._cells["closed"],
        )

    def amiss(self) -> Iterator[str]:
        """What the service still owes, each as a task."""
        sentences = [
            (self._late(), N_("Payments not made in full by their day: {count}. Each is to be followed up, and the people told.")),
            (self._cells["results"], N_("Screening results still to be told to the women themselves: {count}.")),
            (self._cells["waiting"], N_("Requests open at the one-stop window: {count}. Each is to be answered by its promised day.")),
            (self._without_consent(), N_("Health answers without the separate consent: {count}. They are to be mended or taken out.")),
        ]  # fmt: skip
        found = [_(sentence, count=count) for count, sentence in sentences if count not in {0, ""}]
        compared = self._of("I-14")
        if compared.n:
            found.append(
                _(
                    "Back-checks found {figure} of the answers different: the questions concerned are to be looked at.",
                    figure=printed(compared, MEASURES["I-14"].unit),
                )
            )
        kinds = Counter(issues.category(row) for row in issues.open_issues(self._figures, self._period))
        if kinds:
            listed = (f"{kind} {kinds[kind]}" for kind in map(_, issues.CATEGORIES.values()) if kinds[kind])
            found.append(
                _(
                    "Village issues open: {count} ({kinds}).",
                    count=kinds.total(),
                    kinds=_(", ").join(listed),
                )
            )
        yield from found or [_("Nothing is late or open.")]

    def next(self) -> Iterator[str]:
        """What is known of the month to come."""
        last = self._period.last
        coming = Period(last + timedelta(days=1), last + timedelta(days=31), "")
        due = self._count(_DUE, coming)
        if due:
            yield _(
                "Payments due in the 31 days to come: {count}. Their accounts are to be checked first.",
                count=due,
            )
        if self._cells["referrals"] != 0:
            yield _(
                "Referrals under way: {count}. Appointments and transport are to be arranged, as each woman wishes.",
                count=self._cells["referrals"],
            )
        if self._cells["issues"] != 0:
            yield _("The open village issues are to be solved by their days.")
        offered = self._of("I-01")
        left = (offered.of or 0) - (offered.n or 0)
        if left > 0:
            yield _(
                "Households not offered a visit this month: {count}. They can be offered one.",
                count=int(left),
            )

    def support(self) -> Iterator[str]:
        """What villages wrote that they need."""
        found = needs.needs(self._figures, self._period)
        yield from (f"{village}{_(': ')}{need}" for village, _days, need in found)
        if not found:
            yield _("No village wrote of a need.")

    def _learned(self) -> Iterator[str]:
        before, after = self._of("I-03.before"), self._of("I-03.after")
        if rate(before) and rate(after):
            yield _(
                "Of those whose quiz sheets form pairs, {before} knew the essentials before a class, and {after} after it.",
                before=printed(before, MEASURES["I-03.before"].unit),
                after=printed(after, MEASURES["I-03.after"].unit),
            )

    def _screened(self) -> Iterator[str]:
        days = self._count(_SCREENING_DAYS)
        if days:
            yield _(
                "Screening days held: {days}; women who chose to come and were registered: {women}.",
                days=days,
                women=self._count(_SCREENED),
            )
        told = self._of("I-10")
        if rate(told):
            yield _(
                "{figure} of the results due were told in time.", figure=printed(told, MEASURES["I-10"].unit)
            )

    def _served(self) -> Iterator[str]:
        paid, amount = self._of("I-12"), self._of("I-12.amount")
        if rate(paid):
            yield _(
                "{figure} of the payments due were made in full by their day; {amount} yuan were paid.",
                figure=printed(paid, MEASURES["I-12"].unit),
                amount=printed(amount, MEASURES["I-12.amount"].unit),
            )
        yield _(
            "Requests received at the one-stop window: {received}; settled: {settled}.",
            received=self._cells["received"],
            settled=self._cells["settled"],
        )
        for name, sentence in (
            ("I-13", N_("{figure} of the requests due were done by the promised day.")),
            ("I-23", N_("{figure} of those who answered were satisfied.")),
        ):
            figure = self._of(name)
            if rate(figure):
                yield _(sentence, figure=printed(figure, MEASURES[name].unit))

    def _late(self) -> int:
        paid = self._of("I-12")
        return int((paid.of or 0) - (paid.n or 0))

    def _without_consent(self) -> int:
        return int(self._of("I-21.health").n or 0)

    def _of(self, name: str) -> Figure:
        measure = MEASURES[name]
        return self._figures.shown(INDICATORS[measure.indicator], measure, self._period)[TOWN]

    def _count(self, count: Count, period: Period | None = None) -> int:
        return int(self._figures.values(count, period or self._period).get(TOWN) or 0)


KIND = ReportKind(
    "summary", N_("monthly summary: the work of the month, in words"), reads, make, frozenset({"month"})
)
