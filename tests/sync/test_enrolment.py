"""Cards and enrolments as files and as digits: nothing is lost on the way, and nothing wrong gets through."""

from __future__ import annotations

import base64
import json
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import (
    DeviceKey,
    Enrolment,
    KeyCard,
    Scan,
    SyncError,
    card_codes,
    enrolment_codes,
    read_card,
    read_enrolment,
)
from sync.canonical import dumps
from sync.digits import CARD, ENROLMENT, LARGEST_PART, codes, heard, spoken
from sync.recipients import identity_of, recipient_from_bytes, recipient_to_bytes
from sync.sealing import recipient_of

LAPTOP, OFFICE = DeviceKey.generate(b"\1" * 32), DeviceKey.generate(b"\2" * 32)
OWN, OFFICES = (recipient_of(identity_of(bytes([n]) * 32)) for n in (3, 4))
CARD_SHOWN = KeyCard("清溪 1", LAPTOP.public, "0123456789abcdef", OWN)
ANSWER = Enrolment(
    office=OFFICE.id, office_public=OFFICE.public, office_name="清溪镇", division="990101100000",
    device=LAPTOP.id, device_public=LAPTOP.public, name="清溪 1", since="2026-03-31", number_block=(201, 400),
    recipients=(OFFICES,), device_recipient=OWN,
).signed_by(OFFICE)  # fmt: skip
EXAMPLES = settings(max_examples=60, deadline=None)
NAMES = st.text(st.characters(codec="utf-8"), max_size=60).map(
    lambda text: unicodedata.normalize("NFC", text)
)
RECIPIENTS = st.binary(min_size=32, max_size=32).filter(any).map(recipient_from_bytes)


def refusal(lines, read=read_enrolment):
    with pytest.raises(SyncError) as told:
        read(Scan(lines))
    return told.value


# -- keys that things are sealed for ------------------------------------------------------------------------


@EXAMPLES
@given(st.binary(min_size=32, max_size=32))
def test_identities_and_recipients_are_those_of_age(raw):
    identity = identity_of(raw)
    assert str(pyrage.x25519.Identity.from_str(identity)) == identity
    recipient = recipient_of(identity)
    assert recipient_from_bytes(recipient_to_bytes(recipient)) == recipient
    sealed = pyrage.encrypt(b"x", [pyrage.x25519.Recipient.from_str(recipient)])
    assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)]) == b"x"


@pytest.mark.parametrize(
    "wrong", ["", "age1", "1", OWN[:-1], OWN[:-1] + "q", OWN.upper(), OWN.replace("age1", "agf1"), "é" * 62]
)
def test_what_is_no_recipient_is_refused(wrong):
    with pytest.raises(ValueError):
        recipient_to_bytes(wrong)


# -- files ------------------------------------------------------------------------------------------------------


def test_files_read_back(tmp_path):
    path = tmp_path / "l.fkkey"
    path.write_bytes(CARD_SHOWN.to_bytes())
    assert KeyCard.from_file(path) == CARD_SHOWN
    assert Enrolment.from_bytes(ANSWER.to_bytes()) == ANSWER


def test_files_from_before_laptops_had_a_recipient_are_still_read(tmp_path):
    """As they were written by the first version: without the new names in card and statement."""
    public = base64.b64encode(LAPTOP.public).decode()
    path = tmp_path / "old.fkkey"
    path.write_bytes(dumps({"fieldkit": "key 1", "name": "l", "public": public, "epoch": "e1"}))
    old = KeyCard.from_file(path)
    assert old == KeyCard("l", LAPTOP.public, "e1")
    assert old.to_bytes() == path.read_bytes()
    plain = {
        "fieldkit": "enrolment 1", "office": OFFICE.id, "office_public": base64.b64encode(OFFICE.public).decode(),
        "office_name": "o", "division": "", "device": LAPTOP.id, "device_public": public, "name": "l",
        "since": "2026-01-02", "block": [1, 200], "recipients": [],
    }  # fmt: skip
    signature = OFFICE.sign(b"fieldkit enrolment 1\0" + dumps(plain))
    raw = dumps({**plain, "signature": base64.b64encode(signature).decode()})
    word = Enrolment.from_bytes(raw)
    assert (word.device_recipient, word.replaces) == ("", "")
    assert word.to_bytes() == raw
    assert read_enrolment(Scan(enrolment_codes(word))) == word


