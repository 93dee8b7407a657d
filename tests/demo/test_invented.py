"""Everything is invented, says so, is the same for the same seed, and names nobody where nobody is named."""

from __future__ import annotations

import json
import re

import pytest

from fieldkit.datatypes import resident_id
from fieldkit.demo.making import Entered
from fieldkit.demo.town import SEED
from fieldkit.office import Office
from fieldkit.session.session import Session
from tests.conftest import NOW
from tests.demo.made import LIBRARY, SEEDS, made, make, said

HAN = re.compile("[\u4e00-\u9fff]")
OF_THE_FORM = {
    "asked_zh",
    "sms_text",
    "check_zh",
    "options_zh",
    "role_zh",
    "label",
    "instanceName",
    "total_upper",
}
"""What the form itself says, or works out."""
NAMES = {"name", "alias"}
PLAIN = {"slogan_loc"}
"""Places on a wall, of which any village has all."""


def dumped(entered: list[Entered]) -> bytes:
    return json.dumps([(each.form, each.answers, each.moment.isoformat()) for each in entered]).encode()


def test_the_same_seed_makes_the_same_bytes() -> None:
    once, again = make(SEED), make(SEED)
    assert dumped(once.entered) == dumped(again.entered)
    assert dumped(once.visits) == dumped(again.visits)


def test_another_seed_makes_other_people() -> None:
    one, other = (
        {each["name"] for each in made(seed).answers("scr_participant") if "name" in each} for seed in SEEDS
    )
    assert len(one & other) < len(one) / 2
    people = [
        {person.id for each in made(seed).registry.households.values() for person in each.members}
        for seed in SEEDS
    ]
    assert not people[0] & people[1]
    assert len(made(SEEDS[0]).entered) == len(made(SEEDS[1]).entered)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_number_is_anybodys(seed: int) -> None:
    phones = set()
    for each in made(seed).entered + made(seed).visits:
        for key, answer in each.answers.items():
            name = key.rpartition("/")[2]
            if name in {"phone", "own_phone", "result_phone"}:
                phones.add(said(answer))
            elif name == "instanceName":
                # A number beside a date may look like one number to whoever reads across the space.
                assert not re.search(r"(?<!\d)\d{17}[\dXx](?!\d)", said(answer)), answer
            elif name != "instanceID":
                assert not resident_id.find(said(answer)), key
                assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", said(answer)), key
    assert phones
    assert all(re.fullmatch(r"100000\d{5}", phone) for phone in phones)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_could_be_taken_for_real_says_that_it_is_an_example(seed: int) -> None:
    unmarked = {
        (each.form, key, said(answer))
        for each in made(seed).entered
        for key, answer in each.answers.items()
        if HAN.search(said(answer))
        and "示例" not in said(answer)
        and key.rpartition("/")[2] not in OF_THE_FORM | NAMES | PLAIN
    }
    assert unmarked == set()
    named = {(each.form, key.rpartition("/")[2]) for each in made(seed).entered for key in each.answers}
    assert {each for each in named if each[1] in NAMES} == {("scr_participant", "name"), ("request", "alias")}


@pytest.mark.parametrize("seed", SEEDS)
def test_sheets_and_pickups_are_nobodys(seed: int) -> None:
    town = made(seed)
    people = {person.id for each in town.registry.households.values() for person in each.members}
    anonymous = [
        each
        for each in town.entered
        if each.form == "quiz" or each.answers.get("item") == "contraceptive_pickup"
    ]
    assert len(anonymous) == 91 + 10
    for each in anonymous:
        answers = {said(answer) for answer in each.answers.values()}
        assert not answers & (people | set(town.registry.households))
        assert not {
            key for key in each.answers if key.rpartition("/")[2] in {"alias", "phone", "person", "hh_id"}
        }


def test_the_office_holds_them_and_lists_them(built_demo, demo) -> None:
    town = made(SEED)
    office = Office.open(demo.office, now=lambda: NOW)
    held = {file.id: list(office.records(file.id)) for file in LIBRARY.files()}
    tables = {table.name: rows for table, rows in office.keep_tables().tables}
    office.close()
    with Session.open(demo.workspace, now=lambda: NOW) as session:
        here = {file.id: list(session.records(file.id)) for file in LIBRARY.files()}
        status = session.exchange.status()
    for form, records in held.items():
        entered = len(town.of(form))
        assert len(records) == len(here[form]) - (3 if form == "visit" else 0)
        assert entered in {0, len(records)}
        assert tables[form] == len(records)
        assert records or form in {"same_person", "assignment"}
        assert not any(record.conflicts for record in records)
    assert (status.records, status.only_here) == (sum(map(len, here.values())), 3)


def test_a_new_participant_gets_a_number_that_nobody_has(demo) -> None:
    with Session.open(demo.workspace, now=lambda: NOW) as session:
        running = {record.text("running") for record in session.records("scr_participant")}
        assert str(session.exchange.device.next_participant()) not in running


def test_back_checks_point_at_visits_that_are_there(demo) -> None:
    with Session.open(demo.workspace, now=lambda: NOW) as session:
        visits = {record.id: record for record in session.records("visit")}
        checked = [
            record.text("orig_uuid") for record in session.records("backcheck") if record.text("orig_uuid")
        ]
        assert len(checked) == 22
        assert {visits[each].text("outcome") for each in checked} == {"done"}
