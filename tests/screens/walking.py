"""A walk through an interview by keys, one after another or at once: what no key may do is looked for after each."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from textual import work
from textual.events import Key
from textual.keys import _character_to_key

from fieldkit.app import FieldkitApp
from fieldkit.i18n import language, set_language
from fieldkit.screens.interview import InterviewScreen
from fieldkit.widgets.question import QuestionView
from tests.screens.hand import by_hand
from tests.screens.promises import Promises
from tests.screens.watching import Watch

CLICK = "click"
_CHARACTERS = {"space": " ", "enter": "\r", "tab": "\t"}
_STUCK = 8.0


class Asking(FieldkitApp):
    """Asks one form for as long as it runs: who leaves it is back in it, who finishes it begins it again."""

    @work
    async def ask(self, form, household=""):
        interviews = self.session.interviews
        draft = None
        while True:
            if draft is None or all(each.id != draft for each in interviews.unfinished()):
                draft = interviews.start(form, household, language()).id
            await self._ask(lambda draft=draft: interviews.resume(draft))


class Walk:
    """One app, one form, somebody who presses keys."""

    def __init__(self, app):
        self.app = app
        self.watch = Watch(app)
        self.promises = Promises(self.watch)
        self.pressed = []
        self.seen = None

    async def begin(self, form, household):
        self.app.ask(form, household)
        while not isinstance(self.app.screen, InterviewScreen):  # noqa: ASYNC110 - as long as it takes, no longer
            await asyncio.sleep(0.001)
        await self.quiet()
        self.seen = self.watch.look()
        self.promises.begin(self.seen)

    # -- keys ---------------------------------------------------------------------------------------------

    async def send(self, *keys):
        """Bring keys as a terminal does, all at once, and wait until they are acted upon; "click" clicks into the next
        question of the page.
        """
        self.pressed += keys
        for key in keys:
            if key == CLICK:
                self._click()
                continue
            alone = len(key) == 1
            character = key if alone else _CHARACTERS.get(key)
            self.app.post_message(by_hand(Key(_character_to_key(key) if alone else key, character)))
        await self.quiet()

    def _click(self):
        views = [view for view in self.app.screen.query(QuestionView) if view.answer.takes_answer]
        focused = self.app.focused
        here = [n for n, view in enumerate(views) if focused is not None and view in focused.ancestors]
        if here:
            views[(here[0] + 1) % len(views)].answer.focus()

    async def quiet(self):
        came = asyncio.Event()
        if self.app.call_later(came.set):
            await came.wait()
        if self.app.fault is None:
            async with asyncio.timeout(_STUCK):
                await self.app.typed_ahead.quiet()
        if self.app.fault is not None:
            raise self.app.fault
        assert self.app.is_running

    async def press(self, key):
        """Press one key and look whether it did what no key may do."""
        before = self.seen
        await self.send(key)
        self.seen = self.watch.look()
        try:
            self.promises.hold(key, before, self.seen)
        except AssertionError as error:
            error.add_note(f"pressed: {' '.join(self.pressed)}")
            raise

    async def back_and_forth(self):
        """Close what lies over the questions, delete what is no answer; then Ctrl+Z to the start, and Ctrl+Y back."""
        while self.app.screen is not self.watch.screen:
            await self.press("escape")
        while self.watch.unreadable(self.seen):
            await self.press("end")
            await self.press("backspace")
        await self.press("f1")
        await self.press("escape")
        for key, many in (("ctrl+z", self.seen.depth), ("ctrl+y", self.seen.depth)):
            for _ in range(many):
                await self.press(key)
            assert self.seen.depth == (0 if key == "ctrl+z" else many)

    def check_all(self):
        """What is shown is kept."""
        if self.watch.screen is not None:
            self.promises.check_shown()
            self.promises.check_kept()

    def told(self):
        """What it came to, without what chance made: ids."""
        entry = self.watch.entry
        return (
            {
                "screens": [type(screen).__name__ for screen in self.app.screen_stack],
                "answers": _without_ids(entry.to_json()),
                "place": entry.index,
                "notes": sorted(self.watch.interview.notes.values()),
                "steps": len(entry._edits._done),
                "typed": sorted(self.watch.look().typed.values()),
            }
            if self.watch.screen is not None
            else {}
        )


def _without_ids(value):
    if isinstance(value, list):
        return [_without_ids(each) for each in value]
    if isinstance(value, dict):
        return {
            key: _without_ids(each) for key, each in value.items() if key not in {"_id", "meta/instanceID"}
        }
    return value


@asynccontextmanager
async def walking(folder, now, form, household=""):
    """Somebody before an interview that has just begun."""
    set_language("en")
    app = Asking(folder, None, lambda: now)
    async with app.run_test(size=(80, 24)):
        while app.session is None or app.home.session is None:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.001)
        walk = Walk(app)
        await walk.begin(form, household)
        yield walk
