"""What a desk is made of. Each part is made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from fieldkit.session.desk.words import OfficeWords

if TYPE_CHECKING:
    from fieldkit.office import Office
    from fieldkit.session.desk.aside import Aside
    from fieldkit.session.desk.checks import Checks
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.entering import Entering
    from fieldkit.session.desk.inbox import Inbox
    from fieldkit.session.desk.laptops import Laptops
    from fieldkit.session.desk.payments import Payments
    from fieldkit.session.desk.points import Points
    from fieldkit.session.desk.unfinished import UnfinishedHere
    from fieldkit.session.desk.window import Window


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

    @cached_property
    def entering(self) -> Entering:
        """Records changed in a few keys, and undone."""
        from fieldkit.session.desk.entering import Entering

        return Entering(cast("Desk", self))

    @cached_property
    def window(self) -> Window:
        """Matters that people brought."""
        from fieldkit.session.desk.window import Window

        return Window(cast("Desk", self))

    @cached_property
    def payments(self) -> Payments:
        """Payments of benefits."""
        from fieldkit.session.desk.payments import Payments

        return Payments(cast("Desk", self))

    @cached_property
    def points(self) -> Points:
        """Service points."""
        from fieldkit.session.desk.points import Points

        return Points(cast("Desk", self))

    @cached_property
    def unfinished(self) -> UnfinishedHere:
        """Interviews that were begun here and are not finished."""
        from fieldkit.session.desk.unfinished import UnfinishedHere

        return UnfinishedHere(cast("Desk", self))

    @cached_property
    def checks(self) -> Checks:
        """What checks found."""
        from fieldkit.session.desk.checks import Checks

        return Checks(cast("Desk", self))
