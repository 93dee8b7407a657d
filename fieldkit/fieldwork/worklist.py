"""What is due today: a pure function of the registry, the assigned rows and the date.

Nothing here ranks: tasks stand in the order of village, group and household number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fieldkit.fieldwork.registry import Household, Registry


class Why(StrEnum):
    """Why a household is on the list."""

    ASSIGNED = "assigned"
    REVISIT = "revisit"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A household the office or the cadre put on the list, to be visited from `due` on."""

    household: str
    due: str


@dataclass(frozen=True, slots=True)
class Task:
    """A visit that is due, and why."""

    household: Household
    due: str
    why: Why


def due_visits(registry: Registry, assignments: Iterable[Assignment], today: date) -> list[Task]:
    """The visits due on or before `today`: assigned and not yet attempted since, or agreed for another day.

    A household with a later day on the list is left alone until then; one that wants no more visits, or has taken back
    its consent to be contacted, always.
    """
    found: dict[str, Task] = {}
    resting: set[str] = set()
    for assignment in assignments:
        if assignment.due > today.isoformat():
            resting.add(assignment.household)
        household = registry.households.get(assignment.household)
        visits = registry.visits.get(assignment.household, [])
        attempted = any(visit.on >= assignment.due for visit in visits)
        if household and assignment.due <= today.isoformat() and not attempted:
            found[household.id] = Task(household, assignment.due, Why.ASSIGNED)
    for number, visits in registry.visits.items():
        household = registry.households.get(number)
        last = visits[-1]
        if household and last.revisit_on and last.revisit_on <= today.isoformat():
            found[number] = Task(household, last.revisit_on, Why.REVISIT)
    closed = resting | {
        number for number, visits in registry.visits.items() if any(visit.no_more for visit in visits)
    }
    open_tasks = [
        task
        for number, task in found.items()
        if number not in closed and not registry.wants_no_contact(number)
    ]
    return sorted(
        open_tasks,
        key=lambda task: (task.household.village, _number(task.household.group), task.household.id),
    )


def _number(group: str) -> int:
    return int(group) if group.isdigit() else 0
