"""The Textual app: opens the workspace, locks it, clears up; what its people do is in `ways`."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.events import Event, InputEvent

from fieldkit.commands import EVERYWHERE, LOCK, bindings
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.screens.home import HomeScreen
from fieldkit.steady import elapsed
from fieldkit.ways import Ways
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.lock import Hidden, Locked
from fieldkit.widgets.message import Notice

if TYPE_CHECKING:
    from fieldkit.scanned import ScanDesk
    from fieldkit.session.session import Session


_TICK = 5.0
_TIDY_AFTER = 60.0
_PAUSE, _REST = 0.3, 0.02
"""Seconds without a key after which nobody is taken to be typing; and how long work behind the screen waits till then."""
_TURNS = 0.0005
"""Seconds that the screen waits at most for work behind it to let go, where Python's own choice is ten times as long."""


class FieldkitApp(Ways):
    """The app on one workspace. `refusal` is what stopped it from opening, in words."""

    TITLE = "fieldkit"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*EVERYWHERE)]

    def __init__(
        self,
        folder: Path,
        passphrase: Callable[[], str] | None = None,
        now: Callable[[], object] | None = None,
        sign_width: int | None = None,
    ) -> None:
        super().__init__(sign_width)
        self.folder = folder
        self.refusal = ""
        self._passphrase = passphrase
        self._now = now
        self._touched = elapsed() - _PAUSE  # nobody types yet
        self._scans: ScanDesk | None = None

    def on_mount(self) -> None:
        """Draw Home first, then open the workspace."""
        self.dress()
        sys.setswitchinterval(_TURNS)
        if hasattr(signal, "SIGHUP"):  # not on Windows, where a closed window ends the process
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._hung_up)
        self.set_interval(_TICK, self._tick)
        self.push_screen(self.home)
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        """Seal the journal."""
        if self.session is not None:
            self.session.close()

    async def on_event(self, event: Event) -> None:
        """Note when somebody was last at the keyboard."""
        if isinstance(event, InputEvent):
            self._touched = elapsed()
        await super().on_event(event)

    async def scanned(self, digits: str, at: float) -> None:
        """Take a code that was read, wherever the caret is."""
        from fieldkit.scanned import ScanDesk

        self._scans = self._scans or ScanDesk(self)
        await self._scans.take(digits, at)

    def _tick(self) -> None:
        """Lock the screen and clear up when nobody has been there for a while."""
        if self.session is None:
            return
        idle = elapsed() - self._touched
        lock_after = self.session.lock.after_seconds
        if lock_after and idle >= lock_after:
            self.action_lock()
        at_rest = self.screen is self.home or isinstance(self.screen, Locked | Hidden)
        at_work = any(each.group == "background" and not each.is_finished for each in self.workers)
        if idle >= _TIDY_AFTER and at_rest and not at_work:
            self.session.tidy()

    def action_lock(self) -> None:
        """Show nothing until the PIN or passphrase is typed."""
        if self.session is None or isinstance(self.screen, Locked):
            return
        if not self.session.lock.is_worth_it:
            self.notify(_("This workspace is open: there is no passphrase to lock it with."))
            return
        self.clear_notifications()
        self.session.prints.remove()
        self.push_screen(Locked(self.session.lock))

    def action_hide(self) -> None:
        """Show a neutral screen, or again what it hides."""
        if isinstance(self.screen, Hidden):
            self.screen.dismiss(None)
        elif not isinstance(self.screen, Locked):
            self.clear_notifications()
            self.push_screen(Hidden())

    @work
    async def action_pin(self) -> None:
        """Choose the PIN, typed twice."""
        if self.session is None or isinstance(self.screen, Locked | Hidden):
            return
        pin = await self.push_screen_wait(
            AskText(_("A PIN of 4 to 8 digits, to unlock the screen with:"), password=True)
        )
        if pin is None:
            return
        again = await self.push_screen_wait(AskText(_("Once more: "), password=True))
        try:
            if again != pin:
                raise FieldkitError("pin.differs")
            self.session.lock.set_pin(pin)
        except FieldkitError as error:
            await self.push_screen_wait(Notice(explain(error)))
        else:
            self.notify(_("The PIN unlocks the screen; {key} locks it.", key=LOCK.key_names))

    def _fatal_error(self) -> None:
        """A fault of ours ends the app, and the command line tells it in words.

        Textual would fill the terminal with source and values, and answers are among them.
        """
        self._close_messages_no_wait()

    @property
    def fault(self) -> Exception | None:
        """What ended the app though nobody wished it."""
        return self._exception

    def _hung_up(self) -> None:
        """The window is gone: seal the journal and end at once.

        An orderly exit would draw once more, and drawing on a terminal that is gone can wait for ever.
        """
        self.on_unmount()
        os._exit(128 + signal.SIGHUP)

    @work
    async def _begin(self) -> None:
        """Ask for the passphrase if one is needed, and open the workspace off the screen's thread."""
        from fieldkit.store import is_encrypted

        while self.session is None:
            source = self._passphrase
            if source is None and is_encrypted(self.folder):
                typed = await self.push_screen_wait(
                    AskText(_("Passphrase of {path}", path=self.folder.name), password=True)
                )
                if typed is None:
                    self.exit()
                    return
                source = lambda typed=typed: typed  # noqa: E731 - a passphrase that was typed
            opened: Session | FieldkitError = await self._open(source).wait()
            if isinstance(opened, FieldkitError):
                if opened.code == "workspace.wrong-passphrase" and self._passphrase is None:
                    self.notify(explain(opened), severity="error", markup=False)
                    continue
                self.refusal = explain(opened)
                self.exit()
                return
            self.session = opened
        self.home.opened(self.session)
        self.home.call_after_refresh(self._warm, self.session)  # Home is to be drawn first

    @on(HomeScreen.LookThrough)
    def _look_through(self) -> None:
        """Make the search ready, unless that is being done."""
        assert self.session is not None
        if all(each.group != "background" or each.is_finished for each in self.workers):
            self._warm(self.session)

    @work(thread=True, group="background")
    def _warm(self, session: Session) -> None:
        """Read what the first visit needs, make the search index, and look for doubles, while nobody asks for it yet."""
        import fieldkit.screens.household
        import fieldkit.screens.interview  # noqa: F401

        for form in ("household", "visit"):
            session.library.known(form)
        session.outreach.warm()
        session.registry().warm(self._give_way)
        self.home.post_message(HomeScreen.Searchable())
        session.doubles.warm(self._give_way)
        self.home.post_message(HomeScreen.LookedThrough())

    def _give_way(self) -> None:
        """Let work behind the screen wait a little while somebody presses keys."""
        if elapsed() - self._touched < _PAUSE and not self.home.is_waiting:
            time.sleep(_REST)

    @work(thread=True)
    def _open(self, passphrase: Callable[[], str] | None) -> Session | FieldkitError:
        gc.disable()  # nothing of what is read now is garbage, and to look for some among it takes as long again
        try:
            from fieldkit.session.session import Session

            session = Session.open(self.folder, passphrase, self._now)  # type: ignore[arg-type]
            session.registry()
            gc.freeze()
        except FieldkitError as error:
            return error
        finally:
            gc.enable()
        return session