@pytest.mark.parametrize("name", ["device_recipient", "replaces"])
def test_what_the_office_added_cannot_be_taken_out_or_changed(name):
    data = json.loads(replace(ANSWER, replaces="ab" * 16).signed_by(OFFICE).to_bytes())
    for changed in ({**data, name: OFFICES if name == "device_recipient" else "cd" * 16}, {**data, name: ""}):
        with pytest.raises(SyncError, match=r"enrolment\.bad-signature"):
            Enrolment.from_bytes(dumps(changed))


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"public":""}', b"\xff", ANSWER.to_bytes()])
def test_what_is_no_card_is_refused(tmp_path, raw):
    path = tmp_path / "x.fkkey"
    path.write_bytes(raw)
    with pytest.raises(SyncError, match=r"card\.unreadable"):
        KeyCard.from_file(path)


def test_an_enrolment_takes_a_recipient_once_and_no_other_after_it():
    before = replace(ANSWER, device_recipient="").signed_by(OFFICE)
    assert before.completed(replace(CARD_SHOWN, recipient="")) is before
    after = before.completed(CARD_SHOWN, "ab" * 16)
    assert (after.device_recipient, after.replaces, after.number_block) == (OWN, "ab" * 16, (201, 400))
    assert ANSWER.completed(CARD_SHOWN) is ANSWER
    with pytest.raises(SyncError, match=r"card\.other-recipient"):
        ANSWER.completed(replace(CARD_SHOWN, recipient=OFFICES))


def test_what_two_people_compare_covers_both_keys():
    said = {
        card.spoken()
        for card in (
            CARD_SHOWN,
            replace(CARD_SHOWN, recipient=OFFICES),
            replace(CARD_SHOWN, public=OFFICE.public),
        )
    }
    assert len(said) == 3
    assert len(heard(CARD_SHOWN.spoken())) == 39
    assert replace(CARD_SHOWN, name="x", epoch="00" * 8).spoken() == CARD_SHOWN.spoken()


# -- digits -----------------------------------------------------------------------------------------------------


@EXAMPLES
@given(
    NAMES,
    st.binary(min_size=8, max_size=8),
    st.one_of(st.just(""), RECIPIENTS),
    st.integers(41, LARGEST_PART),
)
def test_a_card_comes_back_from_its_digits_in_any_order(name, epoch, recipient, most):
    card = KeyCard(name, LAPTOP.public, epoch.hex(), recipient)
    parts = card_codes(card, most)
    assert all(len(part) <= most and part.isdigit() for part in parts)
    assert parts or most < 80
    if parts:
        assert read_card(Scan(reversed(parts))) == card
        assert read_card(Scan([spoken(part) for part in parts])) == card


@EXAMPLES
@given(NAMES, NAMES, st.lists(RECIPIENTS, max_size=5), st.integers(1, 9800), st.booleans(), st.randoms())
def test_an_enrolment_comes_back_from_its_digits_with_its_signature(
    name, office, recipients, first, succeeds, dice
):
    word = replace(
        ANSWER, name=name, office_name=office, recipients=tuple(recipients), number_block=(first, first + 199),
        replaces="0f" * 16 if succeeds else "",
    ).signed_by(OFFICE)  # fmt: skip
    parts = list(enrolment_codes(word, 255))
    dice.shuffle(parts)
    assert read_enrolment(Scan(parts)) == word
    assert read_enrolment(Scan(enrolment_codes(word))) == word


def test_a_card_fits_a_code_that_a_small_terminal_shows_and_an_enrolment_one_of_a_large():
    assert [len(part) <= 255 for part in card_codes(CARD_SHOWN)] == [True], "version 5"
    three_stand_ins = replace(ANSWER, recipients=(OFFICES,) * 4, replaces="ab" * 16).signed_by(OFFICE)
    assert [len(part) <= 1022 for part in enrolment_codes(three_stand_ins)] == [True], "version 13"


def test_full_width_digits_and_space_around_them_are_read():
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    [part] = card_codes(CARD_SHOWN)
    assert read_card(Scan([f"  {part.translate(wide)}\r\n"])) == CARD_SHOWN


