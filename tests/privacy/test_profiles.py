"""The three ways in which answers may leave, and that there is no other."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.privacy.profiles import Profile, aggregate, case_transfer, deidentified, header
from fieldkit.privacy.suppression import COVER, SMALL
from fieldkit.records import Record
from fieldkit.xforms import Form, load_form
from fieldkit.xforms.answers import Answer

TODAY = date(2026, 3, 20)
SECRET = b"one for each export"
ROWS = [
    ("text", "hh_id", "N"), ("text", "name", "C"), ("integer", "birth_year", "N"), ("integer", "age", "N"),
    ("date", "date", "P"), ("text", "complaint", "N"), ("select_one yes_no", "seen", "P"),
    ("select_one yes_no", "result", "R"), ("text", "card", "X"), ("geopoint", "place", "N"),
    ("select_one yes_no", "owner", "C"),
]  # fmt: skip


@pytest.fixture
def form(tmp_path: Path) -> Form:
    survey: list[dict[str, str]] = [
        {"type": kind, "name": name, "label": name, "fk:tier": tier} for kind, name, tier in ROWS
    ]
    survey += [
        {"type": "begin repeat", "name": "share", "label": "Share"},
        *(
            {"type": kind, "name": name, "label": name, "fk:tier": "N"}
            for kind, name in (
                ("text", "recipient"),
                ("text", "share_purpose"),
                ("select_one yes_no", "share_agreed"),
            )
        ),
        {"type": "end repeat"},
    ]
    book = {
        "settings": [{"form_id": "x", "form_title": "X"}],
        "survey": survey,
        "choices": [{"list_name": "yes_no", "name": name, "label": name} for name in ("yes", "no")],
    }
    path = tmp_path / "x.yaml"
    path.write_text(json.dumps(book, indent=1), encoding="utf-8")
    return load_form(path)


ANSWERS: dict[str, Answer] = {
    "hh_id": "99010110020000077", "name": "曾秀兰", "birth_year": "1971", "age": "55", "date": "2026-03-16",
    "complaint": "路灯坏了，打13812345678", "seen": "yes", "owner": "yes", "result": "yes", "card": "990101198503120029",
    "place": "30.5 114.3", "share/k1": "1", "share/k1/recipient": "county_mch", "share/k1/share_purpose": "转诊",
    "share/k1/share_agreed": "yes", "share/k2": "2", "share/k2/recipient": "dest_county", "share/k2/share_agreed": "no",
}  # fmt: skip


def record(**changes: object) -> Record:
    made: dict[str, object] = {
        "id": "r1", "form": "x", "answers": ANSWERS, "conflicts": frozenset(), "made_on": TODAY, "state": "live",
    }  # fmt: skip
    return Record(**(made | changes))  # type: ignore[arg-type]


def test_there_are_three_ways_and_none_gives_everything() -> None:
    assert [each.value for each in Profile] == ["aggregate", "deidentified", "case"]


def test_the_head_of_a_file_says_what_it_must_never_be_used_for() -> None:
    line = header(Profile.AGGREGATE, purpose="安排服务", on=TODAY, content=b"abc")
    assert (
        line
        == "仅限安排服务使用；不得用于处罚、个人考核、信用、入学、就业、落户；aggregate·2026-03-20·ba7816bf"
    )


def test_counts_about_health_leave_without_small_ones() -> None:
    counts = {"a": 3, "b": 20, "c": 9, "all": 32}
    told = aggregate(counts, [("all", "a", "b", "c")], is_clinical=True)
    assert told == {"a": SMALL, "b": "20", "c": COVER, "all": "32"}
    assert aggregate(counts, [], is_clinical=False)["a"] == "3"


def test_a_record_leaves_without_the_person(form: Form) -> None:
    left = deidentified(form, ANSWERS, secret=SECRET)
    assert set(left) == {
        "hh_id", "birth_year", "age", "date", "seen",
        "share/1/share_agreed", "share/2/share_agreed",
    }  # fmt: skip
    assert left["birth_year"] == "1970-1974"
    assert left["age"] == "55-59"
    assert left["date"] == "2026-03"
    said = json.dumps(left, ensure_ascii=False)
    for word in ("99010110020000077", "曾", "138", "路灯", "30.5", "k1", "2026-03-16", "990101198503120029"):
        assert word not in said


def test_pseudonyms_are_the_same_within_an_export_and_others_in_the_next(form: Form) -> None:
    first, same, other = (
        deidentified(form, ANSWERS, secret=secret)["hh_id"] for secret in (SECRET, SECRET, b"next")
    )
    assert first == same != other
    assert len(str(first)) == 16


def test_a_case_goes_to_the_recipient_she_agreed_to_with_the_items_she_agreed_to(form: Form) -> None:
    made = case_transfer(
        form, record(), recipient="county_mch", items=["result", "seen"], consent=record(), on=TODAY
    )
    assert dict(made.answers) == {"result": "yes", "seen": "yes"}
    assert (made.consent, made.purpose, made.until) == ("r1#k1", "转诊", date(2026, 6, 18))


@pytest.mark.parametrize(
    ("recipient", "consent"),
    [
        ("dest_county", record()),
        ("town_hospital", record()),
        ("county_mch", record(state="withdrawn")),
        ("county_mch", record(answers={**ANSWERS, "withdrawn_scope": "share"})),
        ("county_mch", record(answers={**ANSWERS, "withdrawn_scope": "basic"})),
        ("county_mch", record(answers={})),
    ],
)
def test_without_her_consent_to_this_recipient_no_case_leaves(
    form: Form, recipient: str, consent: Record
) -> None:
    with pytest.raises(FieldkitError) as error:
        case_transfer(form, record(), recipient=recipient, items=["seen"], consent=consent, on=TODAY)
    assert error.value.code == "transfer.no-consent"


@pytest.mark.parametrize("item", ["card", "no_such"])
def test_what_is_only_looked_at_is_never_handed_on(form: Form, item: str) -> None:
    with pytest.raises(FieldkitError) as error:
        case_transfer(form, record(), recipient="county_mch", items=[item], consent=record(), on=TODAY)
    assert error.value.code == "transfer.not-an-item"
