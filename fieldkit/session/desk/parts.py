"""What a desk is made of. Each part is made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from fieldkit.session.desk.words import OfficeWords

if TYPE_CHECKING:
    from fieldkit.office import Office
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.incoming import Incoming
    from fieldkit.session.desk.letters import Letters
    from fieldkit.session.desk.looks import LookLog
    from fieldkit.session.desk.people import People
    from fieldkit.session.desk.units import Units


class DeskParts:
    """The parts of one desk."""

    office: Office
    hidden: frozenset[str]

    @property
    def words(self) -> OfficeWords:
        """What things are called, in the language in use, without what is not shown here."""
        return OfficeWords(self.office, self.hidden)

    @cached_property
    def incoming(self) -> Incoming:
        """Letters from offices elsewhere."""
        from fieldkit.session.desk.incoming import Incoming

        return Incoming(cast("Desk", self))

    @cached_property
    def letters(self) -> Letters:
        """Letters about a case to an office elsewhere, and what it answers."""
        from fieldkit.session.desk.letters import Letters

        return Letters(cast("Desk", self))

    @cached_property
    def looks(self) -> LookLog:
        """Who looked at contact and restricted answers."""
        from fieldkit.session.desk.looks import LookLog

        return LookLog(cast("Desk", self))

    @cached_property
    def people(self) -> People:
        """Who works here, and as what."""
        from fieldkit.session.desk.people import People

        return People(cast("Desk", self))

    @cached_property
    def units(self) -> Units:
        """The offices elsewhere that letters go to."""
        from fieldkit.session.desk.units import Units

        return Units(cast("Desk", self))
