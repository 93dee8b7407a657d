"""Doubles across villages at the office: found with their evidence, decided by a clerk, taken back; nothing is changed or lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import as_record
from fieldkit.fieldwork.registrations import Registrations
from fieldkit.fieldwork.same_person import SAME_PERSON, Said, record_of
from fieldkit.i18n import set_language
from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.looks import looks
from fieldkit.office.roles import Role
from fieldkit.session.desk.desk import Desk
from fieldkit.session.filling import fill
from fieldkit.session.session import Session
from fieldkit.store import Workspace

HERE, THERE = "990101100200", "990101100201"
NAMES = ["曾秀兰", "胡桂英", "毛腊梅", "蒋冬秀", "龚友善", "廖满堂", "谭国庆", "覃月娥", "向家齐"]
ALONE = ["龙大雷", "傅小梅"], ["易水清", "寇平原"]
"""Who lives in one of the two villages alone."""


def registration(village, name, year, sex="2", size=1):
    return {
        "village": village, "notice_read": "read_aloud", "basic": "yes", "given_by": "self", "contact": ["visit"],
        "mode": "oral_witness", "hh_kind": "family", "presence": "home", "lang": "local", "private_now": "no",
        "declared_size": size,
        "members": [{"name": name, "sex": sex, "birth_year": year, "rel": "0", "stay": "home_ge6m"}],
    }  # fmt: skip


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def township(tmp_path, now):
    """Two laptops in two villages have registered nine people both, and others; gives the office's folder and a clock."""
    set_language("en")
    clock, stick = Clock(now - timedelta(hours=2)), tmp_path / "stick"
    stick.mkdir()
    with Office.create(tmp_path / "office", name="清溪", division="990101100000", now=clock) as office:
        for number, village in enumerate((HERE, THERE)):
            home = tmp_path / f"laptop {number}"
            Workspace.create(home, passphrase=None, name=f"laptop {number}").close()
            with Session.open(home, now=clock) as session:
                session.exchange.device.write_card(stick / f"{number}.fkkey")
                session.sticks.take(office.enroll(stick / f"{number}.fkkey", name=f"laptop {number}")[1])
                people = [registration(village, name, 1950 + at) for at, name in enumerate(NAMES)]
                people += [registration(village, name, 1935) for name in ALONE[number]]
                fill(session, "household", people, source="x", finalize=True)
                office.merge([session.export(stick).bundle.path])
        for name in ("王芳", "李明"):
            add_desk(office, name, [Role.CLERK], None, by="office")
        add_desk(office, "查阅", [Role.READER], None, by="office")
    return tmp_path / "office", clock


@pytest.fixture
def desk(township):
    opened = []

    def made(name="王芳"):
        folder, clock = township
        opened.append(Desk.open(folder, name, now=clock))
        if name != "查阅":
            opened[-1].doubles.look_through()
        return opened[-1]

    yield made
    for each in opened:
        each.close()


def registered(desk):
    """What the archive's records come to, worked out from all of them anew."""
    found = Registrations()
    views = [view for view in desk.office.archive.views() if view.state == "live"]
    found.decide(as_record(view) for view in views if view.form == SAME_PERSON)
    for view in views:
        if view.form == "household":
            found.take(as_record(view))
    return found


def test_of_nine_suggested_six_are_merged_and_every_one_of_them_is_taken_back(desk):
    d = desk()
    suggested = d.doubles.all()
    assert len(suggested) == 9
    assert all(each.is_across_villages for each in suggested)
    before = {view.record: dict(view.fields) for view in d.office.archive.views("household")}
    members = {number: len(registered(d).shown(number).members) for number in registered(d).households}
    for each in suggested[:6]:
        shown = d.doubles.show(each)
        assert shown.first[0] == shown.second[0]
        assert "the same name" in shown.evidence
        d.doubles.decide(shown, Said.SAME)
    for each in suggested[6:8]:
        d.doubles.decide(d.doubles.show(each), Said.DIFFERENT)
    d.doubles.decide(d.doubles.show(suggested[8]), Said.UNSURE)
    assert len(d.doubles.merged()) == 6
    assert [each.unsure for each in d.doubles.all()] == [True]
    known = registered(d)
    for each in suggested[:6]:
        stays, goes = each.first, each.second
        assert known.kept(goes.row) == stays.row, "who was registered first stays, and the other leads there"
        assert known.shown(goes.household).members == ()
        assert known.shown(goes.household).elsewhere[0][1] == stays.row
        assert known.same(stays.row) == {stays.row, goes.row}
    assert {view.record: dict(view.fields) for view in d.office.archive.views("household")} == before
    for pair, words in d.doubles.merged():
        assert not any(name in words for name in NAMES)
        d.doubles.take_back(pair)
    assert d.doubles.merged() == []
    assert {
        number: len(registered(d).shown(number).members) for number in registered(d).households
    } == members
    d.doubles.look_through()
    assert len(d.doubles.all()) == 7, "two that are other persons stay so"
    assert d.office.doubles() == d.doubles.all(), "the command says the same"


def test_what_is_shown_is_written_down_and_lists_hold_no_name(desk):
    d = desk()
    first = d.doubles.all()[0]
    assert looks(d.office) == []
    assert not any(name in repr(d.doubles.all()) for name in NAMES)
    shown = d.doubles.show(first)
    assert shown.first[0] in NAMES
    assert [(each.facts["record"], each.facts["by"]) for each in looks(d.office)] == [
        (first.first.record, "王芳"), (first.second.record, "王芳"),
    ]  # fmt: skip


def test_two_clerks_who_decide_the_same_pair_are_told(desk):
    one, other = desk("王芳"), desk("李明")
    double = one.doubles.all()[0]
    seen = one.doubles.show(double), other.doubles.show(double)
    one.doubles.decide(seen[0], Said.SAME)
    with pytest.raises(FieldkitError) as caught:
        other.doubles.decide(seen[1], Said.DIFFERENT)
    assert (caught.value.code, caught.value.params["who"]) == ("decision.overtaken", "王芳")
    assert one.office.view(record_of(double.pair)).fields["decision"] == "same"
    assert double.pair not in {each.pair for each in other.doubles.all()}, "it is looked at again at once"
    other.doubles.take_back(double.pair)
    other.doubles.decide(other.doubles.show(double), Said.DIFFERENT)
    view = one.office.view(record_of(double.pair))
    assert (view.fields["decision"], view.conflicts) == ("different", {})


def test_only_what_changed_is_looked_at_again(desk, township, tmp_path):
    d = desk()
    counted = []
    d.doubles.look_through(lambda _stage, done, of: counted.append((done, of)))
    assert counted == [(0, 0)]
    _folder, clock = township
    with Session.open(tmp_path / "laptop 0", now=clock) as session:
        fill(session, "household", [registration(HERE, ALONE[1][0], 1935)], source="x", finalize=True)
        d.office.merge([session.export(tmp_path / "stick").bundle.path])
    before = len(d.doubles.all())
    d.doubles.look_through(lambda _stage, done, of: counted.append((done, of)))
    assert counted[-1] == (1, 1)
    assert len(d.doubles.all()) > before


def test_whoever_only_reads_is_shown_none(desk):
    d = desk("查阅")
    for step in (d.doubles.look_through, d.doubles.all, d.doubles.merged):
        with pytest.raises(FieldkitError) as caught:
            step()
        assert caught.value.code == "role.may-not"
