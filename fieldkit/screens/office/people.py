"""Who works at the office: a line for each with their roles, and giving, changing and taking them by digits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.office.roles import Role
from fieldkit.session.desk.desk import role_words
from fieldkit.session.desk.people import ROLE_DOES
from fieldkit.session.desk.words import called
from fieldkit.widgets.ask import AskText, ask_twice
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.people import Person

_ADD = "add"
_ROLES = tuple(Role)
_WAYS = (
    N_("Other roles"),
    N_("A new desk with the same roles: the old one is lost, or its passphrase forgotten"),
    N_("Leaves the office: the desk is closed"),
)


class PeopleScreen(Frame[None]):
    """Lists who works here; a digit or Enter on one asks what is to change."""

    ABOUT = N_(
        "Who works at this office, and as what. 1 gives somebody a desk; Enter on a person changes the roles, gives a new desk, or closes it."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    PeopleScreen Numbered, PeopleScreen Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    PeopleScreen #said { height: auto; padding: 0 2; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.lines: Numbered[str | Person] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What this is about, and the list."""
        yield Static(id="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is."""
        return _("Who works here")

    def show_words(self) -> None:
        """Draw the list."""
        self.query_one("#said", Static).update(
            _("Each desk has a key and a passphrase of its own. Roles say what somebody may do and see.")
        )
        here = self.lines.highlighted or 0
        try:
            people = self.desk.people.all()
        except FieldkitError as error:
            self.lines.show((), [(None, explain(error))])
            return
        lines = [(each, _line(each)) for each in people]
        self.lines.show(
            [(_ADD, _("Give somebody a desk")), *lines[:8]], [(who, f"  {line}") for who, line in lines[8:]]
        )
        self.lines.highlighted = min(here, len(people))

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)

    @work
    async def _chosen(self, what: str | Person) -> None:
        """Do what was chosen; whatever is refused is said in words."""
        try:
            said = await self._add() if isinstance(what, str) else await self._change(what)
        except FieldkitError as error:
            said = explain(error)
        if said:
            await self.app.push_screen_wait(Notice(said))
        self.refresh_words()

    async def _add(self) -> str:
        name = await self.app.push_screen_wait(
            AskText(_("Name of the person, as it stands beside decisions:"))
        )
        if not name:
            return ""
        roles = await self._roles(name, frozenset())
        if not roles:
            return ""
        passphrase = await self._passphrase(name)
        if passphrase is None:
            return ""
        self.desk.people.add(name, roles, passphrase or None)
        return _("{name} has a desk now. Open it: fieldkit office --as {name}", name=name)

    async def _change(self, person: Person) -> str:
        if not person.roles:
            name = called(person.name)
            return _("{name} has left. Give {name} a new desk with: Give somebody a desk", name=name)
        asked = Pick(labelled(called(person.name), role_words(person.roles)), [_(way) for way in _WAYS])
        chosen = await self.app.push_screen_wait(asked)
        if chosen == (0,):
            roles = await self._roles(person.name, person.roles)
            if roles:
                self.desk.people.change(person.name, roles)
        elif chosen == (1,):
            passphrase = await self._passphrase(person.name)
            if passphrase is not None:
                self.desk.people.renew(person.name, passphrase or None)
                return _("{name} has a desk now. Open it: fieldkit office --as {name}", name=person.name)
        elif chosen == (2,) and await self._is_sure(person.name):
            self.desk.people.let_go(person.name)
        return ""

    async def _is_sure(self, name: str) -> bool:
        asked = Pick(
            _(
                "{name} decides and opens nothing here any more. What {name} decided stays.",
                name=called(name),
            ),
            [_("Leave it"), _("Close the desk")],
        )
        return await self.app.push_screen_wait(asked) == (1,)

    async def _roles(self, name: str, roles: frozenset[Role]) -> list[Role]:
        lines = [labelled(role_words([role]), _(ROLE_DOES[role])) for role in _ROLES]
        asked = Pick(_("Which roles has {name}?", name=called(name)), lines, several=True)
        asked.marked = {_ROLES.index(role) for role in roles}
        chosen = await self.app.push_screen_wait(asked)
        return [_ROLES[number] for number in chosen or ()]

    async def _passphrase(self, name: str) -> str | None:
        """A passphrase typed twice, "" where the office has none, None where it was left."""
        if not self.desk.people.takes_passphrase:
            return ""
        return await ask_twice(self.app, _("A passphrase for the desk of {name}:", name=called(name)))


def _line(person: Person) -> str:
    roles = role_words(person.roles) or _("has left")
    parts = [called(person.name), roles, person.since]
    if person.is_self:
        parts.append(_("(you)"))
    if person.roles and not person.is_here:
        parts.append(_("(the desk is not here)"))
    return "  ".join(parts)
