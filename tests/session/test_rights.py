"""What a person may ask for: seeing what is hers alone, correcting it, taking consent back, having it deleted."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.i18n import set_language
from fieldkit.privacy.withdrawal import scopes_in, withdrawn
from fieldkit.session.filling import fill
from fieldkit.session.sitting import Sitting
from sync import Operation, merge

HOUSEHOLD = "household"


@pytest.fixture
def family(session):
    """A household of several people, visited with everything: its number and its people."""
    set_language("en")
    number = next(n for n, each in sorted(session.registry().households.items()) if len(each.members) > 2)
    return number, session.rights.of_household(number)


@pytest.fixture
def talked(session, family):
    """A visit to it with a talk about health in private, answered by its second member."""
    number, people = family
    answers = {
        "hh_id": number, "outcome": "done", "notice_read": "read_aloud", "basic": "yes", "given_by": "self",
        "contact": ["phone"], "stats": "yes", "respondent": people[1].instance, "private_now": "yes",
        "health": "yes", "offer_go_on": "yes", "offer_topics": ["cervical"], "date": "2026-03-30",
        "complaint": "路灯坏了",
    }  # fmt: skip
    [record] = fill(session, "visit", [answers], source="x", finalize=True)
    return record


def found(session, text):
    return session.rights.find(text, session.rights.of_no_household())


def labels(session, person):
    return {(said.record, said.key.rpartition("/")[2]) for said in session.rights.said(person)}


def test_a_person_sees_her_own_row_and_nobody_elses(session, family, talked):
    number, people = family
    first, second = people[0], people[1]
    names = {said.words for said in session.rights.said(first)}
    assert first.name in names
    assert not {person.name for person in people[1:] if person.name} & names
    assert (talked, "offer_topics") in labels(session, second)
    assert (talked, "offer_topics") not in labels(session, first)
    assert (talked, "complaint") not in labels(session, first)
    assert (talked, "date") in labels(session, first)
    everybody = session.rights.said(people[-1])
    assert {said.words for said in everybody} >= {person.name for person in people if person.name}
    assert session.household(number) is not None


def test_the_page_leaves_health_out_unless_it_is_wanted(session, family, talked):
    second = Sitting(session, family[1][1])
    page, whole = second.page(with_health=False), second.page(with_health=True)
    assert "Cervical" not in page
    assert "Cervical" in whole
    assert "Left out" in page
    assert "Left out" not in whole
    for each in (page, whole):
        assert second.person.name in each
        assert "never for law enforcement" in each
        assert "invented" in each
        assert family[1][0].name not in each


def test_contact_taken_back_hides_the_telephone_everywhere_and_ends_what_is_due(session, family, talked):
    number, people = family
    session.assign([number], session.today())
    assert number in {task.household.id for task in session.due()} or session.visits(number)
    before = {said.words for said in session.rights.said(people[-1])}
    count = session.rights.withdraw(people[1], ["contact"], "the person herself")
    assert count >= 2
    assert session.registry().wants_no_contact(number)
    assert number not in {task.household.id for task in session.due()}
    record = session.exchange.record(session.household(number).record)
    assert record.state == "live"
    assert record.text("contact") == "none"
    assert record.text("phone") == ""
    assert record.text("withdrawn_scope") == "contact"
    assert record.text("withdrawn_on") == session.today().isoformat()
    after = {said.words for said in session.rights.said(people[-1])}
    assert {person.name for person in people if person.name} <= after & before
    assert "contact" not in session.rights.scopes(people[1])


def test_health_taken_back_hides_health_alone(session, family, talked):
    _number, people = family
    assert "health" in session.rights.scopes(people[1])
    assert "health" not in session.rights.scopes(people[0]), "nobody takes back what somebody else agreed to"
    session.rights.withdraw(people[1], ["health"], "the person herself")
    record = session.exchange.record(talked)
    assert record.text("offer_topics") == ""
    assert record.text("health") == "no"
    assert record.text("complaint") == "路灯坏了"
    steps = session.histories.steps(talked)
    assert [step.operation for step in steps] == ["put", "withdraw"]
    assert all(not each.new_words for each in steps[0].differences if each.key.endswith("offer_topics"))


def test_a_part_taken_back_holds_against_what_another_laptop_wrote_meanwhile(session, family, talked):
    _number, people = family
    record = session.exchange.record(session.household(people[0].household).record)
    form = session.library.get(HOUSEHOLD)
    revisions = session.exchange.revisions(record.id)
    session.rights.withdraw(people[-1], ["contact"], "the person herself")
    gone = session.exchange.revisions(record.id)[-1]
    assert gone.envelope.operation is Operation.WITHDRAW
    part = withdrawn(form, record.answers, ["contact"], session.today())
    assert any(path.endswith("home/phone") for path in part.paths)
    # The other laptop saw only what was there before.
    session.exchange.put(form, record.id, {**record.answers, "home/phone": "13812345678"})
    meanwhile = session.exchange.revisions(record.id)[-1]
    rewritten = _over(meanwhile, revisions)
    view = merge([*revisions, gone, rewritten])
    assert "home/phone" not in view.fields
    assert view.fields["consent/contact"] == "none"


def _over(revision, before):
    """The same answers as somebody would have written them who saw only `before`."""
    from dataclasses import replace

    from sync import DeviceKey, seal

    envelope = replace(revision.envelope, parents=tuple(each.id for each in before[-1:]), previous=None)
    return seal(envelope, revision.raw_body, DeviceKey.generate(bytes(32)))


def test_everything_taken_back_hides_the_records_whole(session, family, talked):
    number, people = family
    session.rights.withdraw(people[-1], ["basic"], "the person herself")
    assert session.household(number) is None
    assert session.exchange.record(talked).state == "withdrawn"
    assert all(person.household != number for person in found(session, people[0].name))


def test_nothing_is_taken_back_without_a_reason_or_twice(session, family, talked):
    person = family[1][1]
    for scopes, reason in (([], "asked"), (["contact"], " 12 ")):
        with pytest.raises(FieldkitError) as error:
            session.rights.withdraw(person, scopes, reason)
        assert error.value.code == "withdraw.no-words"
    session.rights.withdraw(person, ["contact"], "asked")
    with pytest.raises(FieldkitError) as error:
        session.rights.withdraw(person, ["contact"], "asked")
    assert error.value.code == "withdraw.nothing"


def test_deleting_one_person_leaves_the_others_and_no_byte_of_her(session, family, talked):
    number, people = family
    gone = people[1]
    before = session.household(number)
    session.rights.erase(gone)
    after = session.household(number)
    assert after.record != before.record
    assert [p.name for p in after.members] == [p.name for p in before.members if p.id != gone.instance]
    assert session.exchange.record(talked).state == "erased"
    assert session.exchange.record(before.record).state == "erased"
    session.close()
    kept = b"".join(path.read_bytes() for path in session.folder.rglob("*") if path.is_file())
    assert gone.instance.encode() not in kept
    assert "路灯坏了".encode() not in kept


def test_deleting_a_household_leaves_tombstones_alone(session, family, talked):
    number, people = family
    session.rights.erase(people[-1])
    assert session.household(number) is None
    assert session.rights.said(people[-1]) == []
    steps = session.histories.steps(talked)
    assert [step.operation for step in steps][-1] == "erase"


def test_an_answer_is_corrected_where_the_form_asks_it(session, family):
    person = family[1][0]
    said = next(each for each in session.rights.said(person) if each.key.endswith("/birth_year"))
    interview = session.rights.correction(said)
    assert interview.entry.key(interview.index.path) == said.key
    interview.answer(interview.index.path, 1955)
    done = session.interviews.finish(interview, interview.reason)
    assert done.changed
    again = next(each for each in session.rights.said(person) if each.key.endswith("/birth_year"))
    assert again.words == "1955"


def test_the_receipt_says_what_was_done_and_names_nobody(session, family, talked):
    sitting = Sitting(session, family[1][1])
    sitting.note("printed")
    sitting.corrected("Year of birth")
    sitting.withdraw(["contact"], "the person herself")
    page = sitting.receipt()
    assert "corrected: Year of birth" in page
    assert "taken back: consent to be contacted" in page
    assert sitting.person.name not in page
    assert "stay as they are" in page


def test_somebody_of_no_household_is_found_by_name_or_number(session):
    answers = {
        "date": "2026-03-20", "village": "990101100200", "via": "window", "item": "consult", "name": "古丽·买买提",
    }  # fmt: skip
    form = session.library.get("request")
    asked = {item.name for item in form.items.values()}
    [record] = fill(
        session, "request", [{k: v for k, v in answers.items() if k in asked}], source="x", finalize=False
    )
    assert record
    assert found(session, "no such person") == []


def test_only_what_was_agreed_to_can_be_taken_back(session, talked):
    form = session.library.get("visit")
    record = session.exchange.record(talked)
    assert scopes_in(form, record.answers) == ("basic", "health", "contact", "stats")
