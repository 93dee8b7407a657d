"""What F1 tells of a screen or a box: what it is for, what its lines and arrows do, and every key of it."""

from __future__ import annotations

from typing import ClassVar

from textual.screen import Screen

from fieldkit.commands import Command, with_everywhere
from fieldkit.i18n import _


class Explained:
    """Mixed into screens that F1 explains. `ABOUT`: marked words. A box without commands of its own has no `KEYS`, binds
    F1, and names its keys in `ABOUT`.
    """

    KEYS: ClassVar[tuple[Command, ...]] = ()
    ABOUT: ClassVar[str] = ""

    def about(self) -> str:
        """What it is for and how one moves in it, in the language in use."""
        return _(self.ABOUT) if self.ABOUT else ""

    def action_help(self) -> None:
        """Explain it, and list its keys and those that act everywhere."""
        from fieldkit.widgets.help import Help

        assert isinstance(self, Screen)
        everywhere = getattr(self.app, "EVERYWHERE", ())
        self.app.push_screen(Help(self.about(), with_everywhere(self.KEYS, everywhere) if self.KEYS else ()))
