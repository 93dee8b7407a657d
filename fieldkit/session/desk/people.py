"""Who works at the office: who has a desk and which roles, and giving, changing and taking them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_
from fieldkit.office.desks import KEEPER, Worker, add_desk, desk_folder, give_roles, renew_desk, workers
from fieldkit.office.roles import Act, Role
from fieldkit.session.desk.told import told

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

ROLE_DOES = {
    Role.KEEPER: N_("people, backups, laptops, merging"),
    Role.CLERK: N_("merging, conflicts, worklists, window, letters; sees contact answers"),
    Role.REVIEWER: N_("review, what was kept aside, samples; sees contact and restricted answers"),
    Role.VERIFIER: N_("back-checks, second entry, window; sees contact answers"),
    Role.READER: N_("reports and lists without names"),
}
"""What each role may do, in a few words."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has or had a desk. roles: none for whoever has left. since: the day of that, ISO 8601. is_here: whether the
    desk lies in this folder; is_self: whoever asks.
    """

    name: str
    roles: frozenset[Role]
    since: str
    is_here: bool
    is_self: bool


class People:
    """The people of an office, for whoever keeps it. Changing one's own passphrase is everybody's: `Desk.change_passphrase`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @told()
    def all(self) -> list[Person]:
        """Everybody, those who work here first, in the order of their names. Raises FieldkitError."""
        self._desk.need(Act.KEEP)
        latest: dict[str, Worker] = {}
        for each in workers(self._desk.office):
            if each.roles or not latest.get(each.name, each).roles:
                latest[each.name] = each
        return sorted(map(self._person, latest.values()), key=lambda each: (not each.roles, each.name))

    @property
    def takes_passphrase(self) -> bool:
        """Whether a new desk needs a passphrase."""
        return self._desk.office.is_sealed

    @told()
    def add(self, name: str, roles: Iterable[Role], passphrase: str | None) -> Worker:
        """Give somebody a desk. Raises FieldkitError("desk.no-roles"), as `add_desk`, StoreError."""
        self._desk.need(Act.KEEP)
        given = frozenset(roles)
        if not given:
            raise FieldkitError("desk.no-roles", name=name)
        demo = self._desk.session.demo
        return add_desk(self._desk.office, name, given, passphrase, by=self._desk.name, demo=demo)

    @told()
    def change(self, name: str, roles: Iterable[Role]) -> Worker:
        """Give somebody other roles. Raises FieldkitError("desk.no-roles"), as `give_roles`."""
        self._desk.need(Act.KEEP)
        given = frozenset(roles)
        if not given:
            raise FieldkitError("desk.no-roles", name=name)
        return self._given(name, given)

    @told()
    def let_go(self, name: str) -> Worker:
        """Somebody leaves: the key of their desk is not taken any more, and their passphrase opens the archive no more.

        Raises as `give_roles`.
        """
        self._desk.need(Act.KEEP)
        return self._given(name, frozenset())

    @told()
    def renew(self, name: str, passphrase: str | None) -> Worker:
        """A new desk with the same roles, for one that is lost. Raises FieldkitError("desk.own"), as `renew_desk`."""
        self._desk.need(Act.KEEP)
        if name == self._desk.name:
            raise FieldkitError("desk.own", name=name)
        return renew_desk(self._desk.office, name, passphrase, by=self._desk.name)

    def _given(self, name: str, roles: frozenset[Role]) -> Worker:
        made = give_roles(self._desk.office, name, roles, by=self._desk.name)
        self._desk.go_by_roles()
        return made

    def _person(self, known: Worker) -> Person:
        is_here = known.name == KEEPER or desk_folder(self._desk.office.folder, known.name).is_dir()
        return Person(known.name, known.roles, known.since[:10], is_here, known.name == self._desk.name)
