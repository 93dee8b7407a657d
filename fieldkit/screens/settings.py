"""Settings: language and looks, which are seen at once, and the ways to the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.appearance import COLOURS, Appearance
from fieldkit.config import overruled_by, remember_language
from fieldkit.i18n import N_, _, language
from fieldkit.widgets.appearance import COLOUR_WORDS
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static

_NUMBERED = 9
_SIGNS = (None, True, False)


class SettingsScreen(Frame[str | None]):
    """Lists what can be chosen, with what holds now; returns the part that another screen is for, None to go back.

    look: how the app looks. wear: makes it look otherwise, and remembers that. parts: the others, each with its id and words,
    asked again with every change of the language. at: the part that was looked at last.
    """

    ABOUT = N_(
        "Language, colours, size and signs, which change at once, and the ways to keys, passphrase and what is known of this workspace. A digit, or arrows and Enter, changes a line or goes there."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    SettingsScreen Static { height: auto; padding: 0 2; }
    SettingsScreen Numbered, SettingsScreen Numbered:focus { padding: 0 1; }
    SettingsScreen #notes { margin-top: 1; }
    """

    def __init__(
        self,
        look: Appearance,
        wear: Callable[[Appearance], None],
        parts: Callable[[], Sequence[tuple[str, str]]],
        at: str = "",
    ) -> None:
        super().__init__()
        self._look = look
        self._wear = wear
        self._parts = parts
        self._at = at
        self._lines: Numbered[str] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """How it goes, the list, what goes before what is chosen here."""
        with VerticalScroll(can_focus=False):
            yield Static(id="how", markup=False)
            yield self._lines
            yield Static(id="notes", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("Settings")

    def show_words(self) -> None:
        """Draw what holds now; the mark stays where it is."""
        self.query_one("#how", Static).update(
            _("A digit or Enter changes a line. It holds at once, and next time.")
        )
        lines = [*self._own(), *self._parts()]
        ids = [part for part, _words in lines]
        here = ids.index(self._at) if self._at in ids else 0
        self._lines.show(lines[:_NUMBERED], [(part, f"  {words}") for part, words in lines[_NUMBERED:]])
        self._lines.highlighted = here
        self.query_one("#notes", Static).update(
            "\n".join(
                _(
                    "{name} is set: {value}. It goes before what is chosen here the next time.",
                    name=name,
                    value=value,
                )
                for name, value in overruled_by()
            )
        )

    def _own(self) -> Iterable[tuple[str, str]]:
        colours = self._look.colours or self.app.theme
        yield "language", _("Language: {now}", now="中文" if language() == "zh" else "English")
        yield "colours", _("Colours: {now}", now=_(COLOUR_WORDS[COLOURS.index(colours)]))
        yield "big", _("Big letters: {now}", now=_("yes") if self._look.big else _("no"))
        yield "plain", _("Signs: {now}", now=self._signs())

    def _signs(self) -> str:
        if self._look.plain is None:
            return _("as this terminal needs them")
        return _("plain, without lines and boxes") if self._look.plain else _("with lines and boxes")

    def _chosen(self, part: str) -> None:
        """Take the next value of a line, or go where it leads."""
        self._at = part
        if part == "language":
            self.action_language()
            remember_language(language())
            return
        look = self._look
        if part == "colours":
            here = COLOURS.index(look.colours or self.app.theme)
            look = replace(look, colours=COLOURS[(here + 1) % len(COLOURS)])
        elif part == "big":
            look = replace(look, big=not look.big)
        elif part == "plain":
            look = replace(look, plain=_SIGNS[(_SIGNS.index(look.plain) + 1) % len(_SIGNS)])
        else:
            self.dismiss(part)
            return
        self._look = look
        self._wear(look)

    def action_back(self) -> None:
        """Go back to where one was."""
        self.dismiss(None)
