"""A form with every type of question and every appearance a terminal serves, filled in by keys alone."""

from __future__ import annotations

import hashlib

import pytest

from fieldkit.screens.interview import InterviewScreen

FORM = """
| settings |
| | form_title | form_id | version | instance_name |
| | Every type | every | 1 | concat('E-', ${words}) |
| survey |
| | type | name | label | appearance | parameters | hint | calculation | default | relevant | repeat_count | constraint | required |
| | start | began | | | | | | | | | | |
| | end | ended | | | | | | | | | | |
| | today | day | | | | | | | | | | |
| | deviceid | device | | | | | | | | | | |
| | username | who | | | | | | | | | | |
| | phonenumber | phone | | | | | | | | | | |
| | email | mail | | | | | | | | | | |
| | hidden | secretly | | | | | | kept | | | | |
| | text | words | Words | | | Any | | | | | | yes |
| | text | story | Story | multiline | | | | | | | | |
| | text | rows | Rows | | rows=3 | | | | | | | |
| | text | pin | Secret | masked | | | | | | | | |
| | text | digits | Digits | numbers | | | | | | | | |
| | text | site | Address of a page | url | | | | | | | | |
| | text | fancy | Unknown look | w3 no-such-look | | | | | | | | |
| | integer | whole | Whole | | | | | | | | . > 5 | |
| | integer | many | Thousands | thousands-sep | | | | | | | | |
| | integer | taps | Counter | counter | | | | | | | | |
| | decimal | part | Part | | | | | | | | | |
| | percentage | share | Share | | | | | | | | | |
| | range | scale | Scale | | start=1 end=5 step=1 | | | | | | | |
| | range | fine | Fine scale | vertical no-ticks | start=0 end=1 step=0.5 | | | | | | | |
| | date | seen | Date | | | | | | | | | |
| | date | flat | Date without calendar | no-calendar | | | | | | | | |
| | date | month | Month | month-year | | | | | | | | |
| | date | year | Year | year | | | | | | | | |
| | time | at | Time | | | | | | | | | |
| | dateTime | moment | Date and time | | | | | | | | | |
| | select_one taste | one | One | | | | | | | | | |
| | select_one taste | folded | Folded | minimal | | | | | | | | |
| | select_one taste | quick | Quick | quick | | | | | | | | |
| | select_one taste | likert | Likert | likert | | | | | | | | |
| | select_one taste | packed | Packed | columns-pack | | | | | | | | |
| | select_one taste | bare | No buttons | no-buttons | | | | | | | | |
| | select_one taste | asked | Searched by wish | search | | | | | | | | |
| | select_one village | far | Long list | | | | | | | | | |
| | select_multiple village | been | Long list, several | autocomplete | | | | | | | | |
| | select_one taste or_other | open | Or other | | | | | | | | | |
| | select_one_from_file shops.csv | shop | From a file | | | | | | | | | |
| | select_one taste | shuffled | In any order | | randomize=true seed=7 | | | | | | | |
| | select_multiple taste | several | Several | | | | | | | | | |
| | select_multiple taste | tight | Several folded | minimal | | | | | | | | |
| | select_multiple taste | wide | Several in columns | columns-2 | | | | | | | | |
| | rank taste | order | Order | | | | | | | | | |
| | note | said | A note | | | | | | | | | |
| | acknowledge | agreed | Agreed | | | | | | | | | |
| | trigger | again | Agreed again | | | | | | | | | |
| | calculate | twice | | | | | ${whole} * 2 | | | | | |
| | integer | shown | Twice | | | | ${whole} * 2 | | | | | |
| | text | fixed | Read only | | | | | as it is | | | | |
| | barcode | code | Barcode | | | | | | | | | |
| | file | paper | A file | | | | | | | | | |
| | image | picture | A picture | | | | | | | | | |
| | image | signed | A signature | signature | | | | | | | | |
| | audio | sound | A sound | | | | | | | | | |
| | video | film | A film | | | | | | | | | |
| | geopoint | place | Point | | | | | | | | | |
| | geopoint | mapped | Point on a map | placement-map | | | | | | | | |
| | geotrace | way | Way | | | | | | | | | |
| | geoshape | field | Field | | | | | | | | | |
| | begin_repeat | person | Person | | | | | | | | | |
| | text | name | Name | | | | | | | | | |
| | integer | age | Age | | | | | | | | | |
| | end_repeat | | | | | | | | | | | |
| | begin_repeat | room | Room | | | | | | | 2 | | |
| | text | use | Use | | | | | | | | | |
| | end_repeat | | | | | | | | | | | |
| | begin_group | page | On one page | field-list | | | | | | | | |
| | text | first | First | | | | | | | | | |
| | select_one taste | second | Second | | | | | | | | | |
| | text | third | Third, for the sweet | | | | | | ${second} = 'sweet' | | | |
| | end_group | | | | | | | | | | | |
| | begin_group | grid | As a grid | table-list | | | | | | | | |
| | select_one taste | left | Left | | | | | | | | | |
| | select_one taste | right | Right | | | | | | | | | |
| | end_group | | | | | | | | | | | |
| | begin_group | plain | By hand | field-list | | | | | | | | |
| | select_one taste | heads | Heads | label | | | | | | | | |
| | select_one taste | under | Under | list-nolabel | | | | | | | | |
| | end_group | | | | | | | | | | | |
| | text | last | Last | | | | | | | | | |
| choices |
| | list_name | name | label |
| | taste | sweet | Sweet |
| | taste | sour | Sour |
| | taste | hot | Hot |
"""

