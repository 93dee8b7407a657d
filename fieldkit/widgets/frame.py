"""What every screen shares: a title line, the bar of keys, help, language, and errors said in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from fieldkit.commands import HELP, LANGUAGE
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import language, set_language
from fieldkit.widgets.explained import Explained
from fieldkit.widgets.keybar import KeyBar
from fieldkit.widgets.static import Static

Result = TypeVar("Result")


class Title(Static):
    """The line at the top, or two."""

    most = 2


class Frame(Explained, Screen[Result]):
    """A screen with `KEYS`; subclasses give `title_text`, `body` and `show_words`."""

    DEFAULT_CSS = """
    Frame > .title {
        height: auto; max-height: 2; dock: top; padding: 0 1;
        background: $block-cursor-background; color: $block-cursor-foreground;
    }
    """

    def compose(self) -> ComposeResult:
        """Title, body, keys."""
        yield Title(classes="title", markup=False)
        yield from self.body()
        yield KeyBar(self.KEYS)

    def body(self) -> Iterable[Widget]:
        """The widgets between title and keys."""
        return ()

    def title_text(self) -> str:
        """The line at the top, in the language in use."""
        return ""

    def show_words(self) -> None:
        """Draw every word anew: after mounting and whenever the language changes."""

    def on_screen_resume(self) -> None:
        """Draw the words: for the first time, or as another screen may have changed what this one shows."""
        self.refresh_words()

    def refresh_words(self) -> None:
        """Draw title, keys and body in the language in use."""
        self.show_title()
        self.query_one(KeyBar).refresh(layout=True)
        self.show_words()

    def show_title(self) -> None:
        """Draw the line at the top anew if it says something else by now."""
        line, text = self.query_one(".title", Static), self.title_text()
        if line.content != text:
            line.update(text)

    def action_language(self) -> None:
        """Switch between Chinese and English, questions included."""
        set_language("en" if language() == "zh" else "zh")
        self.refresh_words()

    def keeps_typed(self) -> bool:
        """Keep what is typed before the app ends; False where that is refused, which is said then."""
        return True

    def refuse(self, error: FieldkitError) -> None:
        """Say in words what was refused and how to go on."""
        from fieldkit.widgets.message import Notice

        self.app.push_screen(Notice(explain(error)))


COMMON = (HELP, LANGUAGE)
