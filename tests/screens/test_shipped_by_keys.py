"""Each shipped form, from the first question to the end, by keys alone: in the app in Chinese, in the talk in English."""

from __future__ import annotations

import asyncio
import itertools
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.events import Key
from textual.geometry import Region
from textual.keys import _character_to_key
from textual.widgets import Input

from fieldkit.fieldwork.names import search_keys
from fieldkit.fieldwork.same_person import SAME_PERSON
from fieldkit.session.asking import Conversation, begin
from fieldkit.session.asking.telling import is_read_only
from fieldkit.session.choosing import ChoiceFinder
from fieldkit.session.filling import fill
from fieldkit.session.reading import read, shown
from fieldkit.session.session import Session
from fieldkit.session.standing import repeat_label, trail_of
from fieldkit.widgets.choice_answer import ChoiceAnswer
from fieldkit.widgets.multiline_answer import MultilineAnswer
from fieldkit.widgets.read_only import ReadOnly
from fieldkit.widgets.repeat_prompt import RepeatPrompt
from fieldkit.widgets.search_answer import SearchAnswer
from fieldkit.widgets.text_answer import TextAnswer
from fieldkit.xforms import Event, FormEntry, Missing, Question
from tests.forms.cases import table, tables
from tests.forms.shipped import FORMS, SOURCES
from tests.screens.hand import by_hand

HOUSE = "99010110020000079"
MODULES = "name,label,label::中文 (zh),label::English (en),on,purpose_zh,purpose_en\n" + "".join(
    f"{name},{label},{label},{name},1,{label},{name}\n"
    for name, label in (
        ("marital", "婚姻状况"),
        ("edu", "文化程度"),
        ("ethnic", "民族"),
        ("occupation", "职业"),
    )
)
ORIGINALS = "name,label,value\n" + "".join(
    f"uuid:00000000-0000-4000-8000-000000000001/{name},,{value}\n"
    for name, value in (("presence", "home"), ("declared_size", "5"))
)
CHANGED = {
    "request": {
        "handling/steps[1]/in_at": "2026-03-31T09:01:00.000+08:00",
        "handling/steps[1]/out_at": "2026-03-31T09:03:00.000+08:00",
        "handling/steps[2]/in_at": "2026-03-31T09:04:00.000+08:00",
    },
    "scr_event": {"date": "2026-03-31"},
    "visit": {"close/appt[1]/appt_date": "2026-04-02"},
}
"""What the day of the demo town makes other than the tables have it."""
BY_CHANCE = {"req_id", "case_id"}
"""Numbers with a part that is drawn."""
MISSING_KEYS = {Missing.DK: "f5", Missing.DECLINED: "f6", Missing.PNS: "f7", Missing.NA: "f8"}
_SCROLLBAR = re.compile("[\\s▁-█▔▕▏▎▍▌▋▊▉]+")


# -- what is to be answered ---------------------------------------------------------------------------------


@dataclass
class Script:
    """The answers of a form, as typed and as the engine keeps them."""

    kept: FormEntry
    typed: dict[str, str] = field(default_factory=dict)


def script(session, form):
    """The answers of a form's table where they fit this workspace; the engine makes a record of them beside the walk."""
    cases = table(form)
    answers = cases.full | CHANGED.get(form, {}) | beforehand(session, form)
    made = Script(session.interviews.trial(form, {}, "zh"))
    for name, answer in answers.items():
        path = cases.path(name)
        item = cases.form.items[re.sub(r"\[\d+\]", "", path)]
        if item.is_select:
            cases.answer(made.kept, name, answer)
        else:
            made.typed[path] = shown(item, str(answer))
            cases.answer(made.kept, name, read(item, made.typed[path], made.kept.now()))
        assert made.kept.value(path) or made.kept.missing(path), f"{name} does not take {answer}"
    assert [problem for problem in made.kept.problems() if problem.kind != "warning"] == []
    return made


def beforehand(session, form):
    """What a workspace must hold before a form can be filled; gives the answers that name it."""
    if form == "quiz":
        return {"event": record_of(session, "edu_event").text("event_id")}
    if form == "scr_participant":
        return {"event": record_of(session, "scr_event").text("event_id")}
    if form in {"scr_breast", "scr_cervix", "scr_follow"}:
        number = record_of(session, "scr_participant").text("pid")
        return {"pid": number, "tube": number} if form == "scr_cervix" else {"pid": number}
    adult = session.household(HOUSE).members[0].id
    return {
        name: adult
        for name in ("person", "respondent")
        if "hh_id" in table(form).full and name in table(form).full
    }


