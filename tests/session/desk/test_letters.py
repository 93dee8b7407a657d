"""Letters between two offices: from the consent to the reply, and all that must not be in them or happen with them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.exchange import as_record
from fieldkit.fieldwork.contact import said_by
from fieldkit.fieldwork.liaison import Stands, letters_of
from fieldkit.office.looks import looks
from fieldkit.office.roles import MAY, Act, Role
from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, reads
from fieldkit.session.desk.desk import Desk
from sync.errors import SyncError
from sync.keys import DeviceKey
from sync.letters import Reply, read_letter, sealed_letter, sealed_reply
from tests.letters_between import COUNTY, OURS, THEIRS, ready, rewritten, share_of, two_offices
from tests.report.tables import counted

CANARY = "絕無僅有"


@pytest.fixture
def offices(demo, tmp_path, now):
    with two_offices(demo, tmp_path / "他 县", now) as both:
        yield both


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "U 盘"
    folder.mkdir()
    return folder


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


# -- letters that are not what they say -------------------------------------------------------------------


@pytest.fixture
def letter(offices, stick):
    ours, _theirs = offices
    record, row = ready(ours)
    return ours.letters.write(record, row, THEIRS, stick)


def test_a_letter_for_somebody_else_says_nothing(offices, letter, tmp_path, demo, now):
    ours, _theirs = offices
    with pytest.raises(FieldkitError, match=r"letter\.not-for-us"):
        ours.incoming.read(letter[1])


def test_whoever_opened_a_letter_cannot_seal_it_for_another_in_the_senders_name(offices, letter, tmp_path):
    ours, theirs = offices
    made, path = letter
    forged = path.with_name("forged.fkletter")
    stranger = DeviceKey.generate()
    forged.write_bytes(sealed_letter(made, stranger, theirs.office.archive.recipients))
    with pytest.raises(FieldkitError, match=r"letter\.bad-signature"):
        theirs.incoming.read(forged)
    # The genuine message, sealed anew for us, is still addressed to them.
    known = ours.office.key.public
    other = ours.office.archive
    with pytest.raises(SyncError, match=r"letter\.not-for-us"):
        forged.write_bytes(sealed_letter(made, ours.office.key, other.recipients))
        read_letter(forged, other.keys.identity, other.id, lambda _key: known)


def test_an_office_that_is_not_in_the_list_is_not_believed(offices, letter, tmp_path):
    _ours, theirs = offices
    stranger = DeviceKey.generate()
    from dataclasses import replace

    forged = tmp_path / "x.fkletter"
    forged.write_bytes(
        sealed_letter(replace(letter[0], sender=stranger.id), stranger, theirs.office.archive.recipients)
    )
    with pytest.raises(FieldkitError, match=r"letter\.unknown-sender"):
        theirs.incoming.read(forged)


def test_a_letter_past_its_day_is_not_shown(offices, letter, now, tmp_path):
    _ours, theirs = offices
    folder = theirs.office.folder
    theirs.close()
    later = now + timedelta(days=91)
    with Desk.open(folder, now=lambda: later) as desk:
        with pytest.raises(FieldkitError, match=r"letter\.expired"):
            desk.incoming.read(letter[1])
        with pytest.raises(FieldkitError, match=r"letter\.expired"):
            desk.incoming.reply(letter[1], "answered", tmp_path)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"letter": "0" * 32}, r"reply\.unknown"),
        ({"result": "whatever"}, r"reply\.result"),
        ({"to": "1" * 32}, r"letter\.not-for-us"),
    ],
)
def test_a_reply_that_belongs_to_no_letter_of_ours_changes_nothing(
    offices, letter, tmp_path, now, change, code
):
    ours, theirs = offices
    plain = {
        "letter": letter[0].id, "sender": theirs.office.archive.id, "to": ours.office.archive.id,
        "result": "answered", "text": "", "on": now.date(),
    } | change  # fmt: skip
    path = tmp_path / "x.fkreply"
    path.write_bytes(sealed_reply(Reply(**plain), theirs.office.key, ours.office.archive.recipients))
    before = ours.office.state()
    with pytest.raises(FieldkitError, match=code):
        ours.letters.take(path)
    assert ours.office.state() == before


def test_another_office_in_the_list_cannot_answer_a_letter_that_went_elsewhere(
    offices, letter, tmp_path, now
):
    ours, _theirs = offices
    from fieldkit.office import Office
    from fieldkit.office.units import add_unit
    from sync.letters import card_spoken

    with Office.create(tmp_path / "third", name="第三", division="990412000000", now=lambda: now) as third:
        card = third.archive.card()
        add_unit(ours.office, "第三", "990412", card, card_spoken(card), by="office")
        reply = Reply(letter[0].id, third.archive.id, ours.office.archive.id, "asked_stop", "", now.date())
        path = tmp_path / "x.fkreply"
        path.write_bytes(sealed_reply(reply, third.key, ours.office.archive.recipients))
    with pytest.raises(FieldkitError, match=r"reply\.other-unit"):
        ours.letters.take(path)


def test_a_reply_about_a_record_that_was_taken_back_changes_nothing(offices, stick):
    ours, theirs = offices
    record, row = ready(ours)
    _letter, path = ours.letters.write(record, row, THEIRS, stick)
    reply = theirs.incoming.reply(path, "answered", stick)
    ours.session.handing_in.borrow(ours.office.archive.revisions(record))
    ours.session.withdraw(record, scope="basic", reason="asked")
    ours.hand_in()
    with pytest.raises(FieldkitError, match=r"letter\.record-gone"):
        ours.letters.take(reply)
    assert all(each.record != record for each in ours.letters.all())


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_a_damaged_letter_is_refused_in_words_whatever_happened_to_it(offices, letter, tmp_path, data):
    _ours, theirs = offices
    whole = letter[1].read_bytes()
    how = data.draw(st.sampled_from(["flip", "cut", "add", "other"]))
    if how == "flip":
        place = data.draw(st.integers(0, len(whole) - 1))
        bit = data.draw(st.integers(0, 7))
        damaged = whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]
    elif how == "cut":
        damaged = whole[: data.draw(st.integers(0, len(whole) - 1))]
    elif how == "add":
        damaged = whole + data.draw(st.binary(min_size=1, max_size=70_000))
    else:
        damaged = data.draw(st.binary(max_size=200))
    path = tmp_path / "damaged.fkletter"
    path.write_bytes(damaged)
    with pytest.raises(FieldkitError, match=r"letter\.(not-for-us|unreadable)"):
        theirs.incoming.read(path)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    what=st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "items", "id"]), inner)
        ),
        max_leaves=5,
    ),
    key=st.sampled_from(
        ["", "id", "from", "items", "lock", "until", "written", "consent", "fieldkit", "more"]
    ),
)
def test_a_letter_of_another_make_is_refused_in_words(offices, letter, tmp_path, what, key):
    from sync.canonical import dumps
    from sync.letters import _LETTER_DOMAIN
    from sync.sealing import seal_for

    ours, theirs = offices
    plain = {**letter[0].to_plain(), key: what} if key else what
    statement = dumps(plain)
    path = tmp_path / "odd.fkletter"
    message = ours.office.key.sign(_LETTER_DOMAIN + statement) + statement
    path.write_bytes(seal_for(theirs.office.archive.recipients, message))
    try:
        theirs.incoming.read(path)
    except FieldkitError as error:
        assert error.code.partition(".")[0] == "letter"
    else:
        assert key == "consent", "text alone may stand there"


# -- offices elsewhere ------------------------------------------------------------------------------------


def test_an_office_is_added_only_with_the_digits_that_its_card_has(offices, tmp_path, now):
    from fieldkit.office import Office

    ours, theirs = offices
    with Office.create(tmp_path / "third", name="第三", division="990412000000", now=lambda: now):
        pass
    card, digits = ours.units.card(tmp_path / "third" / "office.fkoffice")
    wrong = digits.replace(digits[0], str((int(digits[0]) + 1) % 10), 1)
    for said in (wrong, "", digits[:-1]):
        with pytest.raises(FieldkitError, match=r"unit\.other-digits"):
            ours.units.add("第三", "990412", card, said)
    assert {each.name for each in ours.units.all()} == {THEIRS}
    ours.units.add("第三", "990412", card, digits)
    assert {each.name for each in ours.units.all()} == {THEIRS, "第三"}
    assert theirs.units.ours() != ours.units.ours()
    own, own_digits = ours.units.card(ours.office.folder / "office.fkoffice")
    assert own_digits == ours.units.ours()
    with pytest.raises(FieldkitError, match=r"unit\.itself"):
        ours.units.add("我们", "990101", own, own_digits)


def test_where_somebody_is_stands_in_no_list_and_in_no_event(offices, stick):
    ours, _theirs = offices
    record, row = ready(ours)
    letter, _path = ours.letters.write(record, row, THEIRS, stick)
    from sync.events import noted

    kept = str([row.facts for row in ours.office.lists.rows("letter")])
    kept += str([event.facts for event in noted(ours.office.archive, "letter", "look")])
    assert letter.id in kept
    for told in (COUNTY, THEIRS, letter.to):
        assert told not in kept


def test_a_case_leaves_by_a_letter_alone_and_only_who_may_liaise_writes_one():
    """`case_transfer` has one caller, and that is reached by the letters of a desk alone, which ask for the act first."""
    import ast

    import fieldkit

    sources = Path(fieldkit.__file__).parent
    importing = {}
    for path in sources.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                for name in node.names:
                    importing.setdefault(name.name, set()).add(path.relative_to(sources).as_posix())
    assert importing["case_transfer"] == {"session/desk/letter_items.py"}
    assert importing["letter_of"] == {"session/desk/letters.py"}
    assert {role for role in Role if Act.LIAISE in MAY[role]} == {Role.CLERK}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLERK])
def test_whoever_may_not_liaise_sees_and_writes_nothing(offices, stick, role):
    ours, _theirs = offices
    record, row = ready(ours)
    ours.roles = frozenset({role})
    for call in (
        ours.letters.all, ours.letters.state, ours.units.all,
        lambda: ours.letters.write(record, row, THEIRS, stick), lambda: ours.letters.stop(record),
        lambda: ours.letters.draft(record, row, THEIRS), lambda: ours.incoming.read(stick / "x"),
    ):  # fmt: skip
        with pytest.raises(FieldkitError, match=r"role\.may-not"):
            call()
