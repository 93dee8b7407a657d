"""The laptop's side of enrolment: what it takes, what it refuses, and that numbers and keys go on rightly after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.office import Office
from fieldkit.session.code_parts import are_digits
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from sync import DeviceKey, Scan, enrolment_codes, read_card
from sync.recipients import identity_of
from sync.sealing import recipient_of

NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
STRANGER = recipient_of(identity_of(b"\7" * 32))


@pytest.fixture
def laptop(tmp_path):
    with Session(Workspace.create(tmp_path / "l", passphrase=None, name="清溪 1"), lambda: NOW) as session:
        yield session


@pytest.fixture
def office(tmp_path):
    office = Office.create(tmp_path / "o", name="清溪镇", division="990101100000", now=lambda: NOW)
    yield office
    office.close()


def answered(office, session, **changes):
    """The office's answer to what the laptop shows, or that with something changed and signed again."""
    word = office.enroll_card(read_card(Scan(session.enrolling.codes(255))))
    return replace(word, **changes).signed_by(office.archive.key) if changes else word


def refusal(session, typed):
    with pytest.raises(FieldkitError) as told:
        session.enrolling.take(typed)
    return told.value


def test_by_digits_in_any_order_and_who_it_is_then(laptop, office):
    assert laptop.enrolling.standing is None
    word = answered(office, laptop)
    parts = enrolment_codes(word, 255)
    assert laptop.enrolling.take(parts[2]).heard.missing == (1, 2)
    assert laptop.enrolling.take(parts[2]).heard.read == (3,)
    assert laptop.enrolling.take(parts[0]).heard.missing == (2,)
    assert laptop.enrolling.take(parts[1]).enrolled
    standing = laptop.enrolling.standing
    assert (standing.office, standing.first, standing.last) == ("清溪镇", 1, 200)
    assert word.device_recipient == recipient_of(laptop.exchange.device.identity)


def test_a_part_of_another_code_begins_anew(laptop, office):
    other = enrolment_codes(answered(office, laptop, name="x"), 255)
    parts = enrolment_codes(answered(office, laptop), 255)
    laptop.enrolling.take(other[0])
    taken = laptop.enrolling.take(parts[1])
    assert (taken.heard.anew, taken.heard.read) == (True, (2,))


def test_from_a_stick_only_what_is_for_this_laptop_is_taken(laptop, office, tmp_path):
    stick = tmp_path / "U盘 1" / "sub"
    stick.mkdir(parents=True)
    assert refusal(laptop, str(stick)).code == "enrolment.none"
    word = answered(office, laptop)
    stranger = DeviceKey.generate()
    foreign = replace(word, device=stranger.id, device_public=stranger.public).signed_by(office.archive.key)
    office.write_enrolment(foreign, stick / "1.fkenrol")
    assert refusal(laptop, str(stick)).code == "enrolment.none"
    assert refusal(laptop, str(stick / "1.fkenrol")).code == "enrolment.other-device"
    office.write_enrolment(word, stick / "2.fkenrol")
    assert laptop.enrolling.take(f" {stick.parent} ").enrolled
    assert refusal(laptop, str(stick / "gone.fkenrol")).code == "enrolment.unreadable"


def test_what_would_let_others_read_is_refused(laptop, office):
    for changes, code in (
        ({"device_recipient": STRANGER}, "enrolment.other-recipient"),
        ({"signature": b""}, "enrolment.bad-signature"),
    ):
        word = answered(office, laptop, **changes)
        word = replace(word, signature=b"\0" * 64) if "signature" in changes else word
        [digits] = enrolment_codes(word)
        assert refusal(laptop, digits).code == code
        assert laptop.enrolling.standing is None
    laptop.exchange.device.remember(office="f" * 32)
    assert refusal(laptop, enrolment_codes(answered(office, laptop))[0]).code == "enrolment.other-office"


