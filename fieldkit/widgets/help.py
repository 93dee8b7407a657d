"""What the screen below is for, and every key of it, in words."""

from __future__ import annotations

from fieldkit.commands import HELP, Command
from fieldkit.i18n import _
from fieldkit.widgets.message import Notice


class Help(Notice):
    """Tells what a screen is for, then its commands with the keys in force, those not in the bar included; F1 closes it
    too.
    """

    BINDINGS = [HELP.binding]  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    Help > Vertical { padding: 0 2; }
    Help VerticalScroll { max-height: 70vh; }
    """

    def __init__(self, about: str, commands: tuple[Command, ...]) -> None:
        longest = max((len(command.key_names) for command in commands), default=0)
        keys = [f"{command.key_names:>{longest}}  {_(command.text)}" for command in commands]
        said = about or _("Digits choose an answer, Enter goes on, arrows move, Esc never loses anything.")
        super().__init__("\n".join([said, "", *keys] if keys else [said]))

    def action_help(self) -> None:
        """Close."""
        self.dismiss()
