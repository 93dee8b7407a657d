"""What a desk is made of. Each part is made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from fieldkit.session.desk.words import OfficeWords

if TYPE_CHECKING:
    from fieldkit.office import Office
    from fieldkit.session.desk.aside import Aside
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.inbox import Inbox
    from fieldkit.session.desk.laptops import Laptops


class DeskParts:
    """The parts of one desk."""

    office: Office
    hidden: frozenset[str]

    @property
    def words(self) -> OfficeWords:
        """What things are called, in the language in use, without what is not shown here."""
        return OfficeWords(self.office, self.hidden)

    @cached_property
    def inbox(self) -> Inbox:
        """Sticks: taking what is on them, and giving back."""
        from fieldkit.session.desk.inbox import Inbox

        return Inbox(cast("Desk", self))

    @cached_property
    def laptops(self) -> Laptops:
        """The laptops: enrolled, revoked, heard of."""
        from fieldkit.session.desk.laptops import Laptops

        return Laptops(cast("Desk", self))

    @cached_property
    def aside(self) -> Aside:
        """What was kept aside, and letting it in."""
        from fieldkit.session.desk.aside import Aside

        return Aside(cast("Desk", self))
