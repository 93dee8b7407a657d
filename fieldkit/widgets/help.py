"""Every key of the screen below, in words."""

from __future__ import annotations

from fieldkit.commands import Command
from fieldkit.i18n import _
from fieldkit.widgets.message import Notice


class Help(Notice):
    """Lists the commands of a screen with the keys in force, those not in the bar included."""

    def __init__(self, commands: tuple[Command, ...]) -> None:
        longest = max(len(command.key_names) for command in commands)
        lines = [f"{command.key_names:>{longest}}  {_(command.text)}" for command in commands]
        answers = _("Digits choose an answer, Enter goes on, arrows move, Esc never loses anything.")
        super().__init__("\n".join([answers, "", *lines]))
