"""What a desk is made of. Each part is made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fieldkit.session.desk.words import OfficeWords

if TYPE_CHECKING:
    from fieldkit.office import Office
    from fieldkit.session.desk.paper import Papers
    from fieldkit.session.desk.samples import Samples


class DeskParts:
    """The parts of one desk."""

    office: Office
    hidden: frozenset[str]

    @property
    def words(self) -> OfficeWords:
        """What things are called, in the language in use, without what is not shown here."""
        return OfficeWords(self.office, self.hidden)

    @cached_property
    def samples(self) -> Samples:
        """Back-checks: samples, asking again, what they come to."""
        from fieldkit.session.desk.samples import Samples

        return Samples(self)  # type: ignore[arg-type]  # whoever has parts is a desk

    @cached_property
    def paper(self) -> Papers:
        """Paper that is entered here, once and a second time."""
        from fieldkit.session.desk.paper import Papers

        return Papers(self)  # type: ignore[arg-type]  # whoever has parts is a desk
