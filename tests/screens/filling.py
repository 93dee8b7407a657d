"""Hands that fill a form as its script says, by keys alone, and look at every question that they pass."""

from __future__ import annotations

import asyncio
import itertools
import re

from rich.cells import cell_len
from textual.events import Key
from textual.geometry import Region
from textual.keys import _character_to_key
from textual.widgets import Input

from fieldkit.fieldwork.names import search_keys
from fieldkit.session.choosing import ChoiceFinder
from fieldkit.session.standing import trail_of
from fieldkit.widgets.choice_answer import ChoiceAnswer
from fieldkit.widgets.multiline_answer import MultilineAnswer
from fieldkit.widgets.read_only import ReadOnly
from fieldkit.widgets.repeat_prompt import RepeatPrompt
from fieldkit.widgets.search_answer import SearchAnswer
from fieldkit.widgets.text_answer import TextAnswer
from fieldkit.xforms import Event, Missing
from tests.screens.hand import by_hand
from tests.screens.scripts import HOUSE

MISSING_KEYS = {Missing.DK: "f5", Missing.DECLINED: "f6", Missing.PNS: "f7", Missing.NA: "f8"}
_SCROLLBAR = re.compile("[\\s▁-█▔▕▏▎▍▌▋▊▉]+")


class Hands:
    """Presses keys as fast as they are acted upon, and looks at what stands on the screen between."""

    def __init__(self, p):
        self.p = p
        self.app = p.app
        self.keys = 0
        self.faults = []
        self.passed = set()

    async def press(self, *keys):
        self.keys += len(keys)
        for key in keys:
            alone = len(key) == 1
            self.app.post_message(
                by_hand(Key(_character_to_key(key) if alone else key, key if alone else None))
            )
        arrived = asyncio.Event()
        self.app.call_later(arrived.set)
        await arrived.wait()
        await self.app.typed_ahead.quiet()
        assert self.app.fault is None

    async def begin(self, form):
        others = [each.name for each in self.app.session.other_forms()]
        if form == "household":
            await self.press("ctrl+n")
        elif form == "visit":
            await self.press(*HOUSE, "enter")
            await self.p.until(lambda: self.p.screen_name == "HouseholdScreen")
            await self.press("1")
            self.passed.add("/data/hh_id")
        else:
            await self.press("ctrl+w", *str(others.index(form) + 1), "enter")
        if form == "quiz":
            await self.p.until(lambda: self.p.screen_name == "QuizScreen")
            await self.press("5")
        await self.p.until(lambda: self.p.screen_name == "InterviewScreen" and self.app.focused is not None)
        return self.app.screen.interview

    async def fill(self, wanted):
        """Go from where the form begins to its end."""
        screen = self.app.screen
        entry = screen.interview.entry
        while self.app.screen is screen:
            index = entry.index
            if index.event is Event.PROMPT_NEW_REPEAT:
                self.look_at_prompt()
                more = wanted.kept.count(index.path) > entry.count(index.path)
                await self.press("1" if more else "enter")
                assert entry.index != index, self.p.text
                continue
            view = screen.page.current()
            if len(screen.page.views()) > 1:
                await self.p.pilot.pause()  # until it is scrolled to where the caret is
            self.look(view)
            self.passed.add(view.path)
            await self.press(*self.keys_for(view, wanted))
            warned = [
                problem for problem in screen.interview.problems(view.path) if problem.kind == "warning"
            ]
            if warned and self.app.screen is screen and screen.page.current() is view:
                assert squeezed(warned[0].message) in drawn(view._parts["problem"]), self.p.text
                await self.press("enter")
            assert self.app.screen is not screen or screen.page.current() is not view, (
                f"stuck at {view.path}\n{self.p.text}"
            )

    def keys_for(self, view, wanted):
        """What a person presses at a question."""
        answer, path, entry = view.answer, view.path, view.interview.entry
        value, missing = wanted.kept.value(path), wanted.kept.missing(path)
        multiline = isinstance(answer, MultilineAnswer)
        if isinstance(answer, ReadOnly) or (value, missing) == (entry.value(path), entry.missing(path)):
            return ["ctrl+j" if multiline and answer.typed else "enter"]
        if isinstance(answer, SearchAnswer) and missing:
            return [MISSING_KEYS[missing]]
        if isinstance(answer, SearchAnswer):
            found = [[*self.shortest(entry, path, each), "enter"] for each in value.split()]
            return [*itertools.chain(*found), *(["enter"] if answer.several else [])]
        if isinstance(answer, ChoiceAnswer):
            return self.choosing(answer, value.split(), missing)
        if missing:
            return [MISSING_KEYS[missing]]
        selected = isinstance(answer, TextAnswer) and answer.line.select_on_focus
        emptied = [] if selected else ["backspace"] * len(answer.typed)
        return [*emptied, *wanted.typed[path], "ctrl+j" if multiline else "enter"]

    def choosing(self, answer, values, missing):
        """Digits: of ten choices and more the first waits for another, or for Enter."""
        offered = answer.offered
        if missing:
            values = [choice.value for choice in offered if choice.missing is missing]
            if not values:
                return [MISSING_KEYS[missing]]
        numbers = [
            n
            for n, choice in enumerate(offered, 1)
            if (choice.value in values) != (choice.value in answer.chosen())
        ]
        if not answer.several:
            numbers = [n for n in numbers if offered[n - 1].value in values]
        waits = [answer.several and n < 10 and n * 10 <= len(offered) for n in numbers]
        digits = [
            *"".join(f"{n:02}" if waiting else str(n) for n, waiting in zip(numbers, waits, strict=True))
        ]
        goes_on = "quick" in answer.appearance and not answer.several
        return [*(["space"] if answer._folded else []), *digits, *([] if goes_on else ["enter"])]

    def shortest(self, entry, path, value):
        """The fewest signs that bring a choice to the top of a long list: of its code, its label or the sound of it."""
        finder = ChoiceFinder(entry, path)
        label = next(choice.label for choice in entry.choices(path) if choice.value == value)
        ways = [
            words[:end]
            for words in (*search_keys(label)[1:], label, value)
            for end in range(1, len(words) + 1)
        ]
        ways += [value[start:] for start in range(1, len(value))]
        for way in sorted(ways, key=len):
            found = finder.find(way, 1)
            if found and found[0].value == value:
                return way
        raise AssertionError(f"{path}: nothing finds {value}")

    # -- looking ----------------------------------------------------------------------------------------

    def look(self, view):
        """The question with the caret is on screen, and nothing of the page is cut off."""
        screen, entry = self.app.screen, view.interview.entry
        page = screen.page
        shown = squeezed("\n".join(self.p.lines[page.region.y : page.region.bottom]))
        label = squeezed(entry.label(view.path))
        assert label, view.path
        if label not in shown:
            self.faults.append(f"{view.path}: not on screen: {entry.label(view.path)}\n{self.p.text}")
        if self.app.focused is not view.answer and view.answer not in self.app.focused.ancestors:
            self.faults.append(f"{view.path}: the caret is elsewhere")
        title = "\n".join(self.p.lines[: page.region.y])
        for words in (screen.title_text(), f"  {trail_of(view.interview)}"):
            if squeezed(words) not in squeezed(title):
                self.faults.append(f"{view.path}: cut off: {words}\n{title}")
        for each in page.views():
            self.look_for_cuts(each)

    def look_for_cuts(self, view):
        answer = view.answer
        whole = [(view._said.get(name, ""), view._parts[name]) for name in view._parts]
        if isinstance(answer, ChoiceAnswer) and not answer._folded:
            whole += [(choice.label, answer) for choice in answer.offered]
        if isinstance(answer, ReadOnly):
            whole.append((view.interview.entry.value(view.path), answer))
        if isinstance(answer, SearchAnswer):
            whole += [(choice.label, answer.query_one(".found")) for choice in answer.found[:10]]
        for words, widget in whole:
            if words and squeezed(words) not in drawn(widget):
                self.faults.append(f"{view.path}: cut off: {words}\n{self.p.text}")
        for line in answer.query(Input):
            if cell_len(line.placeholder) >= line.size.width:
                self.faults.append(f"{view.path}: cut off: {line.placeholder}")

    def look_at_prompt(self):
        [prompt] = self.app.screen.page.query(RepeatPrompt)
        if squeezed(prompt.repeat_name) not in squeezed(self.p.text):
            self.faults.append(f"cut off: {prompt.repeat_name}\n{self.p.text}")


def drawn(widget):
    """What a widget draws, also where it is scrolled out of sight."""
    strips = widget.render_lines(Region(0, 0, *widget.outer_size))
    return squeezed("".join(segment.text for strip in strips for segment in strip))


def squeezed(text):
    """Words without blanks, line ends and the marks of a scroll bar."""
    return _SCROLLBAR.sub("", text)
