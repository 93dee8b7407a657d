"""The first-run wizard as an app of its own: before it is done there is nothing that another could open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work

from fieldkit.screens.enrolment import EnrolmentScreen
from fieldkit.screens.setup import SetupScreen
from fieldkit.session.setup.laptop import ENROLLED
from fieldkit.shell import Shell

if TYPE_CHECKING:
    from fieldkit.session.session import Session
    from fieldkit.session.setup.founding import Made
    from fieldkit.session.setup.looking import Looking
    from fieldkit.session.setup.walk import Walk


class SetupApp(Shell):
    """Goes through a walk. `made` is what is to be opened at the end, None where somebody left before."""

    def __init__(
        self, walk: Walk, looking: Looking, now: Callable[[], datetime], sign_width: int | None = None
    ) -> None:
        super().__init__(sign_width)
        self.made: Made | None = None
        self._walk = walk
        self._looking = looking
        self._now = now
        self._session: Session | None = None

    def on_mount(self) -> None:
        """Show the first step."""
        self.dress()
        self.push_screen(SetupScreen(self._walk, self._looking), self._end)

    def on_unmount(self) -> None:
        """Let go of the workspace, if it was opened to be enrolled."""
        if self._session is not None:
            self._session.close()

    @on(SetupScreen.Enrol)
    @work
    async def _enrol(self) -> None:
        """Show the new laptop's key, and take the office's answer."""
        if self._session is None:
            self._session = await self._open().wait()
        await self.push_screen_wait(EnrolmentScreen(self._session))
        standing = self._session.enrolling.standing
        if standing is not None:
            self._walk.answers[ENROLLED] = standing.office
            self.screen.refresh_words()  # type: ignore[attr-defined]  # the wizard's own

    @work(thread=True)
    def _open(self) -> Session:
        from fieldkit.session.session import Session

        made = self._walk.made
        assert made is not None
        passphrase = made.passphrase
        return Session.open(made.folder, None if passphrase is None else lambda: passphrase, self._now)

    def _end(self, made: Made | None) -> None:
        self.made = made
        self.exit()
