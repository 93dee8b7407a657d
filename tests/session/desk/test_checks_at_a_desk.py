"""Findings are tasks: settled with a reason, asked back, taken out, and all of it can be taken back."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Act, Role, may
from fieldkit.session.desk.menu import parts_for
from tests.office.checked import VILLAGE, Town, household, number, visit
from tests.office.test_checks_of_questions import TALK


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    made.put(
        "household",
        household(1, **{"home/members/x": "1", "home/members/x/name": "周小雨", "home/declared_size": "3"}),
    )
    made.bring()
    yield made
    made.close()


@pytest.fixture
def desk(town):
    with town.desk() as opened:
        yield opened


def size_of(desk):
    [finding] = desk.checks.all()
    assert finding.check.id == "household-size"
    return finding


def test_settling_keeps_the_reason_signed_and_the_finding_waits_no_more(town, desk):
    finding = size_of(desk)
    done = desk.checks.settle(finding, "两人不愿登记")
    assert desk.checks.waiting() == []
    assert desk.checks.why(size_of(desk)) == "两人不愿登记"
    [kept] = [each for each in town.office.archive.revisions(done.record) if each.id == done.decision]
    assert kept.envelope.device == desk.device
    assert kept.body.note["settled"][finding.key]["why"] == "两人不愿登记"
    assert not kept.body.changed
    assert desk.office.lists.counts("finding") == {"settled": 1}


def test_a_finding_needs_a_reason_to_be_settled(desk):
    for why in ("", "  "):
        with pytest.raises(FieldkitError, match=r"finding\.why"):
            desk.checks.settle(size_of(desk), why)
    assert desk.checks.waiting()


def test_a_settled_finding_comes_back_only_when_its_facts_change(town, desk):
    done = desk.checks.settle(size_of(desk), "fine")
    members = {"home/members/x": "1", "home/members/x/name": "周小雨"}
    town.put(
        "household",
        household(1, **members, **{"home/declared_size": "3", "group_no": "4"}),
        record=done.record,
    )
    town.bring()
    assert desk.checks.waiting() == []
    town.put("household", household(1, **members, **{"home/declared_size": "4"}), record=done.record)
    town.bring()
    assert [each.check.id for each in desk.checks.waiting()] == ["household-size"]


def test_what_was_settled_can_be_taken_back_and_settled_again(desk):
    done = desk.checks.settle(size_of(desk), "fine")
    desk.checks.undo(done)
    assert desk.checks.waiting()
    desk.checks.settle(size_of(desk), "again")
    desk.checks.undo(desk.checks.decision(size_of(desk)))
    assert [each.check.id for each in desk.checks.waiting()] == ["household-size"]


def test_what_is_asked_back_goes_to_the_laptop_at_the_question(town, desk, tmp_path):
    finding = size_of(desk)
    desk.checks.ask_back(finding, finding.records[0], "家里到底几口人？")
    laptop = town.laptops["a"].exchange
    [pack] = town.office.write_returns(tmp_path, laptop.device.key.id)
    assert pack.comments == 1
    laptop.take_return(pack.path)
    [comment] = town.laptops["a"].exchange.comments()
    assert (comment.path, comment.text) == ("home/declared_size", "家里到底几口人？")
    last = max(desk.office.archive.revisions(finding.records[0]), key=lambda each: each.envelope.hlc)
    assert last.body.note["state"] == "queried"
    with pytest.raises(FieldkitError, match=r"finding\.question"):
        desk.checks.ask_back(finding, finding.records[0], " ")


def test_one_of_two_records_is_taken_out_and_comes_back(town, desk):
    second = town.put("household", household(1), on="b")
    town.bring()
    [twice] = [each for each in desk.checks.waiting() if each.check.id == "household-twice"]
    assert len(desk.checks.records(twice)) == 2
    done = desk.checks.take_out(second, "记了两遍")
    assert "household-twice" not in [each.check.id for each in desk.checks.waiting()]
    desk.checks.undo(done)
    assert "household-twice" in [each.check.id for each in desk.checks.waiting()]


def test_both_went_there_and_both_stay(town, desk):
    visits = {town.put("visit", visit(1), on=on) for on in "ab"}
    town.bring()
    [both] = [each for each in desk.checks.waiting() if each.check.id == "visit-twice"]
    desk.checks.settle(both, "两个人都去了")
    assert {desk.office.view(each).state for each in visits} == {"live"}
    assert "visit-twice" not in [each.check.id for each in desk.checks.waiting()]
    town.put("visit", visit(1), on="b")
    town.bring()
    assert "visit-twice" in [each.check.id for each in desk.checks.waiting()]


def test_somebody_else_was_faster(town, desk):
    finding = size_of(desk)
    add_desk(town.office, "王芳", [Role.CLERK], None, by="office")
    with town.desk("王芳") as other:
        other.checks.settle(size_of(other), "fine")
    with pytest.raises(FieldkitError, match=r"finding\.overtaken"):
        desk.checks.settle(finding, "also fine")
    assert desk.checks.why(size_of(desk)) == "fine"


@pytest.fixture
def talks(tmp_path):
    """Twelve of twenty-four households get their water from somewhere else, and say from where."""
    made = Town(
        tmp_path,
        forms={
            "talk.yaml": TALK["talk.yaml"].replace(
                '"survey": [', '"survey": [{"type": "text", "name": "hh_id", "label": "x", "fk:tier": "N"}, '
            )
        },
    )
    made.put("household", household(1, **{"home/members/x": "1", "home/members/x/name": "周小雨"}))
    for each in range(24):
        more = {"water": "other", "water_other": "周小雨家的井 13912345678"} if each % 2 else {"water": "tap"}
        made.put("talk", {"hh_id": number(1), **more})
    made.bring()
    yield made
    made.close()


def test_a_whole_question_is_settled_and_taken_back(talks):
    with talks.desk() as desk:
        [other] = desk.checks.waiting()
        done = desk.checks.settle(other, "季节原因 13912345678")
        assert desk.checks.waiting() == []
        assert desk.checks.why(desk.checks.all()[0]) == "季节原因 139****5678"
        assert done.record == ""
        desk.checks.undo(done)
        assert [each.key for each in desk.checks.waiting()] == [other.key]


def test_texts_are_shown_without_telephones_and_names(talks):
    with talks.desk() as desk:
        [other] = desk.checks.waiting()
        texts = desk.checks.texts(other)
    assert texts == {"周**家的井 139****5678": 12}


@pytest.mark.parametrize("role", Role)
def test_only_who_may_decide_sees_findings_or_decides(town, role):
    with town.desk() as opened:
        finding = size_of(opened)
    add_desk(town.office, "王芳", [role], None, by="office")
    with town.desk("王芳") as desk:
        steps = [
            desk.checks.all, desk.checks.waiting, desk.checks.look_again, lambda: desk.checks.named(finding.id),
            lambda: desk.checks.records(finding), lambda: desk.checks.texts(finding), lambda: desk.checks.why(finding),
            lambda: desk.checks.ask_back(finding, finding.records[0], "?"), lambda: desk.checks.settle(finding, "fine"),
            lambda: desk.checks.undo(desk.checks.decision(desk.checks.all()[0])),
            lambda: desk.checks.take_out(finding.records[0], "why"),
        ]  # fmt: skip
        before = len(town.office.archive.revisions(finding.records[0]))
        assert ("checks" in [part.id for part, _line in parts_for(desk)]) is may([role], Act.DECIDE)
        for step in steps:
            if may([role], Act.DECIDE):
                step()
            else:
                with pytest.raises(FieldkitError, match=r"role\.may-not"):
                    step()
        written = len(town.office.archive.revisions(finding.records[0])) - before
        assert (written > 0) is may([role], Act.DECIDE)


def test_village_of_tests_is_not_kept_in_what_is_found(town, desk):
    """Nothing that is found knows in which village it was: so nobody can count findings by village."""
    with town.office.archive.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT place, facts FROM derived WHERE kind <> 'review'").all()
    assert {place for place, _facts in rows} == {""}
    assert not [facts for _place, facts in rows if f'"{VILLAGE}"' in facts]