KEPT = "…"
"""Kept under a name that the app makes."""

# question: what is typed (Enter goes on, unless single keys already do), what is stored. None: nothing is stored.
SCRIPT = {
    "words": ("hallo", "hallo"),
    "story": (["a", "enter", "b", "ctrl+j"], "a\nb"),
    "rows": (["c", "tab"], "c"),
    "pin": ("se cret", "se cret"),
    "digits": ("0138", "0138"),
    "site": ("https://example.org/?a=1", "https://example.org/?a=1"),
    "fancy": ("plain", "plain"),
    "whole": (["3", "enter", "backspace", "4", "2", "enter"], "42"),
    "many": ("12000", "12000"),
    "taps": ("-3", "-3"),
    "part": ("3.25", "3.25"),
    "share": ("55", "55"),
    "scale": ("4", "4"),
    "fine": ("0.5", "0.5"),
    "seen": ("2026-3-8", "2026-03-08"),
    "flat": ("20260309", "2026-03-09"),
    "month": ("2026-3", "2026-03-01"),
    "year": ("2025", "2025-01-01"),
    "at": ("08:05", "08:05:00.000"),
    "moment": ("2026-3-8 08:05", "2026-03-08T08:05:00.000+08:00"),
    "one": ("2", "sour"),
    "folded": (["space", "down", "down", "enter"], "hot"),
    "quick": (["1"], "sweet"),
    "likert": ("3", "hot"),
    "packed": (["right", "right", "enter"], "hot"),
    "bare": (["down", "enter"], "sour"),
    "asked": ("sou", "sour"),
    "far": ("v33", "v33"),
    "been": ([*"v07", "enter", *"v12", "enter", "enter"], "v07 v12"),
    "open": ("4", "other"),
    "open_other": ("bitter", "bitter"),
    "shop": ("2", "s2"),
    "shuffled": ("1", KEPT),
    "several": ("31", "sweet hot"),
    "tight": (["space", "2", "3", "enter"], "sour hot"),
    "wide": (["right", "space", "enter"], "sour"),
    "order": ("312", "hot sweet sour"),
    "said": ("", None),
    "agreed": ("", "OK"),
    "again": ("", "OK"),
    "shown": ("", "84"),
    "fixed": ("", "as it is"),
    "code": ("6901234567892", "6901234567892"),
    "paper": ("paper.pdf", KEPT),
    "picture": ("picture.png", KEPT),
    "signed": ("signed.jpg", KEPT),
    "sound": ("sound.mp3", KEPT),
    "film": ("film.mp4", KEPT),
    "place": ("30.45,115.02", "30.45 115.02 0 0"),
    "mapped": ("30.5 115.1", "30.5 115.1 0 0"),
    "way": ("30.1 115.1; 30.2 115.2", "30.1 115.1 0 0;30.2 115.2 0 0"),
    "field": ("30 115; 30 116; 31 116", "30 115 0 0;30 116 0 0;31 116 0 0;30 115 0 0"),
    "person[1]/name": ("Ada", "Ada"),
    "person[1]/age": ("31", "31"),
    "person": (["1"], None),  # one more?
    "person[2]/name": ("Bo", "Bo"),
    "person[2]/age": ("4", "4"),
    "person, again": (["2"], None),
    "room[1]/use": ("kitchen", "kitchen"),
    "room[2]/use": ("bed", "bed"),
    "page/first": ("f", "f"),
    "page/second": ("1", "sweet"),
    "page/third": ("t", "t"),
    "grid/generated_table_list_label_74": ("", None),
    "grid/left": ("1", "sweet"),
    "grid/right": ("2", "sour"),
    "plain/under": ("3", "hot"),
    "last": ("z", "z"),
}
FILES = ("paper", "picture", "signed", "sound", "film")


