"""Each shipped form, from the first question to the end, by keys alone: in the app in Chinese, in the talk in English."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fieldkit.fieldwork.assigning import ASSIGNMENT
from fieldkit.fieldwork.same_person import SAME_PERSON
from fieldkit.fieldwork.samples import SAMPLE
from fieldkit.session.asking import Conversation, begin
from fieldkit.session.asking.telling import is_read_only
from fieldkit.session.session import Session
from fieldkit.session.standing import repeat_label
from fieldkit.xforms import Event
from tests.forms.cases import tables
from tests.forms.shipped import FORMS, SOURCES
from tests.screens.filling import Hands, squeezed
from tests.screens.scripts import HOUSE, answers_of, script

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
BEGUN = [name for name in tables() if name not in {SAME_PERSON, ASSIGNMENT, SAMPLE}]
"""Two rows being one person is decided, and households are given out, on screens of their own (`test_doubles.py`,
`test_worklists_screen.py`); a sample is drawn by the program.
"""


@pytest.fixture
def town(demo):
    """The demo town, whose office asks for the items that are off by default and has drawn a sample to check."""
    folder = demo.workspace / "forms"
    for file in [*FORMS.glob("*.csv"), FORMS / "household.xlsx", FORMS / "backcheck.yaml"]:
        shutil.copy2(file, folder)
    (folder / "modules.csv").write_text(MODULES, encoding="utf-8")
    (folder / "originals.csv").write_text(ORIGINALS, encoding="utf-8")
    return demo


def test_every_form_has_a_table():
    assert {Path(source).stem for source in SOURCES} == set(tables())


# -- in the app -----------------------------------------------------------------------------------------------


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
