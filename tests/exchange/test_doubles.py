"""Two laptops register one woman; the office sees it, and what both decide is merged as any other record."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from fieldkit.cli import run
from fieldkit.exchange import as_record
from fieldkit.fieldwork.same_person import SAME_PERSON, Said, record_of
from fieldkit.i18n import set_language
from fieldkit.session.filling import fill
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from sync import read_return_pack

VILLAGES = ("990101100200", "990101100201")


def registration(village, name="曾秀兰"):
    return {
        "village": village, "notice_read": "read_aloud", "basic": "yes", "given_by": "self", "contact": ["visit"],
        "mode": "oral_witness", "hh_kind": "family", "presence": "home", "lang": "local", "private_now": "no",
        "declared_size": 1,
        "members": [{"name": name, "sex": "2", "birth_year": 1970, "rel": "0", "stay": "home_ge6m"}],
    }  # fmt: skip


@pytest.fixture
def two(town, tmp_path):
    """The laptop of the town and another one, each with the same woman in another village, and the office."""
    set_language("en")
    folder = tmp_path / "other"
    (town.office.folder / "worklist").mkdir(exist_ok=True)
    Workspace.create(folder, passphrase=None, name="laptop 2").close()
    other = Session.open(folder, now=town.clock)
    other.exchange.device.write_card(town.stick / "o.fkkey")
    other.sticks.take(town.office.enroll(town.stick / "o.fkkey", name="laptop 2")[1])
    for session, village in zip((town.session, other), VILLAGES, strict=True):
        town.clock.now += timedelta(minutes=1)
        fill(session, "household", [registration(village)], source="x", finalize=True)
    carry(town, town.session, other)
    yield town.session, other
    other.close()


def carry(town, *sessions):
    """What each has goes to the office; and each gets all households on its worklist, with what the others know of them."""
    for session in sessions:
        town.clock.now += timedelta(minutes=1)
        made = session.export(town.stick)
        town.office.merge([made.bundle.path])
        made.bundle.path.unlink()
    give_back(town, *sessions)


def give_back(town, *sessions, households=None):
    """What the office sends: a worklist of these households, of all where none are named."""
    known = (as_record(view).household for view in town.office.archive.views("household"))
    found = households or sorted(filter(None, known))
    town.clock.now += timedelta(minutes=1)
    for device in town.office.devices():
        rows = "".join(f"{number},2026-03-01\n" for number in found)
        (town.office.folder / "worklist" / f"{device.name}.csv").write_text(f"household,due\n{rows}")
    town.office.write_returns(town.stick)
    return [session.sticks.take(str(town.stick)) for session in sessions]


def test_the_office_sees_it_with_its_evidence_and_who_registered_whom(two, town):
    [found] = town.office.doubles()
    assert list(found.evidence) == ["same_name", "same_year", "same_sex", "other_village"]
    assert [each.village for each in (found.first, found.second)] == list(VILLAGES)
    assert [each.device for each in (found.first, found.second)] == [
        each.exchange.device.key.id for each in two
    ]
    assert "曾秀兰" not in repr(found)


def test_the_command_says_it_without_a_name(two, town, capsys):
    folder = str(town.office.folder)
    assert run(["--lang", "en", "office", "duplicates", "--office", folder, "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert [each["laptop"] for each in row["persons"]] == [each.name for each in town.office.devices()]
    assert (row["evidence"][0], row["unsure"]) == ("same_name", False)
    assert run(["--lang", "en", "office", "duplicates", "--office", folder]) == 0
    said = capsys.readouterr().out
    for words in ("the same name", "another village", "member 1", "1970", "Female", "laptop 2", VILLAGES[1]):
        assert words in said
    assert "曾秀兰" not in said
    two[0].doubles.decide(two[0].doubles.all()[0], Said.UNSURE)
    carry(town, two[0])
    assert run(["--lang", "en", "office", "duplicates", "--office", folder]) == 0
    assert "left for later" in capsys.readouterr().out


def test_decided_on_one_laptop_it_holds_everywhere(two, town):
    one, other = two
    [double] = one.doubles.all()
    assert [each.pair for each in other.doubles.all()] == [double.pair]
    assert double.kept[0].startswith(VILLAGES[0]), "who was registered first stays"
    one.doubles.decide(double, Said.SAME)
    carry(town, one)
    assert town.office.doubles() == []
    give_back(town, other)
    assert other.doubles.all() == []
    assert [len(each.members) for each in other.registry().households.values()].count(0) == 1


@pytest.mark.parametrize(("mine", "yours"), [("same", "same"), ("same", "different")])
def test_two_who_decide_apart_agree_or_are_in_conflict(two, town, mine, yours):
    for session, said in zip(two, (mine, yours), strict=True):
        town.clock.now += timedelta(days=1)
        [double] = session.doubles.all()
        session.doubles.decide(double, Said(said))
    carry(town, *two)
    [view] = [each for each in map(town.office.view, [record_of(double.pair)]) if each]
    assert view.form == SAME_PERSON
    if mine == yours:
        assert view.conflicts == {}
        assert town.office.doubles() == []
        assert [each.doubles.all() for each in two] == [[], []]
        return
    assert list(view.conflicts) == ["decision"]
    for session in two:
        [again] = session.doubles.all()
        assert not session.registry().registrations.standing.kept
    assert len(town.office.doubles()) == 1
    two[0].doubles.decide(again, Said.SAME)
    carry(town, two[0])
    assert town.office.view(record_of(double.pair)).conflicts == {}
    assert town.office.doubles() == []


def test_what_was_handed_on_is_no_news_to_the_office_and_goes_with_the_worklist(two, town):
    one, other = two
    [mine], [theirs] = ([each.id for each in session.registry().households.values() if each.village == village]
        for session, village in zip(two, VILLAGES, strict=True))  # fmt: skip
    assert set(one.registry().households) == {mine, theirs}
    assert one.status().only_here == 0
    [found] = give_back(town, one, households=[mine])
    assert (found.taken.handed, found.taken.forgotten) == (0, 1)
    assert set(one.registry().households) == {mine}
    assert set(other.registry().households) == {mine, theirs}
    assert "张玉" not in one.exchange._workspace.folder.joinpath("data", "journal.fkj").read_bytes().decode(
        "utf-8", "ignore"
    )


def test_what_is_withdrawn_or_erased_elsewhere_is_gone_where_it_was_handed_on(two, town):
    one, other = two
    [record] = [
        each.id for each in other.exchange.records("household") if each.text("village") == VILLAGES[1]
    ]
    other.withdraw(record, scope="basic", reason="wishes it")
    carry(town, other)
    [found] = give_back(town, one)
    assert found.taken.forgotten == 1
    assert one.exchange.record(record) is None
    assert one.doubles.all() == []


def test_a_return_pack_tells_which_of_its_revisions_are_of_others(two, town, capsys):
    assert [pack.handed for pack in town.office.write_returns(town.stick)] == [1, 1]
    pack = next(town.stick.glob(f"return-{two[0].exchange.device.key.id[:6]}*"))
    read = read_return_pack(pack, two[0].exchange.device.identity)
    assert [each.envelope.device for each in read.handed] == [two[1].exchange.device.key.id]
