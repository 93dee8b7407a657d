"""ODK's own form of all question types, where it is at hand beside the repository, filled in by keys alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from textual.events import Key

from fieldkit.screens.interview import InterviewScreen
from tests.screens.hand import by_hand

FORM = Path(__file__).parents[3] / "shared" / "conformance" / "forms" / "8e74d1d944" / "form.xml"

if not FORM.is_file():
    pytest.skip("the public conformance cases are not beside the repository", allow_module_level=True)

FILES = {"picture.png", "drawing.jpg", "sound.mp3", "film.mp4", "paper.pdf"}
PRINTED = "<p>123456789</p><qrcode>some text</qrcode>"

# group: question: what is pressed, what is stored. Words are typed and Enter goes on, a list is pressed as it is.
# What is stored for a file is its content, by its name here. None: nothing is asked.
SCRIPT = {
    "": {"intro": ("", None)},
    "text_question_types/": {
        "string": ("Hello, [b]you[/b]", "Hello, [b]you[/b]"),
        "string_number": ("0138", "0138"),
        "string_number_thousands_sep": ("1,234,567", "1234567"),
        "url": ("docs", "http://getodk.org/docs"),
        "ex_string": ("twelve breaths", "twelve breaths"),
        "string_masked": ("pass word", "pass word"),
        "printer": ("<br>", PRINTED + "<br>"),
    },
    "numerical_question_types/": {
        "integer": ("-42", "-42"),
        "integer_thousands_sep": ("12,000", "12000"),
        "ex_integer": ("15", "15"),
        "counter": ("3", "3"),
        "decimal": ("3.50", "3.50"),
        "ex_decimal": (".25", "0.25"),
        "bearing": ("359.9", "359.9"),
    },
    "range_question_types/": {
        "range_integer": ("7", "7"),
        "range_decimal": ("2.5", "2.5"),
        "range_integer_no_ticks": ("10", "10"),
        "range_integer_vertical": ("1", "1"),
        "range_integer_picker": ("5", "5"),
        "range_integer_rating": ("4", "4"),
    },
    "image_question_types/": {
        "image": ("picture.png", "picture.png"),
        "image_no_choose": ("'drawing.jpg'", "drawing.jpg"),
        "selfie_image": ("picture.png", "picture.png"),
        "ex_image": ("drawing.jpg", "drawing.jpg"),
        "image_custom_app": ("picture.png", "picture.png"),
        "draw_image": ("drawing.jpg", "drawing.jpg"),
        "annotate_image": ("picture.png", "picture.png"),
        "signature": ("drawing.jpg", "drawing.jpg"),
    },
    "media_question_types/": {
        "barcode": ("6901234567892", "6901234567892"),
        "barcode_hidden_answer": ("A-17", "A-17"),
        "audio": ("sound.mp3", "sound.mp3"),
        "ex_audio": ("sound.mp3", "sound.mp3"),
        "video": ("film.mp4", "film.mp4"),
        "ex_video": ("film.mp4", "film.mp4"),
        "file": ("paper.pdf", "paper.pdf"),
        "ex_file": ("picture.png", "picture.png"),
    },
    "date_time_question_types/": {
        "date": ("2026-3-8", "2026-03-08"),
        "date_nocalendar": ("20260309", "2026-03-09"),
        "date_month_year": ("2026-3", "2026-03-01"),
        "date_year": ("2025", "2025-01-01"),
        "time": ("8:05", "08:05:00.000"),
        "date_time": ("2026-3-8 8:05", "2026-03-08T08:05:00.000+08:00"),
        "date_time_nocalendar": ("yesterday 1530", "2026-03-30T15:30:00.000+08:00"),
        "ethiopian_date": ("2026-1-19", "2026-01-19"),
        "coptic_date": ("2026.1.7", "2026-01-07"),
        "islamic_date": ("2026/2/18", "2026-02-18"),
        "bikram_sambat_date": ("2026年4月14日", "2026-04-14"),
        "myanmar_date": ("4.17", "2026-04-17"),
        "persian_date": ("-11", "2026-03-20"),
        "buddhist_date": ("today", "2026-03-31"),
    },
    "geo_question_types/": {
        "geopoint": ("30.45 115.02", "30.45 115.02 0 0"),
        "geopoint_placementmap": ("115°1'12\"E 30°27'N", "30.45 115.02 0 0"),
        "geopoint_maps": ("-30.45,115.02,21,4.5", "-30.45 115.02 21 4.5"),
        "geotrace": ("30.1 115.1; 30.2 115.2", "30.1 115.1 0 0;30.2 115.2 0 0"),
        "geoshape": ("30 115; 30 116; 31 116", "30 115 0 0;30 116 0 0;31 116 0 0;30 115 0 0"),
    },
    "select_one_question_types/": {
        "select_one": ("2", "b"),
        "select_one_minimal": (["space", "down", "down", "enter"], "c"),
        "select_one_autoadvance": (["4"], "d"),
        "select_one_autocomplete": ("noo", "a"),
        "grid_columns_pack": (["right", "right", "enter"], "c"),
        "grid_columns": (["down", "enter"], "d"),
        "grid_columns2": (["right", "down", "enter"], "d"),
        "grid_columns_no_buttons": ("1", "a"),
        "select_one_image_map": ("10", "right_proximal_leg"),
        "likert": ("5", "strongly_agree"),
        "map": (["down", "down", "enter"], "3"),
        "select_one_final_note": ("", None),
    },
    "select_multi_question_types/": {
        "select_multi": ("31", "a c"),
        "select_multi_autocomplete": ([*"fruits", "enter", *"meat", "enter", "enter"], "b d"),
        "grid_multi_columns_pack": (["space", "right", "space", "enter"], "a b"),
        "grid_multi_columns": ("1234", "a b c d"),
        "grid_multi_columns2": (["down", "space", "enter"], "c"),
        "grid_multi_columns_no_buttons": ("424", "b"),
        "select_multi_minimal": (["space", "2", "3", "enter"], "b c"),
        "select_multi_image_map": ("100111", "head right_proximal_leg right_distal_leg"),
        "select_multiple_final_note": ("", None),
    },
    "table_list/": {
        "table_list_1": ("2", "no"),
        "table_list_2": ("13", "yes dk"),
        "list": ("4", "na"),
        "list_multi": (["down", "space", "enter"], "no"),
    },
    "other_question_types/": {
        "rank": ("3142", "c a d b"),
        "my_trigger": ("", "OK"),
    },
}
HEADS = {"table_list/table_list_label", "table_list/table_list_label_2"}
"""The words above a table of choices."""

SHOWN = {
    "intro": "Welcome to ODK! This form showcases",
    "text_question_types/url": "http://getodk.org/",
    "numerical_question_types/counter": "12/80  Numerical question types",
    "range_question_types/range_decimal": "1.5 – 5.5 in steps of 0.5",
    "image_question_types/signature": "The number of the signed paper, or the path of its picture",
    "date_time_question_types/ethiopian_date": "A date, as 2026-3-8, 3.8, 今 or -3; by the Gregorian calendar",
    "select_one_question_types/select_one_minimal": "( )   4 choices: space shows them",
    "select_one_question_types/grid_columns_pack": "1 ( ) Noodle Dishes   2 ( ) Fruits          3 ( ) Burger Meals",
    "select_one_question_types/select_one_image_map": "Picture in body.svg",
    "select_one_question_types/map": "3 ( ) Red kangaroo resting area",
    "select_multi_question_types/select_multi_minimal": "[ ]   4 choices: space shows them",
    "table_list/table_list_1": "78/80  List group",
    "other_question_types/my_trigger": "[ ] Enter says OK",
}
"""What stands on screen when a question is asked."""

ASKED = {group + name: each for group, questions in SCRIPT.items() for name, each in questions.items()}


def where(p):
    """The question with the caret, "" for none."""
    asking = p.screen_name == "InterviewScreen" and p.app.focused is not None
    view = p.app.screen.page.current() if asking else None
    return view.path.removeprefix("/data/") if view else ""


def content(name):
    return b"content of " + name.encode()


def type_at_once(p, pressed):
    """Bring keys as a terminal brings what is typed fast."""
    for key in pressed if isinstance(pressed, list) else [*pressed, "enter"]:
        p.app._driver.send_message(by_hand(Key(key, key if len(key) == 1 else None)))


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The files that are asked for, where the app is begun."""
    for name in FILES:
        (tmp_path / name).write_bytes(content(name))
    monkeypatch.chdir(tmp_path)
    return {hashlib.sha256(content(name)).hexdigest(): name for name in FILES}


async def test_odks_form_of_all_question_types_is_filled_in_by_keys_alone(person, files):
    async with person("en") as p:
        session = p.app.session
        interview = session.interviews.start(str(FORM))
        entry = interview.entry
        asked = [path.removeprefix("/data/") for place in entry.places() for path in entry.page(place)]
        assert [name for name in asked if name not in HEADS] == list(ASKED)
        p.app.push_screen(InterviewScreen(session, interview))
        for name, (pressed, _stored) in ASKED.items():
            await p.until(lambda name=name: where(p) == name and SHOWN.get(name, "") in p.text)
            type_at_once(p, pressed)
        await p.until(lambda: p.screen_name == "Review")
        assert interview.open_questions() == []
        await p.until(lambda: "Everything is answered." in p.text)
        await p.press("f10")
        await p.until(lambda: p.screen_name == "HomeScreen")
        answers = dict(session.exchange.record(interview.id).answers)
        kept = {name: files[file["sha256"]] for name, file in session.exchange.files(interview.id).items()}
        assert answers.pop("meta/instanceID").startswith("uuid:")
        stored = {name: value for name, (_pressed, value) in ASKED.items() if value is not None}
        assert {name: kept.get(value, value) for name, value in answers.items()} == stored
