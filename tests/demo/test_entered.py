"""Every record of the demonstration is one that the form itself would have made."""

from __future__ import annotations

import random
from datetime import datetime
from functools import lru_cache

import pytest

from fieldkit.demo.making import Entered
from fieldkit.demo.town import SEED
from fieldkit.xforms import FormEntry
from fieldkit.xforms.entities import EntityChange, entity_changes, entity_rows
from tests.conftest import NOW
from tests.demo.made import LIBRARY, SEEDS, made

FORMS = sorted({each.form for each in made(SEED).entered} | {"visit"})
FIRST, MORE = 40, 20


@lru_cache
def lists(seed: int) -> dict[str, list[dict[str, str]]]:
    town = made(seed)
    people = [
        {"name": person.id, "label": person.name, "hh": number, "birth_year": person.birth_year,
         "age": str(NOW.year - int(person.birth_year))}
        for number, household in town.registry.households.items()
        for person in household.members
    ]  # fmt: skip
    found = {
        "households": [
            {
                "name": number,
                "label": each.head,
                "village": each.village,
                "group_no": each.group,
                "visits": "0",
            }
            for number, each in town.registry.households.items()
        ],
        "members": [*people, {"name": "other_adult", "label": "其他成年人", "hh": ""}],
    }
    changes: dict[str, list[EntityChange]] = {}
    for each in town.entered:
        for change in entity_changes(LIBRARY.get(each.form), each.answers):
            changes.setdefault(change.list, []).append(change)
    return found | {name: entity_rows(of_list) for name, of_list in changes.items()}


def faults(each: Entered, known: dict[str, list[dict[str, str]]]) -> list[object]:
    """What the form says against a record, and where it works out something else; the lists are as they were before it."""
    form = LIBRARY.get(each.form)
    own = each.answers.get("meta/entity/@id")
    before = {
        name: [row for row in rows if own is None or row["name"] != own]
        for name, rows in known.items()
        if name in form.instances
    }
    entry = FormEntry(form, answers=each.answers, now=NOW, tz=NOW.tzinfo, lists=before, demo=True)
    problems = [
        (each.path, each.kind) for each in entry.problems() if not is_age_warning(entry, each.path, each.kind)
    ]
    stored = entry.answers(relevant_only=True)
    wrong = {*stored, *each.answers}
    return problems + [
        (key, stored.get(key), each.answers.get(key))
        for key in wrong
        if stored.get(key) != each.answers.get(key)
    ]


def is_age_warning(entry: FormEntry, path: str, kind: str) -> bool:
    """Whether a woman outside the programme's ages is told so, and may stay: there are some on each day."""
    return (
        entry.form.id == "scr_participant"
        and (kind, path.rpartition("/")[2]) in {("warning", "birth_date"), ("warning", "birth_year")}
        and not 35 <= int(entry.value("/data/identity/age")) <= 64
    )


def is_decline(each: Entered) -> bool:
    return "meta/instanceID" not in each.answers


def test_no_form_is_without_a_record() -> None:
    undecided = {"same_person", "assignment"}  # are for whoever looks at the demonstration
    assert {file.id for file in LIBRARY.files()} == {*FORMS, "household"} | undecided


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("form", FORMS)
def test_what_is_stored_is_what_the_form_works_out(form: str, seed: int) -> None:
    town = made(seed)
    known = lists(seed)
    records = [each for each in (town.visits if form == "visit" else town.of(form)) if not is_decline(each)]
    chosen = records[:FIRST] + random.Random(seed).sample(records, min(MORE, len(records)))
    assert [fault for each in chosen for fault in faults(each, known)] == []


@pytest.mark.soak
@pytest.mark.parametrize("form", ["scr_participant", "scr_cervix", "scr_breast", "scr_follow"])
def test_so_are_all_of_them(form: str) -> None:
    town = made(SEED)
    known = lists(SEED)
    assert [fault for each in town.of(form) if not is_decline(each) for fault in faults(each, known)] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_who_declined_left_village_day_and_outcome(seed: int) -> None:
    town = made(seed)
    declined = [each for each in town.entered if is_decline(each)]
    assert {each.form for each in declined} == {
        "scr_participant",
        "benefit",
        "consent",
        "migrant",
        "backcheck",
    }
    for each in declined:
        assert {key.rpartition("/")[2] for key in each.answers} == {"village", "date", "outcome"}
        assert each.moment.isoformat().endswith("T00:00:00+00:00"), "the moment tells no more than the day"
        assert each.moment.date().isoformat() in each.answers.values()


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_the_first_quarter_and_nothing_was_entered_later(seed: int) -> None:
    moments = [each.moment for each in made(seed).entered + made(seed).visits]
    assert {moment.month for moment in moments} == {1, 2, 3}
    assert max(moments) < NOW
    assert all(isinstance(moment, datetime) and moment.tzinfo for moment in moments)
