"""What a desk is made of. Each part is made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from fieldkit.session.desk.words import OfficeWords

if TYPE_CHECKING:
    from fieldkit.office import Office
    from fieldkit.session.desk.aside import Aside
    from fieldkit.session.desk.behind import Behind
    from fieldkit.session.desk.checks import Checks
    from fieldkit.session.desk.conflicts import Conflicts
    from fieldkit.session.desk.decisions import Decisions
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.doubles import OfficeDoubles
    from fieldkit.session.desk.entering import Entering
    from fieldkit.session.desk.exports import Exports
    from fieldkit.session.desk.inbox import Inbox
    from fieldkit.session.desk.incoming import Incoming
    from fieldkit.session.desk.laptops import Laptops
    from fieldkit.session.desk.letters import Letters
    from fieldkit.session.desk.looks import LookLog
    from fieldkit.session.desk.paper import Papers
    from fieldkit.session.desk.payments import Payments
    from fieldkit.session.desk.people import People
    from fieldkit.session.desk.phones import Phones
    from fieldkit.session.desk.points import Points
    from fieldkit.session.desk.register import ReportRegister
    from fieldkit.session.desk.reports import Reports
    from fieldkit.session.desk.reviews import Reviews
    from fieldkit.session.desk.samples import Samples
    from fieldkit.session.desk.unfinished import UnfinishedHere
    from fieldkit.session.desk.units import Units
    from fieldkit.session.desk.window import Window
    from fieldkit.session.desk.worklists import Worklists


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
    def phones(self) -> Phones:
        """The phones: let in, revoked, what waits."""
        from fieldkit.session.desk.phones import Phones

        return Phones(cast("Desk", self))

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
    def worklists(self) -> Worklists:
        """Giving households out to laptops."""
        from fieldkit.session.desk.worklists import Worklists

        return Worklists(cast("Desk", self))

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
    def behind(self) -> Behind:
        """The records behind a figure."""
        from fieldkit.session.desk.behind import Behind

        return Behind(cast("Desk", self))

    @cached_property
    def units(self) -> Units:
        """The offices elsewhere that letters go to."""
        from fieldkit.session.desk.units import Units

        return Units(cast("Desk", self))

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

    @cached_property
    def reviews(self) -> Reviews:
        """Looking records over."""
        from fieldkit.session.desk.reviews import Reviews

        return Reviews(cast("Desk", self))

    @cached_property
    def checks(self) -> Checks:
        """What checks found."""
        from fieldkit.session.desk.checks import Checks

        return Checks(cast("Desk", self))

    @cached_property
    def reports(self) -> Reports:
        """Reports."""
        from fieldkit.session.desk.reports import Reports

        return Reports(cast("Desk", self))

    @cached_property
    def exports(self) -> Exports:
        """Files for other programs."""
        from fieldkit.session.desk.exports import Exports

        return Exports(cast("Desk", self))

    @cached_property
    def register(self) -> ReportRegister:
        """What is due to the unit above, and was sent."""
        from fieldkit.session.desk.register import ReportRegister

        return ReportRegister(cast("Desk", self))
