"""Looking records over: from the question of the office to the answer of the laptop and back, through real files."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.looks import looks
from fieldkit.office.reviews import KIND, State
from fieldkit.office.roles import Role
from fieldkit.session.desk.desk import Desk
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from sync import read_return_pack
from tests.session.desk.there_and_back import answered


def other_value(way, record, name):
    """Another choice than the one that stands."""
    entry = way.session.interviews.correction(record)
    path = entry.form.find(name).path
    return next(
        each.value for each in entry.choices(path) if each.value != entry.value(path) and not each.missing
    )


def test_a_question_goes_to_the_laptop_and_its_answer_comes_back(way):
    record = way.visit()
    assert way.desk.reviews.line() == ""
    case = way.query(record, need_top="Is it this one?", barrier="Really?")
    assert case.review.state is State.QUERIED
    assert way.desk.reviews.line() == "1 queried"
    pack, found = way.back()
    assert pack.comments == 2
    assert {each.deadline for each in found.taken.comments} == {"2026-04-07"}
    [waits] = way.session.questions.waiting()
    assert (waits.record, waits.deadline, waits.count) == (record, "2026-04-07", 2)
    assert way.session.status().questions == 2
    changed = other_value(way, record, "need_top")
    done = answered(way, record, {"need_top": changed}, replies={"barrier": ""})
    assert (done.answered, done.changed) == (2, True)
    assert way.session.questions.waiting() == []
    way.bring()
    assert way.state(record) == "answered"
    assert way.desk.reviews.line() == "1 answered"
    case = way.desk.reviews.open(record)
    replies = {each.path.rsplit("/", 1)[-1]: each.replies for each in case.review.questions}
    assert [each.text for each in replies["need_top"]] == [None]
    assert [each.text for each in replies["barrier"]] == [""]
    assert case.look.view.fields[way.path(record, "need_top")] == changed
    way.desk.reviews.settle(case, State.APPROVED)
    assert way.state(record) == "approved"
    assert way.back()[0].comments == 0
    assert way.session.exchange.comments() == [], "what is answered and known to the office is not kept"


def test_that_it_is_right_as_it_is_changes_nothing_and_is_told(way):
    record = way.visit()
    before = way.office.view(record).fields
    way.query(record, need_top="Is it this one?")
    way.back()
    done = answered(way, record, replies={"need_top": "I asked twice"})
    assert (done.answered, done.changed) == (1, False)
    assert way.session.unfinished() == []
    way.bring()
    case = way.desk.reviews.open(record)
    assert case.review.state is State.ANSWERED
    assert [reply.text for each in case.review.questions for reply in each.replies] == ["I asked twice"]
    assert case.look.view.fields == before
    assert case.revisions[-1].envelope.operation is Operation.REVIEW


@pytest.mark.parametrize("code", ["declined", "pns", "dk", "na"])
def test_a_reason_why_there_is_no_answer_is_an_answer(way, code):
    from fieldkit.xforms import Missing

    record = way.visit()
    way.query(record, need_top="Is it this one?")
    way.back()
    assert answered(way, record, {"need_top": Missing(code)}).answered == 1
    way.bring()
    assert way.state(record) == "answered"
    assert way.office.view(record).fields[way.path(record, "need_top")] == {"missing": code}


def test_a_note_beside_the_question_answers_it_in_words(way):
    record = way.visit()
    way.query(record, need_top="Is it this one?")
    way.back()
    way.session.interviews.begin_correction(record)
    interview = way.session.interviews.resume(record)
    interview.note(interview.form.find("need_top").path, "She said so")
    way.later()
    assert way.session.interviews.finish(interview, "x").answered == 1
    way.bring()
    [question] = way.desk.reviews.open(record).review.questions
    assert [each.text for each in question.replies] == ["She said so"]


def test_what_is_said_survives_a_closed_lid(way, demo, now):
    record = way.visit()
    way.query(record, need_top="One?", barrier="Two?")
    way.back()
    way.session.interviews.begin_correction(record)
    asking = way.session.interviews.resume(record).answering
    asking.reply(asking.questions[:1], "so it is")
    way.session.close()
    way.session = Session.open(demo.workspace, now=way.now)
    again = way.session.interviews.resume(record)
    assert len(again.answering.left(again)) == 1
    assert "so it is" in again.answering.replies.values()


def test_half_an_answer_leaves_the_rest_waiting(way):
    record = way.visit()
    way.query(record, need_top="One?", barrier="Two?")
    way.back()
    answered(way, record, replies={"barrier": ""})
    assert [each.path for each in way.session.exchange.questions()] == [way.path(record, "need_top")]
    way.back()
    assert [each.count for each in way.session.questions.waiting()] == [1], (
        "the older question did not come back"
    )
    way.bring()
    assert way.state(record) == "queried"


def test_another_laptop_does_not_get_the_question(way, tmp_path):
    folder = tmp_path / "other"
    Workspace.create(folder, passphrase=None, name="other").close()
    with Session.open(folder, now=way.now) as other:
        way.office.enroll_card(other.exchange.device.card(), name="other")
    way.query(way.visit(), need_top="One?")
    packs = {each.device: each for each in way.office.write_returns(way.stick)}
    assert packs.pop(way.session.exchange.device.key.id).comments == 1
    assert "other" in {each.name for each in packs.values()}
    assert [each.comments for each in packs.values()] == [0] * len(packs)


def test_a_household_that_is_handed_on_comes_without_what_the_office_asked(way, tmp_path):
    folder = tmp_path / "other"
    Workspace.create(folder, passphrase=None, name="other").close()
    with Session.open(folder, now=way.now) as other:
        way.office.enroll_card(other.exchange.device.card(), name="other")
        record = way.visit()
        household = way.office.view(record).fields[way.path(record, "hh_id")]
        way.query(record, need_top="CANARY 4711?")
        rows = f"household,due\n{household},2026-03-01\n"
        (way.office.folder / "worklist" / "other.csv").write_text(rows, encoding="utf-8")
        pack = next(each for each in way.office.write_returns(way.stick) if each.name == "other")
        taken = read_return_pack(pack.path, other.exchange.device.identity)
    assert record in {each.envelope.record for each in taken.handed}
    assert not any(b"4711" in (each.raw_body or b"") for each in taken.handed)


def test_a_laptop_with_a_new_key_still_gets_what_is_asked_of_its_records(way):
    record = way.visit()
    way.query(record, need_top="One?")
    before = way.session.enrolling.renew()
    word = way.office.enroll_card(way.session.exchange.device.card(), replaces=before)
    path = way.office.write_enrolment(word, way.stick)
    way.session.sticks.take(path)
    assert [each.name for each in way.desk.reviews.open(record).laptops if each.id == word.device]
    way.back()
    assert [each.record for each in way.session.questions.waiting()] == [record]


def test_a_question_taken_back_leaves_the_laptop_and_older_packs_do_not_bring_it_again(way, tmp_path):
    record = way.visit()
    case = way.query(record, need_top="One?")
    old, _found = way.back()
    kept = tmp_path / old.path.name
    shutil.copy(old.path, kept)
    way.desk.reviews.undo(case)
    assert way.state(record) == "received"
    way.back()
    assert way.session.exchange.comments() == []
    for _again in range(2):
        assert way.session.sticks.take(kept).taken.comments == ()
    assert way.session.questions.waiting() == []
    way.desk.undo(record, way.office.view(record).heads[0])
    assert way.state(record) == "queried", "undoing the undoing asks again"
    way.back()
    assert [each.record for each in way.session.questions.waiting()] == [record]


def test_an_answer_on_its_way_is_not_asked_for_again(way):
    record = way.visit()
    way.query(record, need_top="One?")
    pack, _found = way.back()
    answered(way, record, replies={"need_top": ""})
    newer, _found = way.back()
    assert newer.comments == 1, "the office has no answer yet"
    assert way.session.questions.waiting() == []
    way.session.sticks.take(pack.path)
    assert way.session.questions.waiting() == []


def test_somebody_else_changed_the_record_meanwhile(way, tmp_path):
    record = way.visit()
    way.query(record, need_top="One?")
    way.back()
    way.session.interviews.begin_correction(record)
    interview = way.session.interviews.resume(record)
    seen = way.office.view(record)
    barrier = way.path(record, "barrier")
    way.later()
    way.desk.decide(seen, Operation.RESOLVE, {barrier: ""}, changed=[barrier], note={"reason": "test"})
    way.session.exchange.take_records(way.office.archive.revisions(record))
    interview.answer(interview.form.find("need_top").path, other_value(way, record, "need_top"))
    way.later()
    assert way.session.interviews.finish(interview, "x").answered == 1
    way.bring()
    assert way.state(record) == "answered"
    assert barrier not in way.office.view(record).fields
    assert way.office.view(record).conflicts == {}


def test_two_who_decide_apart_lose_no_question(way):
    record = way.visit()
    first, second = way.desk.reviews.open(record), way.desk.reviews.open(record)
    way.desk.reviews.settle(first, State.APPROVED)
    path = way.path(record, "need_top")
    with pytest.raises(FieldkitError, match=r"decision\.overtaken"):
        way.desk.reviews.query(second, {path: "One?"})
    way.desk.reviews.query(way.desk.reviews.open(record), {path: "One?"})
    assert way.state(record) == "queried"


def test_undoing_goes_back_step_by_step(way):
    record = way.visit()
    way.query(record, need_top="One?")
    way.desk.reviews.settle(way.desk.reviews.open(record), State.CLOSED)
    states = []
    for _step in range(2):
        way.later()
        way.desk.reviews.undo(way.desk.reviews.open(record))
        states.append(way.state(record))
    assert states == ["queried", "received"]
    with pytest.raises(FieldkitError, match=r"review\.nothing-done"):
        way.desk.reviews.undo(way.desk.reviews.open(record))


@pytest.mark.parametrize(
    ("comments", "deadline", "code"),
    [
        ({}, None, "review.nothing-asked"), ({"need_top": "  "}, None, "review.nothing-asked"),
        ({"no/such": "x"}, None, "review.path"), ({"": "x"}, date(2026, 3, 30), "review.deadline"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_words(way, comments, deadline, code):
    case = way.desk.reviews.open(way.visit())
    with pytest.raises(FieldkitError) as refusal:
        way.desk.reviews.query(case, comments, deadline)
    assert refusal.value.code == code
    assert way.desk.reviews.open(case.record).review.last == ""


def test_nobody_is_asked_about_a_decline(way):
    decline = next(
        view.record for view in way.office.archive.views("visit") if view.fields.get("outcome") == "declined"
    )
    case = way.desk.reviews.open(decline)
    with pytest.raises(FieldkitError, match=r"review\.declined"):
        way.desk.reviews.query(case, {"": "Why?"})
    way.desk.reviews.settle(case, State.APPROVED)
    assert way.state(decline) == "approved"


def test_a_question_that_would_reach_nobody_is_not_asked(way):
    record = way.visit()
    way.office.revoke(way.session.exchange.device.key.id)
    with pytest.raises(FieldkitError, match=r"review\.nobody"):
        way.query(record, need_top="One?")


def test_received_are_listed_a_page_at_a_time_until_somebody_looks_them_over(way):
    reviews = way.desk.reviews
    page = reviews.received("visit", length=7)
    behind, seen = page.more, [*page.records]
    while behind is not None:
        page = reviews.received("visit", behind, length=7)
        seen += page.records
        behind = page.more
    live = {view.record for view in way.office.archive.views("visit") if view.state == "live"}
    assert len(seen) == len(set(seen)) == len(live)
    reviews.settle(reviews.open(seen[0]), State.APPROVED)
    assert seen[0] not in reviews.received("visit", length=7).records
    assert [each.record for each in reviews.listed(State.APPROVED)] == [seen[0]]
    view = way.office.view(seen[0])
    way.desk.decide(view, Operation.RESOLVE, {"village": ""}, changed=["village"], note={})
    assert [(each.record, each.changed) for each in reviews.listed(State.RECEIVED)] == [(seen[0], "approved")]
    assert seen[0] in reviews.received("visit", length=7).records


def test_all_shown_are_approved_but_for_those_that_wait_for_something(way):
    from sync.derived import derived

    reviews = way.desk.reviews
    shown = reviews.received("visit", length=5).records
    doubtful = shown[2]
    with way.office.archive.database.writing() as connection:
        row = {
            "record_id": doubtful, "kind": "finding", "key": "outlier:a", "state": "open", "place": "", "at": "", "facts": "{}",
        }  # fmt: skip
        connection.execute(derived.insert(), [row])
    assert reviews.approvable(shown) == [each for each in shown if each != doubtful]
    done = reviews.approve_all(shown)
    assert done == reviews.approvable(shown)
    assert way.office.lists.counts(KIND) == {"approved": 4}
    reviews.take_back(done)
    assert way.office.lists.counts(KIND) == {}
    assert set(done) <= set(reviews.received("visit", length=5).records)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.REVIEWER])
def test_nobody_but_a_reviewer_looks_records_over(demo, now, role):
    with Office.open(demo.office, now=lambda: now) as office:
        add_desk(office, "王芳", [role], None, by="office")
        record = next(office.archive.views("visit")).record
    with Desk.open(demo.office, "王芳", now=lambda: now) as desk:
        reviews = desk.reviews
        steps = [
            reviews.counts, reviews.line, reviews.forms, lambda: reviews.listed(State.QUERIED), lambda: reviews.received("visit"),
            lambda: reviews.called([record]), lambda: reviews.open(record), lambda: reviews.approve_all([record]),
            lambda: reviews.take_back([record]), lambda: reviews.query(None, {}), lambda: reviews.settle(None, State.APPROVED),
            lambda: reviews.undo(None),
        ]  # fmt: skip
        for step in steps:
            with pytest.raises(FieldkitError, match=r"role\.may-not"):
                step()
        assert looks(desk.office) == []


def test_a_look_is_written_down(way):
    record = next(way.office.archive.views("household")).record
    way.desk.reviews.open(record)
    assert [(each.facts["record"], each.facts["why"]) for each in looks(way.office)] == [(record, "review")]


def test_rows_of_lists_hold_no_text_and_no_answer(way):
    record = way.visit()
    way.query(record, need_top="CANARY 4711?")
    [row] = way.office.lists.rows(KIND)
    assert set(row.facts) == {"form", "devices", "asked", "open", "changed"}
    assert "4711" not in str(row)
    assert (row.state, row.at) == ("queried", "2026-04-07")
