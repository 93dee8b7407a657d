"""How a record stands with those who look it over, of its revisions alone, in whatever order and how often they come."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.office.reviews import State, question_id, review_of
from sync import Body, DeviceKey, Envelope, Operation, Revision, new_record_id, seal

KEYS = {name: DeviceKey.generate(name.encode() * 32) for name in "ABRS"}
"""A and B are laptops, R and S desks."""


class Told:
    """The revisions of one record, made one after the other over whatever parents are named."""

    def __init__(self):
        self.record = new_record_id(1, random.Random(1))
        self.made: list[Revision] = []
        self.first = self.put("A", {"a": "1", "b": "1"}, parents=())

    def write(self, who, operation, says=None, *, parents=None, changed=None, **note):
        """A revision over these parents, by default over all that nothing follows."""
        followed = {parent for each in self.made for parent in each.envelope.parents}
        heads = tuple(sorted(each.id for each in self.made if each.id not in followed))
        says = says or {}
        number = len(self.made) + 1
        body = Body(says, tuple(says) if changed is None else changed, note, salt=bytes(16)).to_bytes()
        envelope = Envelope(
            record=self.record, parents=heads if parents is None else tuple(parents), form="talk", form_hash="h",
            device=KEYS[who].id, epoch="e", sequence=number, previous="0" * 64 if number > 1 else None,
            hlc=f"{number:013d}-0000", wall=f"2026-03-{number:02d}T09:00:00+08:00", user=who, operation=operation,
            body_hash=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        self.made.append(seal(envelope, body, KEYS[who]))
        return self.made[-1].id

    def put(self, who, says, **more):
        return self.write(who, Operation.PUT, says, **more)

    def query(self, who="R", parents=None, deadline="2026-04-10", **comments):
        texts = {path.replace("_", ""): text for path, text in comments.items()}
        return self.write(
            who, Operation.REVIEW, parents=parents, state="queried", comments=texts, deadline=deadline
        )

    def settle(self, state, who="R", parents=None):
        return self.write(who, Operation.REVIEW, parents=parents, state=state)

    def undo(self, revision, who="R"):
        return self.write(who, Operation.RESOLVE, undoes=[revision])

    @property
    def review(self):
        return review_of(self.made)

    @property
    def state(self):
        return self.review.state


@pytest.fixture
def told():
    return Told()


def test_nobody_has_looked_it_over(told):
    assert (told.state, told.review.last) == (State.RECEIVED, "")


def test_asked_answered_approved(told):
    asked = told.query(a="why?", b="how?")
    assert told.state is State.QUERIED
    assert {each.path: each.text for each in told.review.open} == {"a": "why?", "b": "how?"}
    assert told.review.at == "2026-04-10"
    # The laptop has not seen the review itself, only its comments.
    told.put(
        "A", {"a": "2", "b": "1"}, parents=[told.first], changed=("a",), answers=[question_id(asked, "a")]
    )
    assert told.state is State.QUERIED
    assert [each.path for each in told.review.open] == ["b"]
    told.write(
        "A", Operation.REVIEW, parents=[told.made[-1].id], replies={question_id(asked, "b"): "I rang them"}
    )
    assert told.state is State.ANSWERED
    assert [(each.path, [reply.text for reply in each.replies]) for each in told.review.questions] == [
        ("a", [None]), ("b", ["I rang them"]),
    ]  # fmt: skip
    told.settle("approved")
    assert (told.state, told.review.questions) == (State.APPROVED, ())


@pytest.mark.parametrize("answer", ["2", {"missing": "declined"}, {"missing": "pns"}, {"missing": "dk"}, ""])
def test_every_answer_counts_alike(told, answer):
    told.query(a="why?")
    told.put("A", {"a": answer}, parents=[told.first])
    assert told.state is State.ANSWERED


def test_that_it_is_right_as_it_is_answers_too_and_changes_nothing(told):
    asked = told.query(a="why?")
    told.write(
        "A",
        Operation.REVIEW,
        {"a": "1", "b": "1"},
        parents=[told.first],
        changed=(),
        replies={question_id(asked, "a"): ""},
    )
    [question] = told.review.questions
    assert (told.state, question.replies[0].text) == (State.ANSWERED, "")


def test_another_answer_that_was_changed_answers_nothing(told):
    told.query(a="why?")
    told.put("A", {"b": "2"}, parents=[told.first])
    assert told.state is State.QUERIED


def test_what_whoever_asked_had_before_them_answers_nothing(told):
    told.put("A", {"a": "2"})
    told.query(a="why 2?")
    assert told.state is State.QUERIED


def test_a_question_about_the_whole_record_is_answered_by_name_alone(told):
    asked = told.query(_="Please look again")
    told.put("A", {"a": "2"}, parents=[told.first])
    told.put("R", {"b": "2"})
    assert told.state is State.QUERIED, "who changed something else may not know of the question"
    told.write("A", Operation.REVIEW, parents=[told.first], replies={question_id(asked, ""): ""})
    assert told.state is State.ANSWERED


@pytest.mark.parametrize("state", ["approved", "closed"])
def test_changed_by_anybody_since_it_was_settled_it_is_received_again_and_that_is_told(told, state):
    told.settle(state)
    assert told.state.value == state
    told.put("B", {"b": "2"}, parents=[told.first])
    assert (told.state, told.review.changed_since) == (State.RECEIVED, state)
    told.settle("approved")
    assert (told.state, told.review.changed_since) == (State.APPROVED, "")


def test_a_change_that_came_late_counts_as_one_after_it(told):
    other = told.put("B", {"b": "2"}, parents=[told.first])
    told.settle("approved", parents=[told.first])
    assert (told.state, told.review.changed_since) == (State.RECEIVED, "approved")
    assert other in {each.id for each in told.made}


def test_a_word_in_reply_does_not_change_an_approved_record(told):
    asked = told.query(a="why?")
    told.settle("approved")
    told.write("A", Operation.REVIEW, parents=[told.first], replies={question_id(asked, "a"): "as it is"})
    assert told.state is State.APPROVED


def test_queried_wins_over_approved_where_two_decided_apart(told):
    told.settle("approved", "R", parents=[told.first])
    told.query("S", parents=[told.first], a="why?")
    assert told.state is State.QUERIED
    told.settle("approved", "R")
    assert told.state is State.APPROVED, "whoever saw the question decided"


def test_asking_more_loses_nothing_that_was_asked_before(told):
    told.query(a="why?", deadline="2026-04-20")
    told.query("S", b="how?", deadline="2026-04-12")
    assert {each.path for each in told.review.open} == {"a", "b"}
    assert told.review.at == "2026-04-12"


def test_asking_the_same_again_is_a_question_of_its_own(told):
    told.query(a="why?")
    told.put("A", {"a": "2"}, parents=[told.first])
    told.query(a="why 2?")
    assert [each.text for each in told.review.open] == ["why 2?"]


def test_what_was_undone_does_not_count_and_undoing_that_brings_it_back(told):
    asked = told.query(a="why?")
    undone = told.undo(asked)
    assert (told.state, told.review.last) == (State.RECEIVED, "")
    told.undo(undone)
    assert told.state is State.QUERIED
    told.settle("approved")
    told.undo(told.made[-1].id)
    assert told.state is State.QUERIED, "the question stands again"


def test_opened_again_it_is_received(told):
    told.query(a="why?")
    told.settle("closed")
    told.settle("received")
    assert (told.state, told.review.changed_since, told.review.questions) == (State.RECEIVED, "", ())


@pytest.mark.parametrize("operation", [Operation.DELETE, Operation.WITHDRAW, Operation.ERASE])
def test_a_record_that_shows_nothing_asks_nothing(told, operation):
    told.query(a="why?")
    told.write("A", operation)
    assert (told.state, told.review.questions, told.review.last) == (State.RECEIVED, (), "")


def test_what_was_taken_back_is_not_asked_about(told):
    told.query(a="why?", b="how?")
    told.write("A", Operation.WITHDRAW, parents=[told.first], paths=["a"])
    assert [each.path for each in told.review.open] == ["b"]


@pytest.mark.parametrize(
    "note",
    [
        {"comments": "x", "state": "queried"}, {"comments": {}}, {"state": 7}, {"state": ["approved"]}, {"replies": [1]},
        {"answers": "abc"}, {"settled": {"a": {"how": "kept"}}}, {"both": {"a": {"note": "x", "of": []}}},
    ],
)  # fmt: skip
def test_a_note_that_says_something_else_does_nothing(told, note):
    told.write("R", Operation.REVIEW, **note)
    assert (told.state, told.review.last) == (State.RECEIVED, "")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "query", "approved", "closed", "received", "undo", "reply", "answer"]),
        st.sampled_from("AB"),
        st.lists(st.integers(0, 30), max_size=3),
        st.sampled_from("ab"),
    ),
    max_size=9,
)


def grown(steps):
    """A record after these steps, each over some of the revisions before it."""
    told = Told()
    asked = []
    for what, who, over, path in steps:
        parents = {told.made[each % len(told.made)].id for each in over} or {told.made[-1].id}
        if what == "put":
            told.put(who, {path: str(len(told.made) % 3)}, parents=parents)
        elif what == "query":
            told.query(parents=parents, **{path: "?"})
            asked.append(question_id(told.made[-1].id, path))
        elif what == "undo":
            told.write("R", Operation.RESOLVE, parents=parents, undoes=list(parents))
        elif what == "reply":
            told.write(who, Operation.REVIEW, parents=parents, replies=dict.fromkeys(asked, "so"))
        elif what == "answer":
            told.put(who, {path: "9"}, parents=parents, answers=asked)
        else:
            told.settle(what, parents=parents)
    return told.made


@settings(max_examples=300, deadline=None)
@given(steps=STEPS, data=st.data())
def test_order_and_repetition_cannot_matter(steps, data):
    made = grown(steps)
    mixed = data.draw(st.permutations(made)) + data.draw(st.lists(st.sampled_from(made), max_size=4))
    assert review_of(mixed) == review_of(made)


@settings(max_examples=300, deadline=None)
@given(steps=STEPS)
def test_no_question_is_lost(steps):
    """Where something was asked that nobody undid, answered, or settled after seeing it, the record is queried."""
    made = grown(steps)
    review = review_of(made)
    assert (review.state is State.QUERIED) == bool(review.open)
    last = made[-1]
    note = last.body.note
    asks = last.envelope.operation is Operation.REVIEW and note.get("state") == "queried"
    if asks and review_of(made).state is State.QUERIED:
        assert last.id in {each.review for each in review.questions}
    if asks:
        [path] = note["comments"]
        follows = {each.id for each in made if each.id in _followed(made, last)}
        unseen = [each for each in made if each.id not in follows and each.id != last.id]
        if not any(path in each.body.changed for each in unseen):
            assert review.state is State.QUERIED


def _followed(made, last):
    known = {each.id: each for each in made}
    found, waiting = set(), list(last.envelope.parents)
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += known[here].envelope.parents
    return found
