"""How long answers are kept: read from a form, previewed, and then gone."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from fieldkit.privacy.retention import Rule, ended, rules_of
from fieldkit.session.filling import fill
from tests.program import fieldkit


@pytest.mark.parametrize(
    ("text", "day", "until"),
    [
        ("C 1y after date", date(2024, 2, 29), date(2025, 2, 28)),
        ("R 3y after date", date(2026, 3, 1), date(2029, 3, 1)),
        ("R 18m after date", date(2026, 8, 31), date(2028, 2, 29)),
        ("C 30d after date", date(2026, 3, 1), date(2026, 3, 31)),
        ("N year-end+1 after date", date(2026, 3, 1), date(2027, 12, 31)),
    ],
)
def test_until_when_a_tier_is_kept(text: str, day: date, until: date) -> None:
    (rule,) = rules_of(text)
    assert rule.until(day) == until
    over, since = ended([rule], {"date": day}, until)
    assert (over, since) == (frozenset(), None), "the last day is still within"
    over, since = ended([rule], {"date": day}, until + timedelta(days=1))
    assert (over, since) == (frozenset({rule.tier}), until)


def test_nothing_ends_that_has_not_begun() -> None:
    assert ended(rules_of("R 3y after closed_on"), {"closed_on": None}, date(2090, 1, 1)) == (
        frozenset(),
        None,
    )


def test_several_rules_and_what_is_no_rule() -> None:
    assert rules_of("C 1y after last_service; R 3y after date") == (
        Rule("C", "last_service", months=12),
        Rule("R", "date", months=36),
    )
    assert rules_of("") == ()
    for nonsense in ("for ever", "C 1y", "X 1y after date", "C 1 year after date"):
        with pytest.raises(ValueError, match=nonsense):
            rules_of(nonsense)


# -- in a workspace -------------------------------------------------------------------------------------------


@pytest.fixture
def visit(session):
    """A visit with a telephone in a remark and a talk about health: its household and record."""
    number = min(session.registry().households)
    [record] = fill(
        session,
        "visit",
        [{
            "hh_id": number, "outcome": "done", "notice_read": "read_aloud", "basic": "yes", "given_by": "self",
            "contact": ["visit"], "respondent": "other_adult", "private_now": "yes", "health": "yes",
            "offer_go_on": "yes", "offer_topics": ["cervical"], "sat_all": "5", "date": "2026-03-30",
        }],
        source="x", finalize=True,
    )  # fmt: skip
    return number, record


def test_a_preview_changes_nothing(session, visit):
    _number, record = visit
    state = session.exchange.state()
    assert record not in {each.record for each in session.retention.due()}
    later = {each.record: each for each in session.retention.due(date(2029, 3, 31))}
    assert "R" in later[record].tiers
    assert session.exchange.state() == state


def test_restricted_answers_go_and_the_visit_stays_with_its_household(session, visit, monkeypatch):
    number, record = visit
    due = [each for each in session.retention.due(date(2027, 4, 1)) if each.record == record]
    assert due == [], "neither three years nor the end of the next year"
    form = session.library.get("visit")
    tiers = frozenset({"R"})
    from fieldkit.privacy.retention import Due

    assert session.retention.remove([Due(record, form.id, tiers, date(2029, 3, 30))]) == 1
    assert session.exchange.record(record).state == "erased"
    [successor] = [
        each for each in session.exchange.records()
        if each.form == "visit" and each.text("hh_id") == number and each.text("date") == "2026-03-30"
    ]  # fmt: skip
    assert successor.text("offer_topics") == ""
    assert successor.text("sat_all") == "5"
    assert successor.id != record


def test_answers_of_the_team_leave_only_what_is_fit_for_counts(session, visit):
    number, record = visit
    due = [each for each in session.retention.due(date(2028, 1, 1)) if each.record == record]
    assert [each.tiers for each in due] == [frozenset({"N"})]
    before = {each.id for each in session.exchange.records()}
    session.retention.remove(due)
    [left] = [each for each in session.exchange.records() if each.id not in before]
    assert left.text("sat_all") == "5"
    assert left.text("outcome") == "done"
    assert number not in json.dumps(dict(left.answers))
    session.close()
    kept = b"".join(path.read_bytes() for path in session.folder.rglob("*") if path.is_file())
    assert b'offer_topics":"cervical' not in kept


def test_the_command_lists_first_and_removes_when_told(demo):
    here = ("--workspace", demo.workspace)
    assert "Nothing here" in fieldkit("records", "retention", *here).stdout
    listed = json.loads(fieldkit("records", "retention", "--as-of", "2028-01-01", *here, "--json").stdout)
    assert listed["due"]
    assert listed["removed"] == 0
    refused = fieldkit("records", "retention", "--as-of", "2028-01-01", "--apply", *here, code=1)
    assert "looks ahead" in refused.stderr
    assert "no date" in fieldkit("records", "retention", "--as-of", "soon", *here, code=1).stderr