def record_of(session, form):
    """A record made of the answers of a form's table."""
    answers = script(session, form).kept.to_json()
    answers = {name: answer for name, answer in answers.items() if not name.startswith("meta/")}
    [made] = fill(session, form, [answers], source="", finalize=True)
    return session.exchange.record(made)


def answers_of(entry):
    """What is stored, by path: calculated values too, without ids."""
    entry.finish()
    found = {}
    for leaf in entry.tree.leaves():
        path = entry.tree.path(leaf)
        if (
            leaf.relevant
            and "/meta/" not in path
            and path.rpartition("/")[2] not in BY_CHANCE
            and isinstance(leaf.item, Question)
        ):
            found[path] = entry.missing(path) or entry.value(path)
    return found


@pytest.fixture
def town(demo):
    """The demo town, whose office asks for the items that are off by default and has drawn a sample to check."""
    folder = demo.workspace / "forms"
    for file in [*FORMS.glob("*.csv"), FORMS / "household.xlsx", FORMS / "backcheck.yaml"]:
        shutil.copy2(file, folder)
    (folder / "modules.csv").write_text(MODULES, encoding="utf-8")
    (folder / "originals.csv").write_text(ORIGINALS, encoding="utf-8")
    return demo


# -- in the app -----------------------------------------------------------------------------------------------


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


BEGUN = [name for name in tables() if name != SAME_PERSON]
"""Two rows being one person is decided on a screen of its own (`test_doubles.py`)."""


def test_every_form_has_a_table():
    assert {Path(source).stem for source in SOURCES} == set(tables())


@pytest.mark.parametrize("form", BEGUN)
async def test_by_keys_in_chinese(person, town, now, form, record_property):
    with Session.open(town.workspace, now=lambda: now) as session:
        wanted = script(session, form)
    async with person() as p:
        hands = Hands(p)
        interview = await hands.begin(form)
        await hands.fill(wanted)
        assert p.screen_name == "Review"
        asked = {path for place in interview.entry.places() for path in interview.entry.page(place)}
        await hands.press("f10")
        await p.until(lambda: p.app.session.exchange.record(interview.id) is not None)
        record_property("tried", f"{hands.keys} keys for {len(asked)} questions")
        record = p.app.session.exchange.record(interview.id)
        assert record.answers == interview.entry.answers(relevant_only=True)
        assert answers_of(interview.entry) == answers_of(wanted.kept)
        assert asked <= hands.passed
        assert hands.faults == [], f"after {hands.keys} keys:\n" + "\n".join(hands.faults)


# -- in the talk ----------------------------------------------------------------------------------------------


def says(talk, wanted):
    """What a person types where the talk stands."""
    entry, path = talk.interview.entry, talk.path
    if not path:
        here = talk.interview.index.path
        return "1" if wanted.kept.count(here) > entry.count(here) else ""
    value, missing = wanted.kept.value(path), wanted.kept.missing(path)
    if is_read_only(talk.interview, path) or (value, missing) == (entry.value(path), entry.missing(path)):
        return ""
    if talk._choosing is None:
        return wanted.typed[path] if missing is None else f":{missing.value}"
    offered = talk._choosing.offered
    numbers = [
        n
        for n, each in enumerate(offered, 1)
        if (missing and each.missing is missing) or each.value in value.split()
    ]
    assert numbers or missing, path
    if not numbers or (missing and talk._choosing.long):
        return f":{missing.value}"
    return value if talk._choosing.long else " ".join(str(n) for n in numbers)


@pytest.mark.parametrize("form", BEGUN)
def test_line_by_line_in_english(town, now, form):
    with Session.open(town.workspace, now=lambda: now) as session:
        wanted = script(session, form)
        interview, _resumed = begin(session, form, household=HOUSE if form == "visit" else "")
        talk = Conversation(session, interview)
        assert interview.entry.language == "English (en)"
        while interview.index.event is not Event.END:
            lines, here = squeezed("".join(talk.lines())), (talk.path, interview.index)
            label = interview.entry.label(talk.path) if talk.path else repeat_label(interview)
            assert label
            assert squeezed(label) in lines, label
            if talk._choosing and not talk._choosing.long:
                assert [
                    each.label for each in talk._choosing.offered if squeezed(each.label) not in lines
                ] == []
            said = talk.hear(says(talk, wanted))
            assert not talk.refused, said
            if talk._warned is not None:
                talk.hear("so it is")
            assert (talk.path, interview.index) != here, f"stuck at {here}"
        talk.hear("")
        assert talk.ended == "finished", talk.lines()
        record = session.exchange.record(interview.id)
        assert record.answers == interview.entry.answers(relevant_only=True)
        assert answers_of(interview.entry) == answers_of(wanted.kept)
