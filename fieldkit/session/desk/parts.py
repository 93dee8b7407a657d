"""What a desk is made of. Each part is made when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.session.desk.words import OfficeWords

if TYPE_CHECKING:
    from fieldkit.office import Office


class DeskParts:
    """The parts of one desk."""

    office: Office
    hidden: frozenset[str]

    @property
    def words(self) -> OfficeWords:
        """What things are called, in the language in use, without what is not shown here."""
        return OfficeWords(self.office, self.hidden)
