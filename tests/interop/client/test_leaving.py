"""What leaves for another server: never more than the form's tiers, the person and whoever asks allow."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from fieldkit.interop.client_records import (
    CONFLICT,
    NO_STATISTICS,
    NO_TIERS,
    NOTHING,
    Leaving,
    People,
    Permit,
    leaving,
    submission_of,
)  # fmt: skip
from fieldkit.records import Record
from fieldkit.xforms import load_form

NOBODY = People(frozenset())
NOW = datetime(2026, 3, 31)  # noqa: DTZ001
ALL = Permit(frozenset("PNCR"), "county_mch")
FORM = """
settings:
  - {form_id: f, version: "1", "fk:declined": "${outcome} = 'declined'", "fk:declined_keeps": village date outcome}
survey:
  - {type: text, name: village, label: v, "bind::fk:tier": P}
  - {type: date, name: date, label: d, "bind::fk:tier": P}
  - {type: text, name: outcome, label: o, "bind::fk:tier": P}
  - {type: text, name: pid, label: p, "bind::fk:tier": N}
  - {type: text, name: stats, label: s, "bind::fk:tier": N}
  - {type: text, name: phone, label: t, "bind::fk:tier": C}
  - {type: text, name: health, label: h, "bind::fk:tier": R}
  - {type: text, name: untold, label: u}
  - {type: image, name: photo, label: u, "bind::fk:tier": N}
  - {type: username, name: worker, "bind::fk:tier": N}
  - {type: begin repeat, name: share, label: r}
  - {type: text, name: recipient, label: r, "bind::fk:tier": N}
  - {type: text, name: share_agreed, label: r, "bind::fk:tier": N}
  - {type: text, name: share_purpose, label: r, "bind::fk:tier": C}
  - {type: end repeat}
"""
ANSWERS = {
    "village": "990101100001", "date": "2026-03-02", "outcome": "done", "stats": "yes", "pid": "P1", "phone": "电话秘密",
    "health": "健康秘密", "untold": "没说的秘密", "worker": "谁的秘密", "photo": "p.jpg", "meta/instanceID": "uuid:own",
    "meta/instanceName": "名字秘密",
}  # fmt: skip
AGREED = {
    "share/a": "1",
    "share/a/recipient": "county_mch",
    "share/a/share_agreed": "yes",
    "share/a/share_purpose": "治",
}


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    path = tmp_path_factory.mktemp("f") / "f.yaml"
    path.write_text(FORM, encoding="utf-8")
    return load_form(path)


def record(**changed):
    answers = {key: value for key, value in {**ANSWERS, **changed}.items() if value is not None}
    return Record("r1", "f", answers, frozenset(), date(2026, 3, 2), ("h",))


def text(leaves):
    assert isinstance(leaves, Leaving)
    return leaves.xml.decode()


def test_by_default_team_and_aggregate_answers_leave_and_nothing_else(form):
    leaves = leaving(form, record(**AGREED), Permit(), NOBODY, NOW)
    assert "秘密" not in text(leaves)
    assert "share_purpose" not in text(leaves)
    assert "990101100001" in text(leaves)
    assert leaves.sensitive == frozenset()


def test_contact_and_restricted_answers_need_the_flag_and_her_agreement_for_that_recipient(form):
    whole = text(leaving(form, record(**AGREED), ALL, NOBODY, NOW))
    assert "电话秘密" in whole
    assert "健康秘密" in whole
    assert not any(each in whole for each in ("没说的秘密", "谁的秘密", "名字秘密"))
    some = leaving(form, record(**AGREED), Permit(frozenset("PNC"), "county_mch"), NOBODY, NOW)
    assert "健康秘密" not in text(some)
    assert some.sensitive == {"C"}
    for answers, permit in (({}, ALL), (AGREED, Permit(frozenset("PNCR"), "town_hospital"))):
        kept = leaving(form, record(**answers), permit, NOBODY, NOW)
        assert "秘密" not in text(kept)
        assert kept.held_back >= 2
        assert kept.sensitive == frozenset()


@pytest.mark.parametrize("stats", ["no", "pns", {"missing": "declined"}])
def test_whoever_did_not_agree_to_statistics_stays(form, stats):
    assert leaving(form, record(stats=stats), ALL, NOBODY, NOW) == NO_STATISTICS
    people = People.of([record(stats=stats)])
    assert leaving(form, record(stats=None), ALL, people, NOW) == NO_STATISTICS
    assert leaving(form, record(stats=None, pid="P2"), ALL, people, NOW) != NO_STATISTICS


def test_a_decline_is_village_day_and_outcome_whoever_asks(form):
    leaves = leaving(form, record(outcome="declined", stats="no", **AGREED), ALL, NOBODY, NOW)
    assert leaves.declined
    assert leaves.own == ""
    xml = submission_of(leaves, "uuid:1", "").decode()
    inside = xml.partition("<village>")[2]
    assert inside.startswith("990101100001</village><date>2026-03-02</date><outcome>declined</outcome><")
    assert not any(each in xml for each in ("秘密", "P1", "p.jpg", "county", "own"))


def test_what_is_in_conflict_or_empty_stays(form):
    torn = Record("r", "f", ANSWERS, frozenset({"phone"}), date(2026, 3, 2), ("a", "b"))
    assert leaving(form, torn, Permit(), NOBODY, NOW) == CONFLICT
    bare = Record("r", "f", {"phone": "1", "share/a": "1"}, frozenset(), date(2026, 3, 2))
    assert leaving(form, bare, Permit(), NOBODY, NOW) == NOTHING


def test_a_form_without_tiers_leaves_whole_or_not_at_all(tmp_path):
    path = tmp_path / "g.yaml"
    path.write_text(
        "settings: [{form_id: g}]\nsurvey:\n  - {type: text, name: a, label: a}\n", encoding="utf-8"
    )
    form = load_form(path)
    it = Record("r", "g", {"a": "x"}, frozenset(), date(2026, 3, 2))
    assert leaving(form, it, ALL, NOBODY, NOW) == NO_TIERS
    leaves = leaving(form, it, Permit(recipient="县", whole=frozenset({"g"})), NOBODY, NOW)
    assert "<a>x</a>" in text(leaves)
    assert leaves.sensitive == {"C"}


def test_the_same_content_is_the_same_bytes_and_an_edit_names_what_it_edits(form):
    once, again = (leaving(form, record(), Permit(), NOBODY, NOW) for _time in range(2))
    assert submission_of(once, "uuid:2", "uuid:1") == submission_of(again, "uuid:2", "uuid:1")
    xml = submission_of(once, "uuid:2", "uuid:1").decode()
    assert "instanceID>uuid:2<" in xml
    assert "deprecatedID>uuid:1<" in xml
    assert 'id="f"' in xml
    assert 'version="1"' in xml
