"""The Textual app of a laptop: opens the workspace; what its people do is in `ways`."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.guarded import PAUSE
from fieldkit.i18n import _
from fieldkit.screens.home import HomeScreen
from fieldkit.steady import elapsed
from fieldkit.ways import Ways
from fieldkit.widgets.ask import AskText

if TYPE_CHECKING:
    from fieldkit.scanned import ScanDesk
    from fieldkit.session.session import Session


_REST = 0.02
"""Seconds that work behind the screen waits at a time while somebody types."""


class FieldkitApp(Ways):
    """The app on one workspace. `refusal` is what stopped it from opening, in words."""

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
        self._scans: ScanDesk | None = None

    def on_mount(self) -> None:
        """Draw Home first, then open the workspace."""
        self.begin_to_guard()
        self.push_screen(self.home)
        self.call_after_refresh(self._begin)

    async def scanned(self, digits: str, at: float) -> None:
        """Take a code that was read, wherever the caret is."""
        from fieldkit.scanned import ScanDesk

        self._scans = self._scans or ScanDesk(self)
        await self._scans.take(digits, at)

    @property
    def is_at_rest(self) -> bool:
        """Home is a place of rest too."""
        return self.screen is self.home or super().is_at_rest

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
        if elapsed() - self._touched < PAUSE and not self.home.is_waiting:
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
