"""Consent withdrawn on a laptop: nothing of the record is shown any more; what another laptop hands on is known and held."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.session.filling import correct, fill
from fieldkit.session.history import step_lines
from sync import Operation, merge

HOUSEHOLD = "household"


@pytest.fixture
def household(session):
    """A household of the demo town: its record, its number."""
    number = min(session.registry().households)
    return session.household(number).record, number


def withdrawn(session, record):
    session.withdraw(record, scope="健康问题", reason="本人提出")
    return session.exchange.revisions(record)[-1]


def test_a_withdrawal_is_a_revision_over_the_heads_that_holds_no_answer(session, household):
    record, number = household
    before = session.exchange.record(record)
    made = withdrawn(session, record)
    assert (made.envelope.operation, made.envelope.parents) == (Operation.WITHDRAW, before.heads)
    assert (dict(made.body.answers), made.body.changed) == ({}, ())
    assert made.body.note == {"scope": "健康问题", "reason": "本人提出"}
    assert session.household(number) is None
    assert record not in {each.id for each in session.exchange.records()}
    assert session.histories.answers(record) == []


def test_its_history_tells_that_and_why_but_no_answer(session, household):
    record, _number = household
    correct(session, record, [{"addr_note": "祠堂后"}], source="x", reason="搬到祠堂后")
    withdrawn(session, record)
    told = "\n".join(line for step in session.histories.steps(record) for line in step_lines(step))
    assert "健康问题" in told
    assert "本人提出" in told
    assert "祠堂后" not in told
    assert all(step.differences == () and step.aside == () for step in session.histories.steps(record))


def test_a_correction_that_is_open_goes_with_it_and_none_can_be_begun(session, household):
    record, _number = household
    interview = session.interviews.amend(record)
    interview.answer(interview.form.find("addr_note").path, "祠堂后")
    withdrawn(session, record)
    assert session.interviews.unfinished() == []
    with pytest.raises(FieldkitError) as error:
        session.interviews.amend(record)
    assert error.value.code == "amend.withdrawn"


def test_a_later_consent_opens_the_record_again_with_what_was_given_then(session, household):
    record, number = household
    answers = dict(session.exchange.record(record).answers)
    withdrawn(session, record)
    session.exchange.put(session.library.get(HOUSEHOLD), record, answers)
    again = session.exchange.record(record)
    assert (again.state, dict(again.answers)) == ("live", answers)
    assert [step.is_hidden for step in session.histories.steps(record)] == [True, False, False]
    assert again.text("hh_id") == number


@pytest.mark.parametrize(
    ("scope", "reason"), [("", "本人提出"), ("全部", " "), ("...", "本人提出"), ("全部", "12")]
)
def test_without_words_nothing_is_sealed(session, household, scope, reason):
    record, _number = household
    with pytest.raises(FieldkitError) as error:
        session.withdraw(record, scope=scope, reason=reason)
    assert error.value.code == "withdraw.no-words"
    assert session.exchange.record(record).state == "live"


def test_what_is_withdrawn_erased_or_unknown_cannot_be_withdrawn(session, household):
    record, _number = household
    withdrawn(session, record)
    [declined] = fill(
        session, "visit", [{"hh_id": min(session.registry().households), "outcome": "declined", "date": "2026-03-30"}],
        source="x", finalize=True,
    )  # fmt: skip
    for which, code in (
        (record, "withdraw.nothing"),
        (declined, "withdraw.nothing"),
        ("x", "record.unknown"),
    ):
        with pytest.raises(FieldkitError) as error:
            session.withdraw(which, scope="全部", reason="本人提出")
        assert error.value.code == code
    session.erase(record, "asked")
    with pytest.raises(FieldkitError):
        session.withdraw(record, scope="全部", reason="本人提出")


def test_corrections_made_apart_conflict_in_what_people_said_alone(session, household):
    record, _number = household
    seen = session.exchange.revisions(record)
    correct(session, record, [{"addr_note": "祠堂后"}], source="x", reason="搬了")
    one = session.exchange.revisions(record)[-1]
    assert any(path.endswith("instanceID") for path in one.body.note["own"])
    assert not any(path.endswith("addr_note") for path in one.body.note["own"])
    other = session.interviews.amend(record)
    other.answer(other.form.find("lang").path, "sign")
    session.interviews.finish(other, "问清楚了")
    two = session.exchange.revisions(record)[-1]
    # As if the second had been made on a laptop that did not know the first.
    from dataclasses import replace

    apart = replace(two, envelope=replace(two.envelope, parents=one.envelope.parents))
    view = merge([*seen, one, apart])
    assert view.conflicts == {}


def test_what_the_office_hands_on_is_known_here_and_never_only_here(tmp_path, session, household):
    from fieldkit.session.session import Session
    from fieldkit.store import Workspace

    record, number = household
    handed = session.exchange.revisions(record)
    workspace = Workspace.create(tmp_path / "other", passphrase=None, name="other")
    with Session(workspace, session.now) as other:
        assert other.exchange.take_records(handed) == 1
        assert other.exchange.take_records(handed) == 0
        assert other.household(number).record == record
        assert (other.status().records, other.status().only_here) == (1, 0)
        correct(other, record, [{"addr_note": "祠堂后"}], source="x", reason="搬了")
        assert other.exchange.revisions(record)[-1].envelope.parents == (handed[0].id,)
        assert other.status().only_here == 1
        assert other.exchange.revisions(record)[-1].envelope.hlc > handed[0].envelope.hlc
