"""Households go to phones by number alone: of the villages of the phone, over encrypted lines; visits to them are theirs."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from dataclasses import replace

import pytest
from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.interop.openrosa.admitting import add_phone, give_phone
from fieldkit.interop.openrosa.answers import integrity, manifest
from fieldkit.interop.openrosa.keys import make_key
from fieldkit.interop.openrosa.phones import phone_of
from fieldkit.interop.openrosa.reading import record_id
from fieldkit.interop.openrosa.receiving import Receiving
from fieldkit.office import Office
from fieldkit.office.register import register, visits
from fieldkit.office.registered import record_of_household
from tests.conftest import NOW
from tests.interop.collect import new_id

SHIQIAO = "990101100200"


@pytest.fixture(scope="module")
def receiving(built_demo, tmp_path_factory):
    """A demo town's office, ready to take from phones."""
    folder = tmp_path_factory.mktemp("households") / "office"
    shutil.copytree(built_demo.office, folder)
    with Receiving(Office.open(folder, now=lambda: NOW)) as opened:
        yield opened


@pytest.fixture(scope="module")
def phone(receiving):
    made, _password = add_phone(receiving.office, "石桥机", ["visit"], [SHIQIAO], by="office")
    return made


def offer(receiving, phone):
    [found] = receiving.offers.of(phone, safe=True)
    return found


def rows(receiving, phone):
    """The list as the phone reads it, by number."""
    content = offer(receiving, phone).media["households.csv"].content.decode()
    return {row["name"]: row for row in csv.DictReader(io.StringIO(content))}


def visit(receiving, phone, number, consent="", **said):
    """A visit as Collect sends it."""
    answers = {
        "hh_id": number,
        "village": number[:12],
        "visit_no": "1",
        "outcome": "nobody",
        "revisit_on": "2026-04-03",
        **said,
    }
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in answers.items())
    inside += f"<consent>{consent}</consent><header><date>2026-03-30</date></header>"
    version, instance = offer(receiving, phone).form.version, new_id()
    xml = f'<data id="visit" version="{version}">{inside}<meta><instanceID>{instance}</instanceID></meta></data>'
    return receiving.take(phone, xml.encode(), {}, safe=True), record_id("visit", instance)


def test_a_phone_gets_the_numbers_of_its_villages_and_nothing_of_people(receiving, phone):
    listed = {each.number: each for each in register(receiving.office, NOW.date())}
    found = rows(receiving, phone)
    mine = {
        number for number, each in listed.items() if each.village == SHIQIAO and each.rests <= "2026-03-31"
    }
    assert found.keys() == mine
    row = found[min(mine)]
    assert list(row) == ["name", "label", "__version", "village", "group_no", "visits"]
    assert row["label"] == f"Shiqiao 1 {row['name']}"
    counted = visits(receiving.office)
    assert {number: int(row["visits"]) for number, row in found.items()} == {
        each: counted[each] for each in mine
    }
    content = offer(receiving, phone).media["households.csv"].content.decode()
    told = 0
    for number in mine:
        fields = receiving.office.view(record_of_household(receiving.office, number)).fields
        private = [
            each
            for key, each in fields.items()
            if key.rpartition("/")[2] in {"name", "phone", "addr_note"} and each
        ]
        told += len(private)
        assert not [each for each in private if each in content]
    assert told > len(mine), "there is something that could be told"
    people = offer(receiving, phone).media["members.csv"].content.decode().splitlines()
    assert [line.split(",")[0] for line in people] == ["name", "other_adult"]


def test_who_rests_is_not_on_any_phone(receiving):
    everywhere = [each.code for each in receiving.office.places()]
    phone, _password = add_phone(receiving.office, "全镇机", ["visit"], everywhere, by="office")
    resting = {each.number for each in register(receiving.office, NOW.date()) if each.rests > "2026-03-31"}
    assert resting
    assert not resting & rows(receiving, phone).keys()


def test_the_manifest_names_it_as_a_list_of_entities(receiving, phone):
    found = offer(receiving, phone)
    url = lambda *parts, at="forms": "/".join(["https://x", at, *parts])  # noqa: E731 - as the routes have it
    files = {
        each.findtext("{*}filename"): each
        for each in etree.fromstring(manifest(found, url).body).iter("{*}mediaFile")
    }
    said = files["households.csv"]
    assert said.get("type") == "entityList"
    assert said.findtext("{*}hash") == f"md5:{hashlib.md5(found.media['households.csv'].content).hexdigest()}"
    assert said.findtext("{*}integrityUrl").endswith("/media/households.csv/integrity")
    assert files["members.csv"].get("type") is None
    one = min(rows(receiving, phone))
    answer = etree.fromstring(integrity(found.media["households.csv"].entities, [one, "0"]).body)
    assert [each.findtext("deleted") for each in answer.iter("entity")] == ["false", "true"]


def test_it_goes_over_an_encrypted_line_alone_and_to_phones_with_villages(receiving, phone):
    make_key(receiving.office)
    assert receiving.offers.of(phone, safe=False) == []
    assert receiving.offers.of(replace(phone, villages=()), safe=True) == []
    for villages, code in ([], "phone.villages"), (["990101100999"], "phone.village"):
        with pytest.raises(FieldkitError) as told:
            add_phone(receiving.office, "别机", ["visit"], villages, by="office")
        assert told.value.code == code
    given = give_phone(receiving.office, "石桥机", ["visit", "log"], ["990101100201", SHIQIAO], by="office")
    assert phone_of(receiving.office, phone.user) == given
    assert (given.forms, given.villages) == (("visit", "log"), ("990101100201", SHIQIAO))


def test_a_visit_is_one_of_its_household(receiving, phone):
    number, before = min(rows(receiving, phone)), rows(receiving, phone)
    taken, record = visit(receiving, phone, number)
    assert (taken.what, taken.unfit) == ("new", 0)
    assert receiving.office.view(record).fields["hh_id"] == number
    after = rows(receiving, phone)[number]
    assert int(after["visits"]) == int(before[number]["visits"]) + 1
    assert int(after["__version"]) > int(before[number]["__version"]), (
        "phones take over what has a higher version"
    )
    assert visits(receiving.office)[number] == int(after["visits"])


@pytest.mark.parametrize("number", ["99010110020100010", "99010110020099998"])
def test_a_household_of_elsewhere_or_none_is_kept_and_found(receiving, phone, number):
    taken, record = visit(receiving, phone, number)
    assert (taken.what, taken.unfit) == ("new", 1)
    receiving.office.lists.up_to_date()
    found = receiving.office.lists.rows("finding", record=record)
    assert "sent-unfit:hh_id" in {row.key for row in found}


def test_who_asks_to_be_left_alone_leaves_the_list_and_is_still_known(receiving, phone):
    number = sorted(rows(receiving, phone))[5]
    consent = "<basic>yes</basic><given_by>self</given_by><contact>none</contact><stats>no</stats><mode>oral_witness</mode>"
    visit(receiving, phone, number, consent, outcome="done")
    assert number not in rows(receiving, phone)
    assert number not in offer(receiving, phone).media["households.csv"].entities
    taken, _record = visit(receiving, phone, number)
    assert taken.unfit == 0, "a phone whose list is older than that may say so"
