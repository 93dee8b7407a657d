"""Asking from a screen: an interview begun, gone on with, or corrected, whichever app it is in."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

from fieldkit.adjusting import Adjusting
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _, is_plain, language
from fieldkit.widgets.message import Notice

if TYPE_CHECKING:
    from fieldkit.session.doubles import Double
    from fieldkit.session.interview import Finished, Interview


class Interviewing(Adjusting):
    """An app that can ask."""

    async def _record(self, record: str) -> None:
        """Look at a record until somebody goes back; correct it, give that up, or show its slip."""
        from fieldkit.screens.record import RecordScreen
        from fieldkit.screens.slip import SlipScreen

        assert self.session is not None
        session = self.session
        while True:
            wanted = await self.push_screen_wait(RecordScreen(session, record))
            if wanted is None:
                return
            if wanted == "slip":
                await self.push_screen_wait(SlipScreen(session.slips.of(record), plain=is_plain()))
                continue
            try:
                if wanted == "discard":
                    session.interviews.discard(record)
                    continue
                session.interviews.begin_correction(record, language())
            except FieldkitError as error:
                await self.push_screen_wait(Notice(explain(error)))
            else:
                await self._resume(record)

    async def _answer(self, record: str) -> None:
        """Correct a record from one question of the office to the next."""
        assert self.session is not None
        try:
            self.session.interviews.begin_correction(record, language())
        except FieldkitError as error:
            await self.push_screen_wait(Notice(explain(error)))
        else:
            self.session.sticks.look_at_comments(record)
            await self._resume(record, self.session.questions.go_through)

    async def _resume(self, draft: str, prepared: Callable[[Interview], Interview] | None = None) -> None:
        """Go on with a draft; where its form has changed, as the person decides. prepared: does something with it first."""
        from fieldkit.screens.form_change import FormChangeScreen

        assert self.session is not None
        interviews = self.session.interviews
        try:
            change = interviews.change(draft)
            if change is not None:
                choice = await self.push_screen_wait(FormChangeScreen(change))
                if choice is None:
                    return
                (interviews.carry if choice == "carry" else interviews.stay)(draft, change)
        except FieldkitError as error:
            await self.push_screen_wait(Notice(explain(error)))
            return
        await self._ask(lambda: prepared(interviews.resume(draft)) if prepared else interviews.resume(draft))

    async def _ask(self, begin: Callable[[], Interview]) -> Finished | None:
        """Ask an interview until it is finished or left; give how it was finished."""
        from fieldkit.screens.interview import InterviewScreen

        assert self.session is not None
        try:
            interview = begin()
        except FieldkitError as error:
            await self.push_screen_wait(Notice(explain(error)))
            return None
        self.call_after_refresh(_set_memory_aside)
        finished = await self.push_screen_wait(InterviewScreen(self.session, interview))
        if finished is None:
            return None
        if finished.answered:
            self.notify(
                _("Questions of the office answered: {count}. The stick carries it.", count=finished.answered)
            )
        if not finished.changed:
            if not finished.answered:
                self.notify(_("Nothing was changed; the record stays as it was."))
            return finished
        slip = "" if finished.declined or finished.amended else self.session.slips.of(finished.record)
        if slip:
            from fieldkit.screens.slip import SlipScreen

            self.clear_notifications()  # they would take room from the code
            await self.push_screen_wait(SlipScreen(slip, plain=is_plain()))
        self.notify(_("Finished and stored."))
        await self._look_at(self.session.doubles.of_record(finished.record))
        return finished

    async def _look_at(self, doubles: list[Double]) -> None:
        """Ask whether those just found are one person, where there are any."""
        from fieldkit.screens.doubles import DoublesScreen

        assert self.session is not None
        if doubles:
            await self.push_screen_wait(DoublesScreen(self.session, doubles))


def _set_memory_aside() -> None:
    """Look for garbage now, while the first question is read, and later only among what is made from here on: to go
    through all households and a long form takes longer than a key may.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
