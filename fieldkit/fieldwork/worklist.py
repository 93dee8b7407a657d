"""What is due: a pure function of the registry, the rows of the worklist and the date.

Nothing here ranks: tasks stand in the order of village, group and household number. A task is due since a day, and that is
all that is said of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from fieldkit.fieldwork.households import Household, Visit
from fieldkit.fieldwork.registry import Registry
from fieldkit.i18n import _

FOLLOW_UP_AFTER = timedelta(days=7)
"""How long after a visit what was asked for is followed up."""
_DONE = "done"


class Why(StrEnum):
    """Why a household is on the list."""

    ASSIGNED = "assigned"
    REVISIT = "revisit"
    APPOINTMENT = "appointment"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A row of the worklist. Days are ISO 8601, "" for none.

    due: to be visited from then on; "" where the row says only that the household rests. until: the last day on which the
    household is this laptop's. by: the office that put it there, "" for this laptop's people. rest: nothing is due there
    before that day, as was agreed or wished on the day `since`.
    """

    household: str
    due: str = ""
    until: str = ""
    by: str = ""
    rest: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A visit that is due from the day `due` on, and why.

    agreed: the day of the visit on which it was agreed, `outcome` what came of that visit. topic: the code of what an
    appointment is for, `place` where. by and until: as in `Assignment`.
    """

    household: Household
    due: str
    why: Why
    agreed: str = ""
    outcome: str = ""
    topic: str = ""
    place: str = ""
    by: str = ""
    until: str = ""

    def on(self, today: date) -> str:
        """The day it is to be done: its own, or today where that has passed."""
        return max(self.due, today.isoformat())

    def reason(self, topic_words: Callable[[str], str]) -> str:
        """In a sentence who assigned it or what was agreed, and when. topic_words: the words of an appointment's topic."""
        days = {"due": self.due, "agreed": self.agreed}
        match self.why:
            case Why.ASSIGNED:
                said = (
                    _("{office} put this household on the list, from {due} on.", office=self.by, **days)
                    if self.by
                    else _("This household was put on the list here, from {due} on.", **days)
                )
                return said + (
                    " " + _("It is this laptop's until {until}.", until=self.until) if self.until else ""
                )
            case Why.REVISIT if self.outcome == "nobody":
                return _("Nobody was at home on {agreed}; the next visit was set for {due}.", **days)
            case Why.REVISIT:
                return _("On {agreed} it was agreed to come again on {due}.", **days)
            case Why.APPOINTMENT:
                what = _(", ").join(each for each in (topic_words(self.topic), self.place) if each)
                what = what or _("nothing further noted")
                return _("On {agreed} an appointment was made for {due}: {what}.", what=what, **days)
            case Why.FOLLOW_UP:
                return _("On {agreed} the household asked for something; a week later is {due}.", **days)


def due_visits(registry: Registry, rows: Iterable[Assignment], today: date) -> list[Task]:
    """The tasks due on or before `today`."""
    return tasks_until(registry, rows, today, today)


def tasks_until(registry: Registry, rows: Iterable[Assignment], today: date, last: date) -> list[Task]:
    """The tasks that are due, or will be on or before `last` if nothing is done until then.

    Assigned and not yet attempted since, set for another day, an appointment nobody came to yet, or asked for on the last
    visit that was done. A household that rests is left alone until then, unless it agreed to contact on a visit since; one
    that wants no visits, or no contact, always, and what was agreed before it said so is over. Where something was agreed for the same day, that stands instead of an
    assignment or a follow-up.
    """
    rows = list(rows)
    rests: dict[str, str] = {}
    for row in rows:
        if row.rest and not registry.agreed_after(row.household, row.since):
            rests[row.household] = max(row.rest, rests.get(row.household, ""))
    possible = [*_assigned(registry, rows, rests, today), *_agreed(registry, last.isoformat())]
    found = [
        task
        for task in possible
        if task.due <= last.isoformat()
        and rests.get(task.household.id, "") <= task.on(today)
        and not registry.wants_no_contact(task.household.id)
        and (not task.agreed or registry.still_stands(task.household.id, task.agreed))
    ]
    agreed = {
        (each.household.id, each.on(today)) for each in found if each.why in {Why.REVISIT, Why.APPOINTMENT}
    }
    return sorted(
        (
            each
            for each in found
            if each.why in {Why.REVISIT, Why.APPOINTMENT} or (each.household.id, each.on(today)) not in agreed
        ),
        key=_place_on_route,
    )


def ended(rows: Iterable[Assignment], today: date) -> list[Assignment]:
    """The assignments that are no longer this laptop's."""
    return [row for row in rows if row.due and row.until and row.until < today.isoformat()]


def _assigned(
    registry: Registry, rows: Iterable[Assignment], rests: dict[str, str], today: date
) -> Iterator[Task]:
    """One task for each assigned household; of several rows, that of the earliest day."""
    found: dict[str, Task] = {}
    for row in sorted(rows, key=lambda each: (each.due, each.until, each.by), reverse=True):
        household = registry.households.get(row.household)
        if household is None or not row.due:
            continue
        due = max(row.due, rests.get(row.household, ""))
        task = Task(household, due, Why.ASSIGNED, by=row.by, until=row.until)
        attempted = any(visit.on >= due for visit in registry.visits.get(row.household, ()))
        if not attempted and (not row.until or task.on(today) <= row.until):
            found[row.household] = task
    yield from found.values()


def _agreed(registry: Registry, until: str) -> Iterator[Task]:
    """What was agreed with households on visits for a day up to `until`, and is still to be done."""
    for number, visits in registry.visits.items():
        due = [each for each in _still_agreed(visits) if each[0] <= until]
        household = registry.households.get(number) if due else None
        if household is not None:
            yield from (
                Task(household, day, why, visit.on, visit.outcome, topic, place)
                for day, why, visit, topic, place in due
            )


def _still_agreed(visits: list[Visit]) -> Iterator[tuple[str, Why, Visit, str, str]]:
    """Of what was agreed on the visits to a household: for which day, why, on which visit, the topic and the place."""
    last = visits[-1]
    if last.revisit_on:
        yield last.revisit_on, Why.REVISIT, last, "", ""
    for number, visit in enumerate(visits):
        for each in visit.appointments:
            if not any(later.on >= each.on for later in visits[number + 1 :]):
                yield each.on, Why.APPOINTMENT, visit, each.topic, each.place
    if last.outcome == _DONE and last.follow_up:
        week_later = _days_after(last.on, FOLLOW_UP_AFTER)
        if week_later:
            yield week_later, Why.FOLLOW_UP, last, "", ""


def _days_after(day: str, days: timedelta) -> str:
    """The day so long after another, "" where that is none: a correction may have left it open."""
    try:
        return (date.fromisoformat(day) + days).isoformat()
    except ValueError:
        return ""


def _place_on_route(task: Task) -> tuple[str, int, str, str, str, str]:
    household = task.household
    group = int(household.group) if household.group.isdecimal() else 0
    return (household.village, group, household.id, task.due, task.why.value, task.topic + task.place)