def test_an_answer_from_before_laptops_had_a_recipient_is_taken_and_completed_later(laptop, office):
    old = replace(laptop.enrolling.card, recipient="")
    before = office.enroll_card(old)
    assert laptop.enrolling.take(enrolment_codes(before)[0]).enrolled
    after = answered(office, laptop)
    assert after.number_block == before.number_block
    assert after.device_recipient
    assert office.enroll_card(old) == after
    assert [each.enrolment for each in office.devices()] == [after]


def test_the_workspace_of_an_earlier_version_gets_an_identity_and_keeps_its_numbers(laptop, office):
    device = laptop.exchange.device
    laptop.enrolling.take(enrolment_codes(answered(office, laptop))[0])
    device.remember(identity=None, number=7)
    device.state.pop("numbers", None)
    assert device.next_number() == 8
    made = device.identity
    assert made.startswith("AGE-SECRET-KEY-1")
    assert device.identity == made == laptop._workspace.meta.all()[0]["identity"]


def test_numbers_given_before_enrolment_do_not_use_up_the_block(laptop, office):
    device = laptop.exchange.device
    device.take_number()
    assert device.next_number() == 9801
    laptop.enrolling.take(enrolment_codes(answered(office, laptop))[0])
    assert device.next_number() == 1
    device.skip_numbers(200)
    with pytest.raises(FieldkitError, match=r"numbers\.exhausted"):
        device.next_number()
    laptop.enrolling.take(enrolment_codes(answered(office, laptop, number_block=(201, 400)))[0])
    assert device.next_number() == 201
    laptop.enrolling.take(enrolment_codes(answered(office, laptop))[0])
    with pytest.raises(FieldkitError, match=r"numbers\.exhausted"):
        device.next_number()


def test_a_new_key_is_new_in_every_part_and_lasts(session, demo):
    device = session.exchange.device
    before = (device.key.id, device.epoch, device.identity)
    assert session.enrolling.renew() == before[0]
    after = (device.key.id, device.epoch, device.identity)
    assert not set(before) & set(after)
    assert (device.state["sequence"], device.state["previous"], device.enrolment) == (0, None, None)
    session.close()
    with Session.open(demo.workspace, now=lambda: NOW) as again:
        kept = again.exchange.device
        assert (kept.key.id, kept.epoch, kept.identity) == after


def test_a_key_that_signed_records_and_no_office_knows_is_kept(session):
    session.exchange.device.remember(enrolment=None)
    before = session.exchange.device.key.id
    with pytest.raises(FieldkitError, match=r"key\.never-enrolled"):
        session.enrolling.renew()
    assert session.exchange.device.key.id == before


def test_the_demo_has_the_same_keys_every_time(tmp_path):
    made = []
    for name in ("a", "b"):
        with Session(
            Workspace.create(tmp_path / name, passphrase=None, name="x"), lambda: NOW, seed=5
        ) as each:
            made.append((each.enrolling.card, each.exchange.device.identity))
    assert made[0] == made[1]


def test_digits_are_told_from_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    digits = "1234567890123"
    for text in (
        digits,
        f" {digits} ",
        "１２３４５６７８９０１２３",
        digits + "ni" * 3,
        " ".join([digits] * 3),
        "1" * 5000,
    ):
        assert are_digits(text), text
    (tmp_path / digits).touch()
    for text in (
        digits,
        "",
        "123",
        "E:/2026033112345678",
        "20260331123456.fkenrol",
        "stick-1234567890123-of-the-office",
    ):
        assert not are_digits(text), text


def test_whose_place_a_laptop_takes_can_be_said_later(laptop, office):
    card = laptop.enrolling.card
    lost = office.enroll_card(replace(card, name="lost", public=DeviceKey.generate().public))
    before = office.enroll_card(card)
    after = office.enroll_card(card, replaces="lost")
    assert after.replaces == lost.device
    assert after.number_block == before.number_block
    assert office.enroll_card(card) == after
    assert {each.name: each.replaces for each in office.devices()} == {"lost": "", "清溪 1": lost.device}
    with pytest.raises(FieldkitError, match=r"laptop\.itself"):
        office.enroll_card(card, replaces="清溪 1")
