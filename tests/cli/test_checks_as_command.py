"""`fieldkit office checks`: listed with what to do, settled with a reason, taken back; a wrong table does not stop the others."""

from __future__ import annotations

import json

import pytest

from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from tests.office.checked import Town, household, visit
from tests.program import fieldkit


@pytest.fixture
def office(tmp_path):
    """An office with two visits of one household on one day, and another of a household that is not registered."""
    town = Town(tmp_path)
    town.put("household", household(1))
    for running in (1, 1, 2):
        town.put("visit", visit(running))
    town.bring()
    town.close()
    return town.office.folder


def checks(office, *more, **how):
    return fieldkit("office", "checks", "--office", office, *more, **how)


def listed(office, *more):
    return json.loads(checks(office, "--json", *more).stdout)


def test_findings_are_listed_with_their_remedy_in_both_languages(office):
    said = checks(office).stdout
    assert "One household visited twice on one day" in said
    assert "Both may have gone there" in said
    assert "同一户同一天走访了两次" in checks(office, lang="zh").stdout
    rows = listed(office)
    assert [(each["check"], len(each["records"]), each["open"]) for each in rows] == [
        ("visit-twice", 2, True),
        ("unregistered", 1, True),
    ]
    assert all(each["key"] in said for each in rows)


def test_one_is_settled_listed_with_all_and_taken_back(office):
    key = listed(office)[0]["key"]
    assert "Settled" in checks(office, "--settle", key, "--why", "both went").stdout
    assert [each["check"] for each in listed(office)] == ["unregistered"]
    assert [each["open"] for each in listed(office, "--all")] == [False, True]
    assert "settled" in checks(office, "--all").stdout
    checks(office, "--undo", key)
    assert len(listed(office)) == 2


def test_what_is_refused_is_said_in_words(office):
    key = listed(office)[0]["key"]
    assert "why it is fine" in checks(office, "--settle", key, code=1).stderr
    assert "nosuch" in checks(office, "--settle", "nosuch", "--why", "x", code=1).stderr
    assert len(listed(office)) == 2


def test_a_wrong_table_is_told_and_the_others_go_on(office):
    (office / "checks" / "own.csv").write_text("id,kind\n", encoding="utf-8")
    done = checks(office)
    assert "own.csv" in done.stderr
    assert "visited twice" in done.stdout


@pytest.mark.parametrize("role", [Role.READER, Role.VERIFIER, Role.KEEPER])
def test_who_may_not_decide_is_told_who_may(office, role, now):
    from fieldkit.office import Office

    with Office.open(office, now=lambda: now) as opened:
        add_desk(opened, "王芳", [role], None, by="office")
    assert "clerk" in checks(office, "--as", "王芳", code=1).stderr
