"""What a desk is made of. Each part is made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from fieldkit.session.desk.words import OfficeWords

if TYPE_CHECKING:
    from fieldkit.office import Office
    from fieldkit.session.desk.checks import Checks
    from fieldkit.session.desk.desk import Desk


class DeskParts:
    """The parts of one desk."""

    office: Office
    hidden: frozenset[str]

    @property
    def words(self) -> OfficeWords:
        """What things are called, in the language in use, without what is not shown here."""
        return OfficeWords(self.office, self.hidden)

    @cached_property
    def checks(self) -> Checks:
        """What checks found."""
        from fieldkit.session.desk.checks import Checks

        return Checks(cast("Desk", self))
