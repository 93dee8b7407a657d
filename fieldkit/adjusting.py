"""The way through the settings and back, whatever is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import work

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.guarded import Guarded
from fieldkit.i18n import _
from fieldkit.widgets.ask import ask_change
from fieldkit.widgets.message import Notice


class Adjusting(Guarded):
    """An app with settings. `sets_up`: whether it ended because another workspace is to be set up."""

    def __init__(self, sign_width: int | None = None) -> None:
        super().__init__(sign_width)
        self.sets_up = False
        self._is_adjusting = False

    @work
    async def action_settings(self) -> None:
        """Show the settings until somebody goes back; not over a window that asks for something."""
        from fieldkit.screens.settings import SettingsScreen

        if self._is_adjusting or not self._commands_here():
            return
        self._is_adjusting, at_rest, part = True, self.is_at_rest, ""
        try:
            while True:
                settings = SettingsScreen(
                    self.appearance, self.choose_look, lambda: self._parts(at_rest), part
                )
                chosen = await self.push_screen_wait(settings)
                if chosen is None:
                    return
                if chosen == "set-up":
                    self.sets_up = True
                    self.exit()
                    return
                part = chosen
                await self._adjust(part)
        finally:
            self._is_adjusting = False

    def facts(self) -> Iterable[str]:
        """What is known of what is open, in words."""
        from fieldkit.session.facts import laptop_facts

        return laptop_facts(self.session) if self.session else ()

    async def change_passphrase(self) -> None:
        """Another passphrase for what is open. Raises FieldkitError, StoreError."""
        if self.session is not None:
            await ask_change(self, self.session.name, self.session.replace_passphrase)

    def _parts(self, at_rest: bool) -> Sequence[tuple[str, str]]:
        """What the settings lead to; what would end the app is only offered where nothing is being done."""
        parts = [("keys", _("Keys"))]
        if self.session is not None:
            parts += [("facts", _("What is open here")), ("checkup", _("Is everything well?"))]
        parts.append(("scanner", _("Test a scanner and set it up")))
        if self.session is not None and not self.session.is_open:
            parts += [("passphrase", _("Passphrase")), ("pin", _("PIN that unlocks the screen"))]
        if at_rest:
            parts.append(("set-up", _("Set up another, or the practice town")))
        return parts

    async def _adjust(self, part: str) -> None:
        """Go where a line of the settings leads, and say in words what stands in the way."""
        try:
            if part == "passphrase":
                await self.change_passphrase()
            elif part == "pin":
                await self.ask_pin()
            else:
                await self._show(part)
        except FieldkitError as error:
            await self.push_screen_wait(Notice(explain(error)))

    async def _show(self, part: str) -> None:
        """Show the screen of a part."""
        from fieldkit.screens.facts import FactsScreen
        from fieldkit.screens.keys import KeysScreen
        from fieldkit.screens.scanner_test import ScannerTestScreen
        from fieldkit.session.facts import checkup_lines

        session = self.session
        if part == "keys":
            await self.push_screen_wait(KeysScreen(self.use_keymap))
        elif part == "scanner":
            await self.push_screen_wait(ScannerTestScreen())
        elif part == "facts":
            await self.push_screen_wait(FactsScreen(lambda: _("What is open here"), self.facts))
        elif session is not None:
            lines = FactsScreen(lambda: _("Is everything well?"), lambda: checkup_lines(session))
            await self.push_screen_wait(lines)
