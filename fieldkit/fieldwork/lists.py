"""The lists a laptop supplies to forms at run time: households, members, numbers. Never written to disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from fieldkit.fieldwork.entity_lists import EntityLists
from fieldkit.fieldwork.households import Household, Person
from fieldkit.fieldwork.registry import Registry
from fieldkit.privacy.lists import may_read
from fieldkit.xforms import Form
from fieldkit.xforms.grouped import GroupedTable
from fieldkit.xforms.lists import MemoryTable, Rows, Table

PEOPLE = frozenset({"households", "members"})
"""The lists whose labels are names of people."""


class Lists:
    """Rows for `households`, `members` and `numbers`, as the forms' README describes them.

    entities: where a form reads a list of entities (`people.csv`) that other forms create and update, those are on it,
    save lists that belong to another family of forms. Only then the records are read. numbers: for each kind of number
    ("household", "participant") what gives the next one and what takes it. demo allows the demo town's telephone numbers.
    """

    def __init__(
        self,
        registry: Callable[[], Registry],
        numbers: Mapping[str, tuple[Callable[[], int], Callable[[], None]]],
        today: Callable[[], date],
        *,
        entities: EntityLists,
        demo: bool,
    ) -> None:
        self._registry = registry
        self._given = numbers
        self._today = today
        self._entities = entities
        self._demo = demo
        self.lent: dict[str, Rows] = {}
        """Lists that are given for as long as something is asked, by name (`Session.lend`)."""

    def for_form(self, form: Form) -> dict[str, Rows | Table]:
        """The rows for those lists that the form uses."""
        makers: Mapping[str, Callable[[], Rows | Table]] = {
            "households": self._households,
            "members": self._members,
            "numbers": lambda: list(self._numbers(form)),
        }
        made = {name: make() for name, make in makers.items() if name in form.instances}
        files = {
            each.id
            for each in form.instances.values()
            if each.src.endswith(f"/{each.id}.csv") and may_read(each.id, form.privacy.family)
        }
        files -= set(makers)
        lent = {name: rows for name, rows in self.lent.items() if name in form.instances}
        return made | (self._entities.of(form, files) if files else {}) | lent

    def tables(self, form: Form) -> dict[str, Table]:
        """The same as tables, for any number of entries."""
        made = self.for_form(form).items()
        return {name: rows if isinstance(rows, Table) else MemoryTable.from_rows(rows) for name, rows in made}

    def reserve(self, form: Form) -> None:
        """Take the numbers that a new entry of this form was given, so that each is given once."""
        for kind in self._kinds(form) if "numbers" in form.instances else ():
            _next, take = self._given[kind]
            take()

    def _kinds(self, form: Form) -> list[str]:
        """The kinds of numbers that a new entry of a form is filled with."""
        filled = " ".join(action.value.source for action in form.actions if action.value is not None)
        return [kind for kind in self._given if f"[name = '{kind}']" in filled]

    def _numbers(self, form: Form) -> Iterator[dict[str, str]]:
        for kind in self._kinds(form):
            following, _take = self._given[kind]
            yield {"name": kind, "next": str(following())}
        yield {"name": "demo", "next": "1" if self._demo else "0"}

    def _households(self) -> Table:
        registry = self._registry()

        def row(number: str) -> list[dict[str, str]]:
            household = registry.households[number]
            return [
                {
                    "name": number,
                    "label": label_of(household),
                    "village": household.village,
                    "group_no": household.group,
                    "visits": str(len(registry.visits.get(number, ()))),
                }
            ]

        columns = ("name", "label", "village", "group_no", "visits")
        return GroupedTable(columns, registry.households, row, {"name": lambda number: [number]})

    def _members(self) -> Table:
        """Everybody registered, by households; and last, in a group of its own, who is none of them."""
        registry, year = self._registry(), self._today().year
        of: dict[str, list[str]] = {}

        def made(number: str) -> list[dict[str, str]]:
            if not number:
                return [
                    {
                        "name": "other_adult",
                        "label": "其他成年人",
                        "label::English (en)": "another adult",
                        "hh": "",
                    }
                ]
            return list(_members_of(registry, number, year))

        def with_row(row: str) -> list[str]:
            if row and not of:
                for number in registry.households:
                    for each in _rows_of(registry, number):
                        of.setdefault(each[0], []).append(number)
                of["other_adult"] = [""]
            return of.get(row, [])

        columns = ("name", "label", "label::English (en)", "hh", "birth_year", "age")
        return GroupedTable(
            columns, [*registry.households, ""], made, {"name": with_row, "hh": lambda number: [number]}
        )


def _rows_of(registry: Registry, number: str) -> Iterator[tuple[str, Person]]:
    """The rows of a household and who stands in each. Answers that name a row stay answers, so one that is counted
    elsewhere is offered as the person it stands for.
    """
    household = registry.households[number]
    for member in household.members:
        yield member.id, member
    for row, kept in household.elsewhere:
        person = registry.registrations.person(kept) if kept[0] != number else None
        if person is not None:
            yield row.id, person


def _members_of(registry: Registry, number: str, year: int) -> Iterator[dict[str, str]]:
    for row, person in _rows_of(registry, number):
        born = int(person.birth_year) if person.birth_year.isdigit() else None
        yield {
            "name": row,
            "label": person.name,
            "hh": number,
            "birth_year": person.birth_year,
            "age": str(year - born) if born else "",
        }


def label_of(household: Household) -> str:
    """What a household is called in a list: its head's name, else its number."""
    return household.head or household.id