def test_every_wrong_digit_and_every_swap_of_neighbours_is_found():
    for part in (*card_codes(CARD_SHOWN), *enrolment_codes(ANSWER, 255)):
        for place, right in enumerate(part):
            for digit in "0123456789":
                if digit != right:
                    with pytest.raises(SyncError):
                        Scan([part[:place] + digit + part[place + 1 :]])
            swapped = part[:place] + part[place : place + 2][::-1] + part[place + 2 :]
            if swapped != part:
                with pytest.raises(SyncError):
                    Scan([swapped])


def test_every_flipped_bit_of_a_message_is_refused():
    """Behind checks that fit, as only somebody who means it would make them: the hash, then the signature, finds it."""
    message = Scan(enrolment_codes(ANSWER)).message(ENROLMENT)
    for bit in range(8 * len(message)):
        flipped = bytearray(message)
        flipped[bit // 8] ^= 1 << bit % 8
        assert refusal(codes(ENROLMENT, bytes(flipped))).code in {"enrolment.bad-signature", "digits.damaged"}


def test_parts_of_two_messages_with_the_same_tag_are_found_by_the_hash():
    first = codes(CARD, b"a" * 90, 127)
    for n in range(100_000):
        second = codes(CARD, b"b" * 80 + b"%010d" % n, 127)
        if second[0][:7] == first[0][:7] and len(second) == len(first):
            break
    assert refusal([first[0], second[1]], read_card).code == "digits.damaged"


def test_a_damaged_part_is_named():
    parts = enrolment_codes(ANSWER, 255)
    assert len(parts) == 3
    scan = Scan([parts[2]])
    assert (scan.read, scan.missing, scan.complete) == ((3,), (1, 2), False)
    wrong = parts[1][:50] + str((int(parts[1][50]) + 1) % 10) + parts[1][51:]
    with pytest.raises(SyncError) as told:
        scan.add(wrong)
    assert (told.value.code, told.value.params["part"]) == ("digits.misread", 2)
    with pytest.raises(SyncError) as told:
        scan.add(parts[1][:-4])
    assert (told.value.code, told.value.params["part"]) == ("digits.incomplete", 2)
    with pytest.raises(SyncError) as told:
        read_enrolment(scan)
    assert (told.value.code, told.value.params["parts"]) == ("digits.missing", [1, 2])
    for part in (parts[2], parts[1], parts[0]):
        scan.add(part)
    assert read_enrolment(scan) == ANSWER


def test_parts_of_another_code_and_the_other_kind_are_told_apart():
    mine, other = (enrolment_codes(replace(ANSWER, name=name).signed_by(OFFICE), 255) for name in ("a", "b"))
    assert refusal([mine[0], other[1]]).code == "digits.other-code"
    assert refusal(card_codes(CARD_SHOWN)).code == "digits.is-card"
    assert refusal(enrolment_codes(ANSWER), read_card).code == "digits.is-enrolment"
    assert refusal([]).code == "digits.nothing"
    assert refusal(["12345678901234567890"]).code == "digits.unknown"
    told = refusal([enrolment_codes(ANSWER)[0][:100] + "o" + "1" * 50])
    assert (told.code, told.params) == ("digits.not-digits", {"found": "o", "place": 101})


def test_an_enrolment_whose_signature_is_anothers_is_refused():
    forged = replace(ANSWER, signature=LAPTOP.sign(b"x"))
    assert refusal(enrolment_codes(forged)).code == "enrolment.bad-signature"


def test_what_has_no_place_in_the_digits_is_not_shown():
    assert card_codes(replace(CARD_SHOWN, epoch="e1")) == ()
    assert card_codes(replace(CARD_SHOWN, epoch="abcd")) == ()
    assert card_codes(replace(CARD_SHOWN, name="长" * 600)) == ()
    assert card_codes(CARD_SHOWN, 12) == ()
    assert enrolment_codes(replace(ANSWER, since="then")) == ()
    assert enrolment_codes(replace(ANSWER, name="长" * 100)) == ()
    assert enrolment_codes(replace(ANSWER, number_block=(1, 70000))) == ()


# -- read aloud -------------------------------------------------------------------------------------------------


def test_the_group_that_was_misheard_is_named():
    groups = spoken(card_codes(CARD_SHOWN)[0]).split()
    for place, group in enumerate(groups):
        for at in range(len(group)):
            wrong = group[:at] + str((int(group[at]) + 3) % 10) + group[at + 1 :]
            told = refusal([" ".join([*groups[:place], wrong, *groups[place + 1 :]])], read_card)
            assert (told.code, told.params) == ("digits.group", {"number": place + 1, "group": wrong})
    swapped = [groups[0], groups[2], groups[1], *groups[3:]]
    assert refusal([" ".join(swapped)], read_card).params["number"] == 2


def test_groups_are_heard_in_as_many_lines_as_it_takes():
    groups = spoken(card_codes(CARD_SHOWN)[0]).split()
    scan = Scan()
    for at in range(0, len(groups), 7):
        assert scan.groups == at
        with pytest.raises(SyncError, match=r"digits\.group"):
            scan.add("123456 123456")
        scan.add(" ".join(groups[at : at + 7]))
    assert read_card(scan) == CARD_SHOWN
    again = Scan([" ".join(groups[:7]), " ".join(groups[:7])])
    assert again.groups == 7, "begun again"
    for group in groups[7:]:
        again.add(group)
    assert read_card(again) == CARD_SHOWN


@EXAMPLES
@given(st.text("0123456789", max_size=300))
def test_what_is_spoken_is_heard(digits):
    said = spoken(digits)
    if len(digits) % 5 != 0 or digits:
        assert heard(said) == digits


# -- whatever comes in -------------------------------------------------------------------------------------------

_SOME = [*card_codes(CARD_SHOWN, 127), *enrolment_codes(ANSWER, 255), spoken(card_codes(CARD_SHOWN)[0])]
_CUT = st.tuples(st.sampled_from(_SOME), st.integers(0, 300), st.integers(0, 300), st.text(max_size=20)).map(
    lambda drawn: drawn[0][: drawn[1]] + drawn[3] + drawn[0][drawn[2] :]
)


@settings(max_examples=400, deadline=2000)
@given(st.lists(st.one_of(st.text(), st.text("0123456789 １²٣"), st.sampled_from(_SOME), _CUT), max_size=8))
def test_whatever_is_read_only_syncerror_comes_of_it(lines):
    scan = Scan()
    for line in lines:
        try:
            scan.add(line)
        except SyncError:
            continue
    for read, shown in ((read_card, CARD_SHOWN), (read_enrolment, ANSWER)):
        try:
            assert read(scan) == shown
        except SyncError as error:
            assert error.code.startswith("digits.")


@settings(max_examples=200, deadline=2000)
@given(st.sampled_from([CARD, ENROLMENT]), st.binary(max_size=700))
def test_whatever_message_is_behind_good_checks_only_syncerror_comes_of_it(kind, message):
    for read in (read_card, read_enrolment):
        try:
            card = read(Scan(codes(kind, message)))
        except SyncError:
            continue
        assert isinstance(card, KeyCard)
        assert read_card(Scan(card_codes(card))).public == card.public


@pytest.mark.parametrize(
    "line", ["1" * 10**7, "1 " * 10**6, "１" * 10**6, "1191000999" + "9" * 1001, "﷽" * 10**6]
)
def test_very_long_lines_are_refused_at_once(line):
    begun = time.perf_counter()
    refusal([line], read_card)
    assert time.perf_counter() - begun < 1


def test_the_longest_message_that_parts_can_claim_is_refused_at_once():
    parts = [f"119{n}000999" + "9" * 999 for n in range(1, 10)]
    parts = [part + f"{98 - int(part) * 100 % 97:02}" for part in parts]
    begun = time.perf_counter()
    assert refusal(parts, read_card).code == "digits.damaged"
    assert time.perf_counter() - begun < 1


# -- the document ------------------------------------------------------------------------------------------------


def test_the_vector_in_the_document_is_true():
    text = (Path(__file__).parents[2] / "docs" / "bundle-format.md").read_text(encoding="utf-8")
    vector = text[text.index("A test vector") :].split("```")[1].split("\n")[1:-1]
    shown = dict(zip(vector[::2], vector[1::2], strict=True))
    assert shown == {
        "card": card_codes(CARD_SHOWN)[0],
        "spoken to compare": CARD_SHOWN.spoken(),
        "enrolment": enrolment_codes(ANSWER)[0],
    }
