"""What a desk is made of. Each part is made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from fieldkit.session.desk.words import OfficeWords

if TYPE_CHECKING:
    from fieldkit.office import Office
    from fieldkit.session.desk.conflicts import Conflicts
    from fieldkit.session.desk.decisions import Decisions
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.doubles import OfficeDoubles


class DeskParts:
    """The parts of one desk."""

    office: Office
    hidden: frozenset[str]

    @property
    def words(self) -> OfficeWords:
        """What things are called, in the language in use, without what is not shown here."""
        return OfficeWords(self.office, self.hidden)

    @cached_property
    def conflicts(self) -> Conflicts:
        """Records in conflict."""
        from fieldkit.session.desk.conflicts import Conflicts

        return Conflicts(cast("Desk", self))

    @cached_property
    def decisions(self) -> Decisions:
        """What was decided lately."""
        from fieldkit.session.desk.decisions import Decisions

        return Decisions(cast("Desk", self))

    @cached_property
    def doubles(self) -> OfficeDoubles:
        """Who may be registered twice."""
        from fieldkit.session.desk.doubles import OfficeDoubles

        return OfficeDoubles(cast("Desk", self))
