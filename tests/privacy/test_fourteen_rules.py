"""The rules for the people asked (domain §0), in every form that ships, through the engine.

Rules 3, 4, 5, 9 to 12 have files of their own (docs/privacy.md names them); here is what only a walk through the forms shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from fieldkit.privacy.declines import is_declined, kept_answers
from fieldkit.privacy.forms.consent import GENERAL, leads_to
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.xforms import Form, FormEntry, Missing, Question
from fieldkit.xforms.definition import Item, Label
from tests.forms.cases import Table, paths_of, table, tables


def _asked(item: Item) -> bool:
    return isinstance(item, Question) and bool(item.control)


FORMS = tables()
PURPOSE = (
    ("处罚", "考核", "信用", "入学", "就业", "落户"),
    ("law enforcement", "penalties", "credit", "schooling", "employment", "household registration"),
)
CONSENTING = [
    name for name in FORMS if any(i.bind.consent == "basic" for i in table(name).form.items.values())
]
SEPARATE = [
    name
    for name in FORMS
    if any(i.bind.tier == "R" and _asked(i) for i in table(name).form.items.values())
    and any(i.bind.consent not in {"", *GENERAL} and _asked(i) for i in table(name).form.items.values())
]


def whole(name: str) -> FormEntry:
    """An entry of a form in which as much as possible is answered."""
    return table(name).entry({"name": "full", "from": "full"})


def questions(entry: FormEntry) -> Iterator[str]:
    """The paths of the questions that are asked in an entry."""
    for path in paths_of(entry):
        item = entry.item(path)
        if isinstance(item, Question) and item.control and not item.is_note and entry.is_relevant(path):
            yield path


def state(entry: FormEntry, without: str) -> dict[str, tuple[bool, str, str]]:
    """What is asked and worked out everywhere but at one path."""
    return {
        path: (entry.is_relevant(path), entry.value(path), str(entry.missing(path)))
        for path in paths_of(entry)
        if path != without and isinstance(entry.item(path), Question) and "/meta/" not in path
    }


def complaints(entry: FormEntry, without: str) -> set[tuple[str, str]]:
    return {(problem.path, problem.kind) for problem in entry.problems() if problem.path != without}


@pytest.mark.parametrize("name", FORMS)
def test_1_declining_is_an_answer_everywhere(name: str) -> None:
    entry = whole(name)
    for path in list(questions(entry)):
        if entry.is_readonly(path) or not entry.is_relevant(path):
            continue
        before = entry.missing(path) or entry.value(path)
        for way in (Missing.DECLINED, Missing.PNS):
            entry.set(path, way)
            assert [p.kind for p in entry.problems(path) if p.path == path] == [], (path, way)
        entry.set(path, before)


@pytest.mark.parametrize("name", FORMS)
def test_1_restricted_choices_name_both_ways_out(name: str) -> None:
    entry = whole(name)
    for path in questions(entry):
        item = entry.item(path)
        if isinstance(item, Question) and item.is_select and item.bind.tier in RESTRICTED:
            offered = {choice.missing for choice in entry.choices(path)}
            assert {Missing.DECLINED, Missing.PNS} <= offered, path


@pytest.mark.parametrize("name", FORMS)
def test_2_what_is_declined_is_to_all_else_as_if_nobody_had_asked(name: str) -> None:
    for path in list(questions(whole(name))):
        entries = {way: whole(name) for way in (None, Missing.DECLINED, Missing.PNS)}
        if entries[None].is_readonly(path) or entries[None].item(path).bind.consent:
            continue
        for way, entry in entries.items():
            entry.set(path, way)
        nobody, said = state(entries[None], path), complaints(entries[None], path)
        for way, entry in entries.items():
            assert state(entry, path) == nobody, (path, way)
            assert complaints(entry, path) == said, (path, way)


@pytest.mark.parametrize("name", CONSENTING)
def test_6_refusing_ends_it_and_keeps_village_date_and_outcome(name: str) -> None:
    it = table(name)
    entry = _up_to_consent(it)
    entry.set(_basic(it.form), "no")
    assert is_declined(entry)
    kept = {key.rpartition("/")[2] for key, answer in kept_answers(entry).items() if answer}
    assert kept <= {"village", "date", "outcome"}
    assert {"date", "outcome"} <= kept
    assert not any(p.kind != "warning" for p in entry.problems())
    asked = {entry.item(path).name for path in questions(entry)}
    restricted = {item.name for item in it.form.items.values() if item.bind.tier in {"C", *RESTRICTED}}
    assert not asked & restricted


def _basic(form: Form) -> str:
    return next(item.path for item in form.items.values() if item.bind.consent == "basic")


def _up_to_consent(it: Table) -> FormEntry:
    """An entry with what comes before the consent."""
    before: dict[str, object] = {}
    basic = _basic(it.form).rpartition("/")[2]
    for question, answer in it.full.items():
        if question.rpartition("/")[2] == basic:
            break
        before[question] = answer
    return it.entry({"name": "before", "set": before})


@pytest.mark.parametrize("name", SEPARATE)
def test_7_without_the_separate_consent_or_alone_together_nothing_restricted_is_asked(name: str) -> None:
    entry = whole(name)
    form = entry.form
    consents = [
        path for path, item in form.items.items() if item.bind.consent not in {"", *GENERAL} and _asked(item)
    ]
    private = [path for path, item in form.items.items() if item.name == "private_now"]
    restricted = [path for path in questions(entry) if entry.item(path).bind.tier == "R"]
    assert restricted, "the table asks something restricted"
    for gates in filter(None, (consents, private)):
        for answer in ("no", Missing.DECLINED, None):
            entry = whole(name)
            for gate in gates:
                entry.set(gate, answer)
            led = [path for path in restricted if set(gates) & leads_to(form, entry.item(path))]
            assert not [path for path in led if entry.is_relevant(path)], (gates, answer)
        assert set(restricted) == set(led), "and every one of them waits for it"


@pytest.mark.parametrize("name", FORMS)
def test_8_nothing_restricted_no_name_and_no_contact_goes_home_on_a_slip(name: str) -> None:
    form = table(name).form
    assert {item.bind.tier for item in form.items.values() if item.bind.slip is not None} <= {"P", "N"}


def test_8_a_form_that_puts_health_on_the_slip_cannot_be_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from fieldkit.xforms import FormError, load_form

    path = tmp_path / "x.yaml"
    path.write_text(
        "survey:\n  - {type: text, name: a, label: A, fk:tier: R, fk:slip: A}\n", encoding="utf-8"
    )
    with pytest.raises(FormError, match="slip"):
        load_form(path)


@pytest.mark.parametrize("name", FORMS)
def test_13_no_form_asks_where_a_home_is(name: str) -> None:
    form = table(name).form
    assert not [item.path for item in form.items.values() if item.bind.type.startswith("geo")]
    assert not [item.path for item in form.items.values() if re.search(r"gps|latitude|longitude", item.name)]


@pytest.mark.parametrize("name", FORMS)
def test_14_every_form_says_what_its_records_are_never_used_for(name: str) -> None:
    said = table(name).form.privacy.purpose
    assert isinstance(said, Label)
    for words, (_language, text) in zip(PURPOSE, said.texts.items(), strict=True):
        purpose = "".join(part for part in text if isinstance(part, str))
        assert [word for word in words if word not in purpose] == []
