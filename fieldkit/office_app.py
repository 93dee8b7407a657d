"""The Textual app of the office: opens a desk; its ways are in `desk_ways`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _, language
from fieldkit.interviewing import Interviewing
from fieldkit.screens.office.home import OfficeHome
from fieldkit.screens.office.working import StoppedError, worked
from fieldkit.session.desk.stage_words import why_lists, why_tables
from fieldkit.session.scanning import Repeats, understood
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.message import Notice
from fieldkit.widgets.scans import ReadsCodes

if TYPE_CHECKING:
    from fieldkit.office.stages import Told
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.interview import Finished, Interview

_WRONG = {"workspace.wrong-passphrase", "office.wrong-passphrase"}


class OfficeApp(Interviewing):
    """The app on one office. name: of the desk, "" for whoever keeps the office. `refusal`: what stopped it from opening."""

    def __init__(
        self,
        folder: Path,
        name: str,
        now: Callable[[], datetime],
        passphrase: Callable[[], str] | None = None,
        sign_width: int | None = None,
    ) -> None:
        super().__init__(sign_width)
        self.folder = folder
        self.name_of_desk = name
        self.refusal = ""
        self.desk: Desk | None = None
        self.home = OfficeHome()
        self._passphrase = passphrase
        self._now = now
        self._repeats = Repeats()

    def on_mount(self) -> None:
        """Draw Home first, then open the office."""
        self.begin_to_guard()
        self.push_screen(self.home)
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        """Let go of archive and workspace."""
        if self.desk is not None:
            self.desk.close()

    @property
    def is_at_rest(self) -> bool:
        """Home is a place of rest too."""
        return self.screen is self.home or super().is_at_rest

    @property
    def at_desk(self) -> Desk:
        """The desk, which is open by the time anybody can choose something."""
        assert self.desk is not None
        return self.desk

    @work
    async def _begin(self) -> None:
        """Ask for the passphrase if one is needed, and open the desk off the screen's thread."""
        from fieldkit.office.desks import is_asked

        while self.desk is None:
            source = self._passphrase
            if source is None and is_asked(self.folder, self.name_of_desk):
                typed = await self.push_screen_wait(
                    AskText(
                        _("Passphrase of {path}", path=self.name_of_desk or self.folder.name), password=True
                    )
                )
                if typed is None:
                    self.exit()
                    return
                source = lambda typed=typed: typed  # noqa: E731 - a passphrase that was typed
            try:
                self.desk = await worked(self, self.home.title_text, why_lists, partial(self._open, source))
            except StoppedError:
                self.exit()
                return
            except FieldkitError as error:
                if error.code in _WRONG and self._passphrase is None:
                    self.notify(explain(error), severity="error", markup=False)
                    continue
                self.refusal = explain(error)
                self.exit()
                return
            self.session = self.desk.session
        self.home.opened(self.desk)

    def _open(self, passphrase: Callable[[], str] | None, told: Told) -> Desk:
        """The desk, with its lists as the records are now. Raises FieldkitError, and what `told` raises."""
        from fieldkit.session.desk.desk import Desk

        desk = Desk.open(self.folder, self.name_of_desk, now=self._now, passphrase=passphrase)
        try:
            desk.bring_lists_up_to_date(told)
        except BaseException:
            desk.close()
            raise
        return desk

    def facts(self) -> Iterable[str]:
        """What is known of the office and this desk."""
        from fieldkit.session.facts import office_facts

        return office_facts(self.at_desk)

    async def change_passphrase(self) -> None:
        """Another passphrase for this desk. Raises FieldkitError, StoreError."""
        from fieldkit.desk_ways.passphrase import go

        await go(self)

    @on(OfficeHome.Wanted)
    @work
    async def _wanted(self, message: OfficeHome.Wanted) -> None:
        """Go where somebody wishes, and say in words what stands in the way."""
        from fieldkit.session.desk.menu import part_of

        part, desk = part_of(message.part), self.at_desk
        try:
            desk.go_by_roles()
            desk.need_any(*part.acts)
            if part.reads_tables:
                await worked(self, lambda: _(part.words), why_tables, desk.bring_tables_up_to_date)
            await import_module(f"fieldkit.desk_ways.{part.id}").go(self)
        except StoppedError:
            pass
        except FieldkitError as error:
            await self.push_screen_wait(Notice(explain(error)))
        self.home.refresh_words()

    async def _ask(self, begin: Callable[[], Interview]) -> Finished | None:
        """Ask an interview at this desk, and bring it into the archive when it is finished; give how it was finished."""
        finished = await super()._ask(begin)
        try:
            self.at_desk.hand_in()
        except FieldkitError as error:
            await self.push_screen_wait(Notice(explain(error)))
        return finished

    async def ask(self, form: str, answers: Mapping[str, object] | None = None) -> Finished | None:
        """Ask a form at this desk. answers: what is known already, by name, as in an answers file; the household named there is
        known to the form. Raises FieldkitError.
        """
        number = str((answers or {}).get("hh_id", ""))
        if number:
            self.at_desk.borrow_household(number, form)
        interviews = self.at_desk.session.interviews
        return await self._ask(lambda: interviews.start(form, language=language(), answers=answers))

    async def ask_at_pace(self, begin: Callable[[], Interview]) -> Finished | None:
        """Ask an interview that a part of the desk has begun; brought into the archive when it is finished."""
        return await self._ask(begin)

    async def correct(self, record: str, why: str) -> None:
        """Correct a record of the archive in its own form. why: for the log of looks. Raises FieldkitError."""
        desk = self.at_desk
        desk.borrow(record, why)
        try:
            desk.session.interviews.begin_correction(record, language())
        except FieldkitError:
            desk.hand_in()
            raise
        await self._resume(record)

    async def resume(self, draft: str) -> None:
        """Go on with an interview that was begun at this desk. Raises FieldkitError as `UnfinishedHere.take_up`."""
        self.at_desk.unfinished.take_up(draft)
        await self._resume(draft)

    async def scanned(self, digits: str, at: float) -> None:
        """A code that was read goes to the screen that asks for one; elsewhere it is said that nothing does."""
        if not self._repeats.same(digits, at) and not (
            isinstance(self.screen, ReadsCodes) and self.screen.take_scan(understood(digits))
        ):
            self.bell()
            self.notify(_("Nothing here asks for this code: {number}", number=digits), markup=False)
