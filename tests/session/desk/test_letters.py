"""Letters between two offices: from the consent to the reply, and all that must not be in them or happen with them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.exchange import as_record
from fieldkit.fieldwork.contact import said_by
from fieldkit.fieldwork.liaison import Stands, letters_of
from fieldkit.office.looks import looks
from fieldkit.office.roles import Role
from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, reads
from fieldkit.session.desk.desk import Desk
from tests.letters_between import COUNTY, OURS, THEIRS, ready, rewritten, share_of
from tests.report.tables import counted

CANARY = "絕無僅有"


def line(desk, record):
    [found] = [each for each in desk.letters.all() if each.record == record]
    return found


def test_from_the_consent_to_the_reply(offices, stick, now):
    ours, theirs = offices
    record, row = ready(ours)
    assert line(ours, record).stands is Stands.READY
    assert [each.name for each in ours.letters.units_for(record, row)] == [THEIRS]
    letter, path = ours.letters.write(record, row, THEIRS, stick)
    assert line(ours, record).stands is Stands.DUE
    assert line(ours, record).at == (now.date() + timedelta(days=7)).isoformat()
    answers = as_record(ours.office.view(record))
    assert letters_of(answers)[0].sent_on == now.date().isoformat()

    opened = theirs.incoming.read(path)
    assert opened.letter == letter
    assert opened.unit.name == OURS
    assert opened.letter.consent == f"{record}#{share_of(ours, record).rpartition('/')[2]}"
    assert opened.letter.reply_due == now.date() + timedelta(days=7)
    phone = answers.text("own_phone")
    said = {item.label["en"]: item.answer["en"] for item in opened.items}
    assert said["Name"]
    assert phone in said.values()
    assert "never for law enforcement" in opened.letter.lock["en"]

    reply = theirs.incoming.reply(path, "answered", stick, "下月起在我处产检")
    told = ours.letters.take(reply)
    assert (told.unit, told.result, told.text) == (THEIRS, "answered", "下月起在我处产检")
    assert line(ours, record).stands is Stands.ANSWERED
    [sent] = letters_of(as_record(ours.office.view(record)))
    assert (sent.replied_on, sent.result) == (now.date().isoformat(), "served")
    with pytest.raises(FieldkitError, match=r"reply\.taken"):
        ours.letters.take(reply)
    assert ours.office.verify().damaged == ()


def test_a_receipt_leaves_the_reply_due(offices, stick):
    ours, theirs = offices
    record, row = ready(ours)
    _letter, path = ours.letters.write(record, row, THEIRS, stick)
    ours.letters.take(theirs.incoming.reply(path, "received", stick))
    assert line(ours, record).stands is Stands.DUE
    ours.letters.take(theirs.incoming.reply(path, "not_found", stick))
    assert line(ours, record).stands is Stands.ANSWERED


def test_every_writing_and_reading_is_a_look_that_is_written_down(offices, stick):
    ours, theirs = offices
    record, row = ready(ours)
    before = len(looks(ours.office))
    _letter, path = ours.letters.write(record, row, THEIRS, stick)
    assert record in {event.facts["record"] for event in looks(ours.office)[before:]}
    theirs.incoming.read(path)
    [event] = looks(theirs.office)
    assert event.facts["why"] == "letter"
    assert event.facts["tiers"] == "C"


# -- what must not be in a letter -------------------------------------------------------------------------


def test_nothing_but_what_was_agreed_is_in_the_letter_and_nothing_of_it_can_be_read(offices, stick):
    ours, theirs = offices
    record, row = ready(ours, **{"liaison_what/items_shared": "contact_way"})
    view = ours.office.view(record)
    secret = {key: f"{CANARY}{number}" for number, key in enumerate(view.fields) if "away/dest_text" in key}
    secret["consent/alias"] = f"{CANARY}-alias"
    rewritten(ours, record, secret)
    letter, path = ours.letters.write(record, row, THEIRS, stick)
    plain = json.dumps(theirs.incoming.read(path).letter.to_plain(), ensure_ascii=False)
    assert CANARY not in plain
    assert "Name" not in {item.label["en"] for item in letter.items}
    kept = {str(answer) for key, answer in view.fields.items() if key.startswith("reach/")}
    others = {str(answer) for answer in view.fields.values() if len(str(answer)) > 7}
    others -= kept | {letter.purpose}
    assert not {each for each in others if each in plain and each not in letter.consent}
    phone = view.fields["reach/own_phone"]
    assert phone in plain
    assert phone.encode() not in path.read_bytes()
    assert record.encode() not in path.read_bytes()
    assert record not in path.name


def test_what_no_record_holds_is_written_by_hand_if_it_was_agreed_to_and_only_by_who_may_see_it(
    offices, stick
):
    ours, theirs = offices
    record, row = ready(ours, **{"liaison_what/items_shared": "contact_way vacc_record"})
    assert [item for item, _words in ours.letters.by_hand(record, row)] == ["vacc_record"]
    with pytest.raises(FieldkitError, match=r"letter\.said"):
        ours.letters.draft(record, row, THEIRS, {"exam_record": "x"})
    ours.roles = frozenset({Role.CLERK})
    assert ours.letters.by_hand(record, row) == []
    with pytest.raises(FieldkitError, match=r"role\.may-not"):
        ours.letters.draft(record, row, THEIRS, {"vacc_record": "x"})
    ours.roles = frozenset(Role)
    _letter, path = ours.letters.write(record, row, THEIRS, stick, {"vacc_record": CANARY})
    theirs.roles = frozenset({Role.CLERK})
    opened = theirs.incoming.read(path)
    assert opened.hidden == 1
    assert CANARY not in str(opened.items)


def test_the_page_for_an_office_on_paper_says_the_same(offices):
    ours, _theirs = offices
    record, row = ready(ours)
    ours.units.add("北湖区妇幼保健院", COUNTY)
    phone = ours.office.view(record).fields["reach/own_phone"]
    page = ours.letters.page(record, row, "北湖区妇幼保健院")
    assert phone in page
    assert "不得用于处罚" in page or "不得用于执法" in page
    assert line(ours, record).stands is Stands.DUE
    ours.letters.answer(record, row, "declined")
    assert line(ours, record).stands is Stands.ANSWERED
    with pytest.raises(FieldkitError, match=r"unit\.on-paper"):
        ours.letters.write(record, row, "北湖区妇幼保健院", Path())


# -- when none is written ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"share_agreed": "no"}, r"transfer\.no-consent"),
        ({"recipient": "county_mch"}, r"transfer\.no-consent"),
    ],
)
def test_without_this_persons_consent_to_this_recipient_nothing_is_written(offices, stick, answers, code):
    ours, _theirs = offices
    record, row = ready(ours)
    place = share_of(ours, record)
    rewritten(ours, record, {f"{place}/{name}": answer for name, answer in answers.items()})
    with pytest.raises(FieldkitError, match=code):
        ours.letters.write(record, row, THEIRS, stick)
    assert list(stick.iterdir()) == []
    assert all(each.record != record for each in ours.letters.all())


@pytest.mark.parametrize("scope", ["share", "basic"])
def test_a_consent_taken_back_is_none(offices, stick, scope):
    ours, _theirs = offices
    record, row = ready(ours)
    rewritten(ours, record, {"consent/withdrawn_scope": scope, "consent/withdrawn_on": "2026-03-30"})
    with pytest.raises(FieldkitError, match=r"transfer\.no-consent"):
        ours.letters.write(record, row, THEIRS, stick)
    assert list(stick.iterdir()) == []


def test_nor_to_another_county_than_the_person_agreed_to(offices, stick):
    ours, _theirs = offices
    record, row = ready(ours, county="990412")
    with pytest.raises(FieldkitError, match=r"letter\.other-unit"):
        ours.letters.write(record, row, THEIRS, stick)
    assert list(stick.iterdir()) == []


def test_nor_twice_nor_without_an_item_nor_where_it_cannot_be_kept(offices, stick):
    ours, _theirs = offices
    record, row = ready(ours, **{"liaison_what/items_shared": ""})
    with pytest.raises(FieldkitError, match=r"letter\.nothing-agreed"):
        ours.letters.write(record, row, THEIRS, stick)
    rewritten(ours, record, {f"liaison/{row}/liaison_what/items_shared": "contact_way"})
    with pytest.raises(FieldkitError, match=r"medium\.gone"):
        ours.letters.write(record, row, THEIRS, stick / "gone")
    assert line(ours, record).stands is Stands.READY
    ours.letters.write(record, row, THEIRS, stick)
    with pytest.raises(FieldkitError, match=r"letter\.sent"):
        ours.letters.write(record, row, THEIRS, stick)


def test_where_the_decision_fails_no_letter_stays(offices, stick, monkeypatch):
    ours, _theirs = offices
    record, row = ready(ours)

    def overtaken(*_args, **_named):
        raise FieldkitError("decision.overtaken", record=record, who="x", at="y")

    monkeypatch.setattr(Desk, "decide", overtaken)
    with pytest.raises(FieldkitError, match=r"decision\.overtaken"):
        ours.letters.write(record, row, THEIRS, stick)
    assert list(stick.iterdir()) == []


# -- asked to stop ----------------------------------------------------------------------------------------


def test_a_wish_to_stop_in_a_reply_closes_everything_the_same_day(offices, stick, now, tmp_path, demo):
    from fieldkit.session.session import Session

    ours, theirs = offices
    record, row = ready(ours)
    household = as_record(ours.office.view(record)).household
    _letter, path = ours.letters.write(record, row, THEIRS, stick)
    told = ours.letters.take(theirs.incoming.reply(path, "asked_stop", stick))
    assert told.result == "asked_stop"
    after = as_record(ours.office.view(record))
    assert (after.text("stopped"), after.text("stop_on")) == ("yes", now.date().isoformat())
    assert after.text("own_phone") == "", "how to reach them is kept no longer"
    assert line(ours, record).stands is Stands.ANSWERED
    with pytest.raises(FieldkitError, match=r"letter\.stopped"):
        ours.letters.stop(record)

    # The laptop's worklist: with the next stick nothing is due for the household any more.
    with Session.open(demo.workspace, now=lambda: now) as laptop:
        laptop.assign([household], now.date())
        assert household in {task.household.id for task in laptop.due()}
        [pack] = ours.office.write_returns(tmp_path, laptop.exchange.device.key.id, whole=True)
        laptop.exchange.take_return(pack.path)
        laptop.exchange.take_records(ours.office.archive.revisions(record))
        laptop.forget_registry()
        assert household not in {task.household.id for task in laptop.due()}


def test_a_wish_to_stop_ends_letters_that_wait(offices, stick):
    ours, _theirs = offices
    record, row = ready(ours)
    ours.letters.write(record, row, THEIRS, stick)
    ours.letters.stop(record)
    assert line(ours, record).stands is Stands.STOPPED
    assert ours.letters.state() == ""


@pytest.mark.parametrize("form", ["household", "consent", "visit"])
def test_a_wish_said_about_any_other_record_takes_the_consent_to_contact_back(offices, now, form):
    ours, _theirs = offices
    view = next(
        each
        for each in ours.office.archive.views(form)
        if each.state == "live" and as_record(each).text("contact") not in {"", "none"}
    )
    ours.letters.stop(view.record)
    after = as_record(ours.office.view(view.record))
    assert after.text("contact") == "none"
    assert after.text("withdrawn_on") == now.date().isoformat()
    if form != "consent":
        assert said_by(after).closed == now.date().isoformat()
    assert ours.session.exchange.revisions() == [], "nothing stays at the desk"


def test_where_no_contact_was_agreed_to_a_wish_to_stop_closes_it_all_the_same(offices, stick, now):
    ours, theirs = offices
    record, row = ready(ours, **{"liaison_what/items_shared": "called"})
    rewritten(ours, record, {"consent/contact": "none", "reach/own_phone": ""})
    _letter, path = ours.letters.write(record, row, THEIRS, stick)
    ours.letters.take(theirs.incoming.reply(path, "asked_stop", stick))
    after = as_record(ours.office.view(record))
    assert (after.text("contact"), after.text("withdrawn_on")) == ("none", now.date().isoformat())
    assert line(ours, record).stands is Stands.ANSWERED


def test_a_clerk_does_all_of_it_and_is_shown_nothing_restricted(offices, stick):
    ours, theirs = offices
    record, row = ready(ours)
    wants = as_record(ours.office.view(record)).text("wants")
    assert wants
    ours.roles = theirs.roles = frozenset({Role.CLERK})
    letter, path = ours.letters.write(record, row, THEIRS, stick)
    shown = str(letter) + str(theirs.incoming.read(path)) + str(ours.letters.all())
    ours.letters.take(theirs.incoming.reply(path, "declined", stick))
    assert ours.office.view(record).fields["counsel/wants"] == wants, "what is not shown stays as it was"
    assert wants not in shown
    assert all(set(event.facts["tiers"]) == {"C"} for event in looks(ours.office))


def test_how_many_were_answered_in_time_and_how_many_wishes_were_honoured(offices, stick, now):
    ours, theirs = offices
    wanted = reads("I-19")

    def in_time(measure):
        return counted(Figures(gather(ours.office, wanted), MADE, ours.office.places()), measure, "2026-Q1")

    assert in_time("I-19") == (6, 7)
    assert in_time("I-19.stopped") == (1, 1)
    record, row = ready(ours)
    assert in_time("I-19") == (6, 6)
    _letter, path = ours.letters.write(record, row, THEIRS, stick)
    assert in_time("I-19") == (6, 7)
    ours.letters.take(theirs.incoming.reply(path, "asked_stop", stick))
    assert in_time("I-19") == (7, 7)
    assert in_time("I-19.stopped") == (2, 2)
    [log] = {key.split("/")[1] for key in ours.office.view(record).fields if key.startswith("contact_log/")}
    rewritten(
        ours,
        record,
        {
            "contact_log/later00000": "2",
            "contact_log/later00000/log_date": (now.date() + timedelta(days=1)).isoformat(),
            "contact_log/later00000/log_result": "reached",
        },
    )
    assert log != "later00000"
    assert in_time("I-19.stopped") == (1, 2), "somebody was contacted after the wish"
