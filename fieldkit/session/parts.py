"""What a session is made of. Each part is made when it is first needed: Home is shown before forms can be read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.exchange import Exchange
from fieldkit.fieldwork.registry import Registry
from fieldkit.session.naming import Naming
from fieldkit.store import Workspace

if TYPE_CHECKING:
    from fieldkit.exchange import HandingIn
    from fieldkit.fieldwork.lists import Lists
    from fieldkit.library import FormLibrary
    from fieldkit.session.carrying import Carries
    from fieldkit.session.closing import Closings
    from fieldkit.session.doubles import Doubles
    from fieldkit.session.history import Histories
    from fieldkit.session.interviews import Interviews
    from fieldkit.session.leaving import Leaving
    from fieldkit.session.network import Network
    from fieldkit.session.outreach import Outreach
    from fieldkit.session.questions import Questions
    from fieldkit.session.results import Results
    from fieldkit.session.retention import Retention
    from fieldkit.session.rights import Rights
    from fieldkit.session.screening_days import ScreeningDays
    from fieldkit.session.slips import Slips
    from fieldkit.session.sticks import Sticks


class Parts(Naming):
    """The parts of a session on one workspace. `now` gives aware datetimes."""

    _workspace: Workspace
    exchange: Exchange
    now: Callable[[], datetime]

    @property
    @abstractmethod
    def watermark(self) -> str:
        """The line on everything printed that marks invented data; "" where it is real."""

    @property
    @abstractmethod
    def outbox(self) -> Path:
        """The folder offered for exports."""

    @abstractmethod
    def today(self) -> date:
        """The day it is here."""

    @abstractmethod
    def registry(self) -> Registry:
        """Households and visits."""

    @abstractmethod
    def _renewed(self) -> Registry:
        """Households and visits, made anew."""

    @abstractmethod
    def _finished(self, record: str) -> None:
        """Bring a new record into the registry."""

    @cached_property
    def library(self) -> FormLibrary:
        """The forms at hand."""
        from fieldkit.library import FormLibrary

        return FormLibrary(self._workspace.path("forms"))

    @cached_property
    def interviews(self) -> Interviews:
        """Asking."""
        from fieldkit.session.interviews import Interviews

        return Interviews(
            self._workspace, self.library, self.exchange, self._lists, self._finished, self.now,
            lambda entry, within: self.doubles.doubts(entry, within),  # noqa: PLW0108 - they need the interviews
        )  # fmt: skip

    @cached_property
    def doubles(self) -> Doubles:
        """Who may be registered twice."""
        from fieldkit.session.doubles import Doubles

        return Doubles(
            self.exchange, self.library, registry=self.registry, trial=self.interviews.trial, decided=self._finished,
            today=self.today, label=self.choice_label, place=self.place_name,
        )  # fmt: skip

    @cached_property
    def histories(self) -> Histories:
        """What was answered, and how records came to say what they say."""
        from fieldkit.session.history import Histories

        return Histories(self.exchange, self.library, self._lists)

    @cached_property
    def rights(self) -> Rights:
        """What people may ask for of what is recorded about them."""
        from fieldkit.session.rights import Rights

        return Rights(self.exchange, self.interviews, self.histories, self.registry, self._renewed, self.now)

    @cached_property
    def retention(self) -> Retention:
        """What has been kept long enough."""
        from fieldkit.session.retention import Retention

        return Retention(self.exchange, self.histories, self.today, self._renewed)

    @cached_property
    def outreach(self) -> Outreach:
        """A screening day at this laptop."""
        from fieldkit.session.outreach import Outreach

        settings = self._workspace.settings
        return Outreach(
            self.exchange, self.interviews, self.registry, self._days, self._leaving,
            printer=settings.label_printer, size=settings.label_size, watermark=self.watermark,
        )  # fmt: skip

    @cached_property
    def closing(self) -> Closings:
        """Screening days, counted and closed."""
        from fieldkit.session.closing import Closings
        from fieldkit.session.filling import correct

        return Closings(
            self._days,
            self.interviews,
            lambda record, answers, reason: correct(self, record, [answers], source="", reason=reason),
            self._leaving,
            self.now,
        )

    @cached_property
    def _leaving(self) -> Leaving:
        from fieldkit.session.leaving import Leaving

        return Leaving(self.exchange, self.interviews, self.today)

    @cached_property
    def _days(self) -> ScreeningDays:
        from fieldkit.session.screening_days import ScreeningDays

        return ScreeningDays(self.exchange)

    @cached_property
    def results(self) -> Results:
        """What the laboratory found, and what comes after a screening."""
        from fieldkit.session.laboratory import Laboratory
        from fieldkit.session.results import Results

        laboratory = Laboratory(self.exchange, self.interviews, self.library, self._days, self._finished)
        return Results(self.exchange, self.interviews, laboratory, self.today)

    @cached_property
    def slips(self) -> Slips:
        """What a household keeps of a visit."""
        from fieldkit.session.slips import Slips

        return Slips(self.exchange, self.interviews, self.histories)

    @cached_property
    def sticks(self) -> Sticks:
        """What goes to the office and comes back."""
        from fieldkit.session.sticks import Sticks

        return Sticks(
            self.exchange, self.library, self.interviews, self.histories,
            registry=self._renewed, record_title=self.record_title, title_of=self.title_of, outbox=self.outbox,
        )  # fmt: skip

    @cached_property
    def questions(self) -> Questions:
        """What the office asks."""
        from fieldkit.session.questions import Questions

        return Questions(self.exchange, self.record_title)

    @cached_property
    def network(self) -> Network:
        """The same over a cable."""
        from fieldkit.session.network import Network

        return Network(
            self.exchange, self.sticks, self._workspace.path("outbox"), self._workspace.path("inbox")
        )

    @cached_property
    def handing_in(self) -> HandingIn:
        """What goes straight into the archive, where this is a desk at the office."""
        from fieldkit.exchange import HandingIn

        return HandingIn(self.exchange, self._workspace, self.now)

    @cached_property
    def carries(self) -> Carries:
        """What goes from laptop to laptop."""
        from fieldkit.session.carrying import Carries

        return Carries(self.exchange, self._renewed, self.sticks.remember)

    @cached_property
    def _lists(self) -> Lists:
        from fieldkit.fieldwork.entity_lists import EntityLists
        from fieldkit.fieldwork.lists import Lists

        device = self.exchange.device
        return Lists(
            self.registry,
            {
                "household": (device.next_number, device.take_number),
                "participant": (device.next_participant, device.take_participant),
            },
            self.today,
            entities=EntityLists(
                self.exchange.forms,
                self.library.known,
                self.exchange.records,
                self.exchange.record,
                self.exchange.changed_records(),
            ),
            demo=self._workspace.demo,
        )
