"""The registered households as phones may look them up: by number, of the villages that a phone was given, never by name.

What a phone has can be lost with it. So nothing of tier C or R is in the list: no name, no address, no telephone; and a household
at which nothing is due (somebody asked to be left alone, or put the visit off) is not in it, without a sign of why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from fieldkit.fieldwork.assigning import Listed
from fieldkit.fieldwork.households import HOUSEHOLD, VISIT
from fieldkit.i18n import language
from fieldkit.interop.openrosa.lists import Rows
from fieldkit.office import Office
from fieldkit.office.register import READ, changed, register, visits
from fieldkit.xforms import Form

LIST = "households"
"""What forms call it; its file is `households.csv`."""
_MEMBERS = "members"
_NEVER = frozenset({"numbers", "participants", "originals"})
COLUMNS = ("name", "label", "__version", "village", "group_no", "visits")


@dataclass(frozen=True, slots=True)
class _Row:
    """A household as a phone may know it. rests: nothing is due there before that day, "" for none."""

    village: str
    rests: str
    told: dict[str, str]


def looks_up(form: Form) -> bool:
    """Whether a form looks households up."""
    return LIST in form.instances


def stands_alone(form: Form) -> bool:
    """Whether a form can be filled in on a phone: lists of people, and numbers that laptops give out, are not there."""
    return not _NEVER & form.instances.keys() and (form.id == VISIT or _MEMBERS not in form.instances)


class Households:
    """The households of one office, read anew when a registration or visit has come."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._read: tuple[tuple[int, date] | None, list[_Row]] = None, []
        self._numbers: tuple[int, dict[str, str]] = -1, {}

    def due(self, villages: Collection[str]) -> Rows:
        """Those of some villages at which something may be due today, by number. Raises SyncError."""
        today = self._office.now().date()
        return [
            each.told for each in self._rows(today) if each.village in villages and each.rests <= today.isoformat()
        ]  # fmt: skip

    def known(self, villages: Collection[str]) -> Rows:
        """Every one of some villages, by which what a phone sends is judged: its list may be older than what is known here.

        Raises SyncError.
        """
        came = changed(self._office, (HOUSEHOLD,))
        if self._numbers[0] != came:
            listed = register(self._office, self._office.now().date())
            self._numbers = came, {each.number: each.village for each in listed}
        return [
            {"name": number, "village": village}
            for number, village in self._numbers[1].items()
            if village in villages
        ]

    def _rows(self, today: date) -> list[_Row]:
        """Every household. Its version is that of all: phones take over what has a higher one than theirs."""
        came = changed(self._office, READ)
        if self._read[0] != (came, today):
            names = {each.code: each.name(language()) for each in self._office.places()}
            counted = visits(self._office)
            listed = sorted(register(self._office, today), key=lambda each: each.number)
            rows = [
                _Row(each.village, each.rests, {
                    "name": each.number, "label": _label(each, names),
                    "__version": str(came), "village": each.village, "group_no": each.group,
                    "visits": str(counted[each.number]),
                })
                for each in listed
            ]  # fmt: skip
            self._read = (came, today), rows
        return self._read[1]


def _label(listed: Listed, names: Mapping[str, str]) -> str:
    """What a list of choices shows: village, group, number."""
    return " ".join(filter(None, (names.get(listed.village, listed.village), listed.group, listed.number)))