@pytest.fixture
def form(tmp_path):
    """The form with its lists, and the files it asks for, in one folder."""
    rows = "".join(f"| | village | v{n:02} | Village {n} |\n" for n in range(40))
    (tmp_path / "every.md").write_text(FORM + rows, encoding="utf-8")
    (tmp_path / "shops.csv").write_text("name,label\ns1,Mill\ns2,Inn\n", encoding="utf-8")
    for name in FILES:
        (tmp_path / SCRIPT[name][0]).write_bytes(b"content of " + name.encode())
    return tmp_path / "every.md"


def where(p):
    """The question with the caret, or the repeat that may get one more."""
    view = p.app.screen.page.current()
    path = view.path if view else p.app.screen.interview.index.path
    return path.removeprefix("/data/")


def presses(name, typed, folder):
    """The keys for a question. Those given one by one go on by themselves where the last one does."""
    if name in FILES:
        return [*str(folder / typed), "enter"]
    if isinstance(typed, list):
        goes_on = typed[-1:] in (["enter"], ["tab"], ["ctrl+j"]) or name in {"quick", *PROMPTS}
        return typed if goes_on else [*typed, "enter"]
    return [*typed, "enter"]


PROMPTS = ("person", "person, again")
REPEATS = ("person", "room")


async def test_every_type_is_answered_by_keys_alone(person, form):
    async with person("en") as p:
        interview = p.app.session.interviews.start(str(form))
        p.app.push_screen(InterviewScreen(p.app.session, interview))
        await p.until(lambda: p.screen_name == "InterviewScreen" and p.app.screen.focused)
        for name, (typed, _stored) in SCRIPT.items():
            assert where(p) == name.partition(",")[0], p.text
            await p.press(*presses(name, typed, form.parent))
        await p.until(lambda: p.screen_name == "Review")
        assert "E-hallo" in p.text
        assert "Everything is answered." in p.text
        assert p.app.session.exchange.record(interview.id) is None
        await p.press("enter")
        await p.until(lambda: p.app.session.exchange.record(interview.id) is not None)
        record = p.app.session.exchange.record(interview.id)
        for name, (_typed, stored) in SCRIPT.items():
            if stored != KEPT and not name.startswith(REPEATS):
                assert record.answers.get(name) == stored, name
        assert inside(record, "person", "name") == ["Ada", "Bo"]
        assert inside(record, "person", "age") == ["31", "4"]
        assert inside(record, "room", "use") == ["kitchen", "bed"]
        assert record.answers["shuffled"] in {"sweet", "sour", "hot", "other"}
        made = {"secretly": "kept", "twice": "84", "day": "2026-03-31", "who": "demo", "room_count": "2"}
        assert made.items() <= record.answers.items()
        assert record.answers["device"] == p.app.session.exchange.device.key.id
        assert record.answers["began"].startswith("2026-03-31T09:30")
        assert record.answers["ended"].startswith("2026-03-31T09:30")
        kept = p.app.session.exchange.files(interview.id)
        for name in FILES:
            content = b"content of " + name.encode()
            assert kept[record.answers[name]]["sha256"] == hashlib.sha256(content).hexdigest()


def inside(record, repeat, name):
    """The answers to a question of a repeat, in the order of its instances."""
    keys = [key for key in record.answers if key.startswith(repeat + "/") and key.count("/") == 1]
    return [record.answers[f"{key}/{name}"] for key in sorted(keys, key=lambda key: int(record.answers[key]))]
