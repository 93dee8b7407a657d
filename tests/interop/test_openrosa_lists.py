"""Lists that records make go to phones where nothing but tier P is in them; lists of people never do."""

from __future__ import annotations

import pytest
from lxml import etree

from fieldkit.interop.openrosa.parallel import clashing
from fieldkit.interop.openrosa.reading import record_id
from fieldkit.xforms.entities import EntityChange
from tests.conftest import NOW
from tests.five_desks import quick_keys
from tests.interop.collect import Served, made_office, new_id

MEET = """
settings:
  - {form_id: %(id)s, version: "1"}
survey:
  - {type: text, name: no, label: No, "fk:tier": P}
  - {type: text, name: place, label: Place, save_to: place, "fk:tier": %(tier)s}
entities:
  - {list_name: %(list)s, create_if: "${no} != ''", label: "concat(${no}, ' ', %(label)s)"}
"""
MOVE = """
settings:
  - {form_id: move, version: "1"}
survey:
  - {type: select_one_from_file meets.csv, name: which, label: Which, "fk:tier": P}
  - {type: text, name: place, label: Place, save_to: place, "fk:tier": P}
entities:
  - {list_name: meets, entity_id: "${which}", update_if: "${which} != ''", label: "${which}"}
"""
AFTER = """
settings:
  - {form_id: after, version: "1"}
survey:
  - {type: select_one_from_file meets.csv, name: which, label: Which, "fk:tier": P}
  - {type: select_one_from_file people.csv, name: who, label: Who, "fk:tier": N}
  - {type: select_one_from_file named.csv, name: whom, label: Whom, "fk:tier": N}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists") / "office"
    with pytest.MonkeyPatch.context() as patch:
        quick_keys(patch)
        made_office(folder, NOW).close()
    forms = folder / "forms"
    (forms / "meet.yaml").write_text(
        MEET % {"id": "meet", "tier": "P", "list": "meets", "label": "${place}"}, encoding="utf-8"
    )
    (forms / "person.yaml").write_text(
        MEET % {"id": "person", "tier": "N", "list": "people", "label": "'x'"}, encoding="utf-8"
    )
    named = MEET % {"id": "named", "tier": "P", "list": "named", "label": "${whose}"}
    hidden = '  - {type: text, name: whose, label: Whose, "fk:tier": C}\nentities:'
    (forms / "named.yaml").write_text(named.replace("entities:", hidden), encoding="utf-8")
    (forms / "move.yaml").write_text(MOVE, encoding="utf-8")
    for name in ("meets", "people", "named"):
        (forms / f"{name}.csv").write_text("name,label,__version\nold,Old,1\n", encoding="utf-8")
    (forms / "after.yaml").write_text(AFTER, encoding="utf-8")
    with Served(folder, NOW) as office:
        yield office


def record(form, no, place):
    lists = {"meet": "meets", "person": "people", "named": "named"}
    entity = f'<entity dataset="{lists[form]}" id="{no}" create="1"><label>{no} {place}</label></entity>'
    return (
        f'<data id="{form}" version="1"><no>{no}</no><place>{place}</place>'
        f"<meta><instanceID>{new_id()}</instanceID>{entity}</meta></data>"
    ).encode()


def test_a_list_follows_what_phones_send_and_those_of_people_stay(served):
    phone = served.phone("一号机", "meet", "person", "named", "after")
    for form in ("meet", "person", "named"):
        answer = phone.send(record(form, f"{form}1", "CANARY"))
        assert answer.status == 201, (answer.said, served.told)
    root = etree.fromstring(phone.get(phone.forms()["after"]["manifestUrl"]))
    said = {each.findtext("{*}filename"): each for each in root}
    assert {name: each.get("type") for name, each in said.items()} == {
        "meets.csv": "entityList", "named.csv": None, "people.csv": None,
    }  # fmt: skip
    contents = {name: phone.get(each.findtext("{*}downloadUrl")).decode() for name, each in said.items()}
    assert contents["meets.csv"] == "name,label,__version,place\nold,Old,1,\nmeet1,meet1 CANARY,1,CANARY\n"
    assert contents["people.csv"] == contents["named.csv"] == "name,label,__version\nold,Old,1\n"
    asked = said["meets.csv"].findtext("{*}integrityUrl").partition("127.0.0.1")[2].partition("/")[2]
    answer = phone.ask("GET", f"/{asked}?id=meet1,gone")
    found = {
        each.get("id"): each.findtext("deleted") for each in etree.fromstring(answer.content).iter("entity")
    }
    assert found == {"meet1": "false", "gone": "true"}
    assert (
        phone.send(
            f'<data id="after" version="1"><which>meet1</which><meta><instanceID>{new_id()}</instanceID></meta></data>'.encode()
        ).status
        == 201
    )
    assert served.told[-1].unfit == 0
    assert (
        phone.send(
            f'<data id="after" version="1"><which>nothing</which><meta><instanceID>{new_id()}</instanceID></meta></data>'.encode()
        ).status
        == 201
    )
    assert served.told[-1].unfit == 1


def moved(which, place, base, branch=""):
    """A record that updates an entity, as a phone writes it that saw version `base`."""
    said = f'id="{which}" update="1" baseVersion="{base}" trunkVersion="{base if branch else ""}" branchId="{branch}"'
    instance = new_id()
    xml = (
        f'<data id="move" version="1"><which>{which}</which><place>{place}</place>'
        f'<meta><instanceID>{instance}</instanceID><entity dataset="meets" {said}><label>{which}</label></entity></meta></data>'
    )
    return xml.encode(), record_id("move", instance)


def found_in(served, record):
    served.office.lists.up_to_date()
    return {row.key for row in served.office.lists.rows("finding", record=record)}


def test_two_who_changed_the_same_are_told_at_the_office(served):
    one, other = served.phone("甲机", "meet", "move", "after"), served.phone("乙机", "move")
    assert one.send(record("meet", "meet9", "Hall")).status == 201
    for phone, place, base, branch, clashes in (
        (one, "School", "1", "", False), (other, "Yard", "1", "", True), (one, "Yard", "1", "", False),
        (one, "Gate", "4", "b1", False), (one, "Tree", "4", "b1", False), (other, "Pond", "-", "", True),
    ):  # fmt: skip
        xml, made = moved("meet9", place, base, branch)
        assert phone.send(xml).status == 201
        assert (found_in(served, made) == {"sent-parallel:place"}) is clashes, (place, base)
    content = csv_of(one, "after", "meets.csv")
    assert [line for line in content.splitlines() if line.startswith("meet9,meet9,7,")]


def csv_of(phone, form, name):
    root = etree.fromstring(phone.get(phone.forms()[form]["manifestUrl"]))
    [url] = [each.findtext("{*}downloadUrl") for each in root if each.findtext("{*}filename") == name]
    return phone.get(url).decode()


def change(base, branch="", **properties):
    return EntityChange("l", "e", "update", properties=properties, base_version=base, branch_id=branch)


@pytest.mark.parametrize(
    ("mine", "before", "row", "clashes"),
    [
        (change("0", a="1"), [], None, set()),  # nobody knows it
        (change("2", a="9"), [change("", a="1"), change("1", a="2")], None, set()),  # saw the last
        (change("1", a="9"), [change("", a="1"), change("1", a="2")], None, {"a"}),
        (change("1", a="2"), [change("", a="1"), change("1", a="2")], None, set()),  # says the same
        (
            change("1", b="9"),
            [change("", a="1", b="1"), change("1", a="2")],
            None,
            set(),
        ),  # another property: soft
        (
            change("1", a="9"),
            [change("", a="1"), change("1", a="2"), change("2", a="1")],
            None,
            set(),
        ),  # set back
        (change("x", a="9"), [change("", a="1")], None, {"a"}),
        (change("1", a="9"), [], {"__version": "2", "a": "1"}, {"a"}),
        (change("2", a="9"), [], {"__version": "2", "a": "1"}, set()),
        (change("2", a="9"), [change("2", a="3")], {"__version": "2", "a": "1"}, {"a"}),
        (change("1", "b", a="9"), [change("", a="1"), change("1", "b", a="2")], None, set()),  # my own run
        (change("1", "b", a="9"), [change("", a="1"), change("1", "c", a="2")], None, {"a"}),
    ],
)
def test_what_clashes(mine, before, row, clashes):
    assert clashing(mine, before, row) == clashes
