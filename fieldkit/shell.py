"""What the app is apart from its work: looks, keys in force, the palette. The same on every screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import work
from textual.app import App
from textual.binding import BindingType
from textual.events import Event, Key, Paste
from textual.screen import Screen

from fieldkit.appearance import Appearance, chosen_appearance, needs_plain, remember_appearance
from fieldkit.commands import APPEARANCE, PALETTE, QUIT, Command, bindings, use_keys, with_everywhere
from fieldkit.explain import explain
from fieldkit.i18n import _, is_plain, set_plain
from fieldkit.keymap import Keymap, chosen_keymap
from fieldkit.themes import THEMES, PlainSigns
from fieldkit.widgets.ask_key import AskKey
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.typed_ahead import KEYS, TypedAhead

Result = TypeVar("Result")
_COMMON, _TALL = 80, 24
"""Columns and lines of a terminal that is neither narrow nor low."""


class Shell(App[None]):
    """An app that looks as its person chose. `sign_width`: how wide the terminal draws ambiguous signs, if it said."""

    TITLE = "fieldkit"
    CSS_PATH = Path(__file__).with_name("modes.tcss")
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_COMMON, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (_TALL, "-tall")]  # noqa: RUF012 - as Textual declares it
    EVERYWHERE: ClassVar[tuple[Command, ...]] = (PALETTE, APPEARANCE, QUIT)
    """What is there on every screen of this app."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PALETTE, APPEARANCE, QUIT)]

    def __init__(self, sign_width: int | None = None) -> None:
        super().__init__()
        self.appearance = Appearance()
        self._bare_terminal = needs_plain(sign_width)
        self._plain_signs = PlainSigns(enabled=False)
        self._filters.append(self._plain_signs)
        self.typed_ahead = TypedAhead(self, self._give, self.scanned)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def on_mount(self) -> None:
        """Begin to listen to keys."""
        self.run_worker(self.typed_ahead.hand_on(), group=KEYS)

    async def on_event(self, event: Event) -> None:
        """Keys wait for those before them; those that nobody wanted come by here again."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self.typed_ahead.put(event)
        else:
            await super().on_event(event)

    async def _give(self, event: Key | Paste) -> None:
        """Act on a key; one that is to become a command's means nothing else meanwhile."""
        if isinstance(event, Key) and isinstance(self.screen, AskKey):
            self.screen.take(event.key)
        else:
            await super().on_event(event)

    async def scanned(self, digits: str, at: float) -> None:
        """A scanner sent the digits of a code; `at`: when, in seconds, as events are stamped. Here nobody asked for one."""
        self.bell()

    def on_notify(self) -> None:
        """What is said in passing takes the place of what was said before, so that the screen keeps its room."""
        self.clear_notifications()

    async def push_screen_wait(self, screen: Screen[Result]) -> Result | None:  # type: ignore[override]  # by name we push none
        """Show a screen and wait for its result; keys meanwhile are the screen's."""
        self.typed_ahead.awaited.append(screen)
        try:
            return await super().push_screen_wait(screen)
        finally:
            self.typed_ahead.awaited.remove(screen)

    def dress(self) -> None:
        """Put on the look and the keys that were chosen; what of them is not understood is told."""
        keymap = chosen_keymap()
        self.use_keymap(keymap)
        look, unknown = chosen_appearance()
        self.wear(look)
        said = [explain(problem) for problem in keymap.problems]
        said += [_("“{word}” is no look. There are: {known}.", word=word, known=_KNOWN) for word in unknown]
        if said:
            self.notify("\n".join(said), severity="warning", timeout=20, markup=False)

    def use_keymap(self, keymap: Keymap) -> None:
        """Let these keys be in force from now on."""
        use_keys(keymap.keys)
        self.set_keymap(dict(keymap.keys))

    def wear(self, look: Appearance) -> None:
        """Look like that from now on."""
        self.appearance = look
        plain = self._bare_terminal if look.plain is None else look.plain
        set_plain(plain=plain)
        self._plain_signs.enabled = plain
        # Greys are all that is left of colours under NO_COLOR: the look with the strongest ones serves best.
        self.theme = look.colours or ("high-contrast" if self.no_color else THEMES[0].name)
        self.set_class(look.big, "-big")
        self.set_class(plain, "-plain")
        for screen in self.screen_stack:
            if isinstance(screen, Frame):
                screen.refresh_words()
            for widget in screen.walk_children(with_self=True):
                widget.notify_style_update()
                widget.refresh(layout=True)

    def action_appearance(self) -> None:
        """Choose colours, big letters, plain signs; each is seen at once and remembered."""
        from fieldkit.widgets.appearance import ChooseAppearance

        if self._commands_here():
            self.push_screen(ChooseAppearance(replace(self.appearance, plain=is_plain()), self._chosen))

    def _commands_here(self) -> tuple[Command, ...]:
        """What the screen can do; nothing where it asks for something first."""
        return getattr(self.screen, "KEYS", ())

    def _chosen(self, look: Appearance) -> None:
        # Whoever does not touch the signs leaves them to the terminal, which may be another one tomorrow.
        if look.plain == is_plain():
            look = replace(look, plain=self.appearance.plain)
        self.choose_look(look)

    def choose_look(self, look: Appearance) -> None:
        """Look like that from now on, and next time."""
        self.wear(look)
        remember_appearance(look)

    @work
    async def action_palette(self) -> None:
        """Find a command of the screen by its words, and do it."""
        from fieldkit.widgets.palette import Palette
        from fieldkit.widgets.typing import AfterTyping

        screen, commands = self.screen, self._commands_here()
        if not commands:
            return
        command = await self.push_screen_wait(Palette(with_everywhere(commands, self.EVERYWHERE)))
        if command in self.EVERYWHERE:
            await self.run_action(command.action, self)
        elif command is not None:
            typing = isinstance(screen, AfterTyping)
            await self.run_action(f"after_typing({command.action!r})" if typing else command.action, screen)

    async def action_quit(self) -> None:
        """Give what is typed, then end in order; the window that is closed ends it too."""
        from fieldkit.widgets.typing import AfterTyping

        if isinstance(self.screen, AfterTyping):
            self.screen.action_after_typing("app.end")
        elif not isinstance(self.screen, Frame) or self.screen.keeps_typed():
            self.exit()

    def action_end(self) -> None:
        """End: nothing is on its way any more."""
        self.exit()

    def action_help_quit(self) -> None:
        """Ctrl+C: say how to leave, for whoever tries that."""
        self.notify(_("{key} leaves; everything is kept.", key=QUIT.key_names))

    def _fatal_error(self) -> None:
        """A fault of ours ends the app, and the command line tells it in words.

        Textual would fill the terminal with source and values, and answers are among them.
        """
        self._close_messages_no_wait()

    @property
    def fault(self) -> Exception | None:
        """What ended the app though nobody wished it."""
        return self._exception


_KNOWN = "fieldkit, high-contrast, daylight, big, plain, lines"
