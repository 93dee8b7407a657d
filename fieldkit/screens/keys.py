"""Which key does what: every command with its keys, each of which can be another one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.keymap import PRESETS, Keymap, built_in_key, change_key, chosen_keymap, named_keymap, use_preset
from fieldkit.widgets.ask_key import AskKey
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.palette import matching
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static


class KeysScreen(Frame[None]):
    """Typing finds a command, Enter gives it another key. use: puts keys in force."""

    ABOUT = N_(
        "Every command and its key. Typing finds one; arrows mark a line, Enter gives it another key. A * stands where a key was changed."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    KeysScreen Static { height: auto; padding: 0 2; }
    KeysScreen #find { margin: 1 1; border: none; height: 1; padding: 0 1; }
    KeysScreen LineList { padding: 0 1; }
    """

    def __init__(self, use: Callable[[Keymap], None]) -> None:
        super().__init__()
        self._use = use
        self._found: list[c.Command] = []
        self._said = ""

    def body(self) -> Iterable[Widget]:
        """What holds and what was said, a line to find with, the list."""
        yield Static(id="said", markup=False)
        yield LineInput(id="find", select_on_focus=False)
        yield LineList(can_focus=False)

    def title_text(self) -> str:
        """What this is."""
        return _("Keys")

    def show_words(self) -> None:
        """Draw what holds now."""
        find = self.query_one("#find", LineInput)
        find.placeholder = _("Which command? Words, initials or a key")
        find.focus()
        self._draw(self.query_one(LineList).highlighted)

    def _draw(self, at: int | None) -> None:
        keymap = chosen_keymap()
        said = self._said or (
            explain(FieldkitError("keymap.named", named=named_keymap()))
            if named_keymap()
            else _("Enter gives a command another key; the first line brings all of the built-in ones back.")
        )
        self.query_one("#said", Static).update(said)
        self._found = matching(c.all_commands(), self.query_one("#find", LineInput).value)
        longest = max((cell_len(each.key_names) for each in self._found), default=0)
        lines = [
            _("All keys at once: {preset} now, {count} changed", preset=keymap.preset, count=len(keymap.keys))
        ]
        for each in self._found:
            mark = "*" if each.id in keymap.keys else " "
            lines.append(f"{mark} {each.key_names:<{longest}}  {_(each.text)}")
        self.query_one(LineList).show(lines, at=at if at is not None else min(1, len(lines) - 1))

    @on(Input.Changed, "#find")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._said = ""
        self._draw(1 if event.value.strip() and matching(c.all_commands(), event.value) else 0)

    @on(Input.Submitted, "#find")
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        self._change(self.query_one(LineList).highlighted or 0)

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        event.stop()
        self._change(event.number)

    def action_move(self, by: int) -> None:
        """Move the mark."""
        self.query_one(LineList).move(by)

    def action_back(self) -> None:
        """Go back to the settings."""
        self.dismiss(None)

    @work
    async def _change(self, place: int) -> None:
        """Change the command of a line, or all at once."""
        try:
            keymap = await (self._preset() if place == 0 else self._key(self._found[place - 1]))
        except FieldkitError as error:
            self._said = "! " + _refused(error)
        else:
            if keymap is None:
                return
            self._use(keymap)
            self._said = _("It holds from now on, and next time.")
        self.refresh_words()

    async def _key(self, command: c.Command) -> Keymap | None:
        question = _(
            "Press the new key for “{command}”. It is {keys} now.",
            command=_(command.text),
            keys=command.key_names,
        )
        key = await self.app.push_screen_wait(AskKey(question))
        if key is None:
            return None
        return change_key(command, key) if key else built_in_key(command)

    async def _preset(self) -> Keymap | None:
        presets = list(PRESETS)
        words = [_("All as built into {preset}; your own changes go", preset=each) for each in presets]
        chosen = await self.app.push_screen_wait(Pick(_("Which keys?"), words))
        return use_preset(presets[chosen[0]]) if chosen else None


def _refused(error: FieldkitError) -> str:
    """Why a command cannot have a key, by the words of commands rather than their ids."""
    words = {each.id: _(each.text) for each in c.all_commands()}
    if error.code == "keymap.clash":
        other = words.get(str(error.params["other"]), "")
        return _(
            "{key} is the key of “{other}”. Nothing was changed. Choose another, or give that command one first.",
            key=error.params["key"],
            other=other,
        )
    if error.code == "keymap.unsendable":
        return _(
            "This key cannot be had: terminals do not send it, or it is needed for typing. Nothing was changed."
        )
    return explain(error)
