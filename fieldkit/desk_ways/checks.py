"""The way through what checks found: a check and its question, one finding, what is done about it, and back."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.screens.office.checks import (
    TEXT,
    UNDO,
    ChecksScreen,
    FindingScreen,
    FindingsScreen,
    Group,
    Shown,
    group_of,
)
from fieldkit.screens.office.working import worked
from fieldkit.session.desk.menu import PARTS
from fieldkit.session.desk.stage_words import why_tables
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick

if TYPE_CHECKING:
    from fieldkit.office.checks.found import Found
    from fieldkit.office_app import OfficeApp
    from fieldkit.session.desk.checks import Done

_SETTLE, _ASK, _CORRECT, _TAKE_OUT, _DOUBLES, _BACK = (
    "settle",
    "ask",
    "correct",
    "take-out",
    "doubles",
    "take-back",
)
_WORDS = {
    _SETTLE: N_("It is fine as it is"),
    _ASK: N_("Ask back: a question to the laptop it came from"),
    _CORRECT: N_("Correct it in its form"),
    _TAKE_OUT: N_("One record too many: take it out"),
    _DOUBLES: N_("Merge doubles"),
    _BACK: N_("Take back that it is settled"),
}


async def go(app: OfficeApp) -> None:
    """Show what waits until somebody goes back. Raises FieldkitError, StoppedError."""
    await _Way(app).go()


class _Way:
    """One walk through the findings; what was done on it can be taken back, the last first."""

    def __init__(self, app: OfficeApp) -> None:
        self._app = app
        self._checks = app.at_desk.checks
        self._done: list[Done] = []

    async def go(self) -> None:
        """From the list of checks on."""
        await worked(self._app, lambda: _("Checks"), why_tables, self._checks.look_again)
        while True:
            chosen = await self._app.push_screen_wait(ChecksScreen(self._app.at_desk, self._checks.all()))
            if chosen is None:
                return
            if isinstance(chosen, str):
                await self._undo()
            else:
                await self._group(chosen)

    async def _group(self, group: Group) -> None:
        """One check and question, until nothing of it is found any more."""
        while findings := [each for each in self._checks.all() if group_of(each) == group]:
            if len(findings) == 1:
                await self._finding(findings[0])
                return
            chosen = await self._app.push_screen_wait(FindingsScreen(self._app.at_desk, findings))
            if chosen is None:
                return
            if isinstance(chosen, str):
                await self._undo()
            else:
                await self._finding(chosen)

    async def _finding(self, finding: Found) -> None:
        """One finding, and what is done about it."""
        screen = FindingScreen(self._app.at_desk, lambda: self._shown(finding))
        while (chosen := await self._app.push_screen_wait(screen)) and chosen.startswith(TEXT):
            await self._app.push_screen_wait(Notice(chosen.removeprefix(TEXT)))
            screen = FindingScreen(self._app.at_desk, lambda: self._shown(finding))
        try:
            if chosen == UNDO:
                await self._undo()
            elif chosen is not None:
                await self._do(finding, chosen)
        except FieldkitError as error:
            await self._app.push_screen_wait(Notice(explain(error)))

    def _shown(self, finding: Found) -> Shown:
        checks = self._checks
        return Shown(
            finding, tuple(checks.records(finding).values()), checks.texts(finding), checks.why(finding),
            [(action, _WORDS[action]) for action in self._actions(finding)],
        )  # fmt: skip

    def _actions(self, finding: Found) -> list[str]:
        """What can be done about a finding."""
        if not finding.is_open:
            return [_BACK]
        if not finding.records:
            return [_SETTLE]
        actions = [_SETTLE, _ASK, _CORRECT]
        if finding.check.kind == "same":
            actions.append(_TAKE_OUT)
            if finding.form == "household" and any(part.id == _DOUBLES for part in PARTS):
                actions.append(_DOUBLES)
        return actions

    async def _do(self, finding: Found, action: str) -> None:
        if action == _BACK:
            self._checks.undo(self._checks.decision(finding))
        elif action == _DOUBLES:
            await import_module(f"fieldkit.desk_ways.{action}").go(self._app)
        elif action == _SETTLE:
            why = await self._asked(_("Why is it fine as it is?"))
            if why is not None:
                self._done.append(self._checks.settle(finding, why))
        else:
            record = await self._record(finding)
            if record:
                await self._about(finding, record, action)

    async def _about(self, finding: Found, record: str, action: str) -> None:
        """Do something about one record of a finding."""
        if action == _CORRECT:
            await self._app.correct(record, "check")
        elif action == _ASK:
            text = await self._asked(_("What is to be asked?"))
            if text is not None:
                self._done.append(self._checks.ask_back(finding, record, text))
        else:
            why = await self._asked(_("Why is it taken out? It can be taken back."))
            if why is not None:
                self._done.append(self._checks.take_out(record, why))

    async def _record(self, finding: Found) -> str:
        """Which of its records, "" for none."""
        if len(finding.records) == 1:
            return finding.records[0]
        records = self._checks.records(finding)
        chosen = await self._app.push_screen_wait(Pick(_("Which record?"), list(records.values())))
        return list(records)[chosen[0]] if chosen else ""

    async def _asked(self, question: str) -> str | None:
        return await self._app.push_screen_wait(AskText(question))

    async def _undo(self) -> None:
        """Take back what was done last on this walk."""
        if not self._done:
            self._app.notify(_("There is nothing to take back or to do again."))
            return
        try:
            self._checks.undo(self._done[-1])
            self._done.pop()
        except FieldkitError as error:
            await self._app.push_screen_wait(Notice(explain(error)))
