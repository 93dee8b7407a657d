"""What guards a workspace on the screen: it locks when nobody is there, hides, clears up, and ends in order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.events import Event, InputEvent

from fieldkit.commands import EVERYWHERE, LOCK, bindings
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.shell import Shell
from fieldkit.steady import elapsed
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.lock import Hidden, Locked
from fieldkit.widgets.message import Notice

if TYPE_CHECKING:
    from fieldkit.session.session import Session

_TICK = 5.0
_TIDY_AFTER = 60.0
PAUSE = 0.3
"""Seconds without a key after which nobody is taken to be typing."""
_TURNS = 0.0005
"""Seconds that the screen waits at most for work behind it to let go, where Python's own choice is ten times as long."""


class Guarded(Shell):
    """A shell with a workspace, once that is open."""

    EVERYWHERE = EVERYWHERE
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*EVERYWHERE)]

    def __init__(self, sign_width: int | None = None) -> None:
        super().__init__(sign_width)
        self.session: Session | None = None
        self._touched = elapsed() - PAUSE  # nobody types yet

    def begin_to_guard(self) -> None:
        """From now on lock, clear up, and end in order when the window goes."""
        self.dress()
        sys.setswitchinterval(_TURNS)
        if hasattr(signal, "SIGHUP"):  # not on Windows, where a closed window ends the process
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._hung_up)
        self.set_interval(_TICK, self._tick)

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is being done, so that the workspace may clear up."""
        return isinstance(self.screen, Locked | Hidden)

    def on_unmount(self) -> None:
        """Seal the journal."""
        if self.session is not None:
            self.session.close()

    async def on_event(self, event: Event) -> None:
        """Note when somebody was last at the keyboard."""
        if isinstance(event, InputEvent):
            self._touched = elapsed()
        await super().on_event(event)

    def _tick(self) -> None:
        """Lock the screen and clear up when nobody has been there for a while."""
        if self.session is None:
            return
        idle = elapsed() - self._touched
        lock_after = self.session.lock.after_seconds
        if lock_after and idle >= lock_after:
            self.action_lock()
        at_work = any(each.group == "background" and not each.is_finished for each in self.workers)
        if idle >= _TIDY_AFTER and self.is_at_rest and not at_work:
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
        """Choose the PIN, unless the screen is locked or hidden."""
        if not isinstance(self.screen, Locked | Hidden):
            await self.ask_pin()

    async def ask_pin(self) -> None:
        """Choose the PIN, typed twice."""
        if self.session is None:
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

    def _hung_up(self) -> None:
        """The window is gone: seal the journal and end at once.

        An orderly exit would draw once more, and drawing on a terminal that is gone can wait for ever.
        """
        self.on_unmount()
        os._exit(128 + signal.SIGHUP)
