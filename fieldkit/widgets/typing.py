"""Commands that wait for what was typed before them: people type faster than answers are kept."""

from __future__ import annotations

from textual.screen import Screen

from fieldkit.widgets.answer import AnswerWidget

_ONLY_IF_READABLE = frozenset(
    {
        "finish",
        "review",
        "next",
        "previous",
        "begin",
        "end",
        "member",
        "roster",
        "same_all",
        "outline",
        "jump",
        "undo",
        "redo",
        "first_error",
    }
)
"""What is not done while something typed cannot be read: that is said instead, and stays to be corrected."""


class AfterTyping:
    """A screen whose command keys act behind the keys typed before them; its bindings are made `after_typing`.

    A key of a command overtakes those on their way to the caret, and an answer given is on its way to the screen. So a
    command takes the same way: to the caret, which gives what is typed, and up to the screen behind the answer.
    """

    def action_after_typing(self: Screen[object], action: str) -> None:  # type: ignore[misc]  # mixed into screens
        """Send a command after what was typed."""
        (self.focused or self).post_message(AnswerWidget.Command(action))

    async def on_answer_widget_command(self: Screen[object], message: AnswerWidget.Command) -> None:  # type: ignore[misc]
        """Nothing that takes answers had the caret."""
        message.stop()
        await self.run_action(message.action)

    async def on_answer_widget_settled(self: Screen[object], message: AnswerWidget.Settled) -> None:  # type: ignore[misc]
        """The answer is here: do what was wanted."""
        message.stop()
        if message.readable or message.action.partition("(")[0] not in _ONLY_IF_READABLE:
            await self.run_action(message.action)

    async def on_answer_widget_take_back(self: Screen[object], message: AnswerWidget.TakeBack) -> None:  # type: ignore[misc]
        """The first digit of a code had been taken for an answer: take it back as a person would."""
        message.stop()
        await self.run_action("undo")
