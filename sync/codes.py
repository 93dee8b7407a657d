"""Key cards and enrolments as digits (`sync.digits`): small enough for a QR code in a terminal, nothing left out.

    card         public key 32, recipient 32 (zeros: none), epoch 8, name in UTF-8 to the end
    enrolment    signature 64, office's key 32, laptop's key 32, laptop's recipient 32 (zeros: none),
                 first number 2, last number 2, day 4 (1 is 0001-01-01), id of the laptop it replaces 16 (zeros: none),
                 how many recipients 1, recipients 32 each; then length 1 and UTF-8 of: office's name, division, name

Numbers are big-endian. The signature is that of the file: the reader makes the same statement of it.
"""

from __future__ import annotations

import struct
import unicodedata
from datetime import date

from sync.digits import CARD, ENROLMENT, LARGEST_PART, Scan, codes
from sync.enrolment import Enrolment, KeyCard
from sync.errors import SyncError
from sync.keys import key_id
from sync.recipients import LENGTH, recipient_from_bytes, recipient_to_bytes

_NONE = bytes(LENGTH)
_CARD = struct.Struct(">32s32s8s")
_ENROLMENT = struct.Struct(">64s32s32s32sHHI16sB")
_LONGEST_TEXT = 255


def card_codes(card: KeyCard, most: int = LARGEST_PART) -> tuple[str, ...]:
    """A card as digits, in parts of at most `most`; none where it does not fit nine, or holds what has no place here."""
    try:
        message = _CARD.pack(card.public, _recipient(card.recipient), bytes.fromhex(card.epoch))
    except ValueError:
        return ()
    return codes(CARD, message + _utf8(card.name), most) if len(bytes.fromhex(card.epoch)) == 8 else ()


def read_card(scan: Scan) -> KeyCard:
    """The card of digits that were read. Raises SyncError("digits.…")."""
    message = scan.message(CARD)
    try:
        public, recipient, epoch = _CARD.unpack_from(message)
        name = message[_CARD.size :].decode("utf-8")
    except (struct.error, ValueError) as error:
        raise SyncError("digits.damaged", total=scan.total) from error
    return KeyCard(name, public, epoch.hex(), recipient_from_bytes(recipient) if recipient != _NONE else "")


def enrolment_codes(enrolment: Enrolment, most: int = LARGEST_PART) -> tuple[str, ...]:
    """An enrolment as digits, in parts of at most `most`; none where it does not fit nine, or holds what has no place
    here.
    """
    texts = [_utf8(each) for each in (enrolment.office_name, enrolment.division, enrolment.name)]
    try:
        recipients = b"".join(_recipient(each) for each in enrolment.recipients)
        head = _ENROLMENT.pack(
            enrolment.signature, enrolment.office_public, enrolment.device_public,
            _recipient(enrolment.device_recipient), *enrolment.number_block,
            date.fromisoformat(enrolment.since).toordinal(), bytes.fromhex(enrolment.replaces),
            len(enrolment.recipients),
        )  # fmt: skip
    except (ValueError, struct.error):
        return ()
    if any(len(text) > _LONGEST_TEXT for text in texts):
        return ()
    message = head + recipients + b"".join(bytes([len(text)]) + text for text in texts)
    return codes(ENROLMENT, message, most)


def read_enrolment(scan: Scan, source: str = "") -> Enrolment:
    """The enrolment of digits that were read, its signature verified. source: what to call them in a refusal.

    Raises SyncError("digits.…"), ("enrolment.bad-signature").
    """
    message = scan.message(ENROLMENT)
    try:
        made = _enrolment(message)
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        raise SyncError("digits.damaged", total=scan.total) from error
    if not made.is_genuine():
        raise SyncError("enrolment.bad-signature", path=source)
    return made


def _enrolment(message: bytes) -> Enrolment:
    signature, office, device, recipient, first, last, day, replaced, count = _ENROLMENT.unpack_from(message)
    end = _ENROLMENT.size + count * LENGTH
    recipients = [message[at : at + LENGTH] for at in range(_ENROLMENT.size, end, LENGTH)]
    office_name, end = _text(message, end)
    division, end = _text(message, end)
    name, end = _text(message, end)
    if end != len(message):
        raise ValueError("more than an enrolment")
    return Enrolment(
        office=key_id(office), office_public=office, office_name=office_name, division=division,
        device=key_id(device), device_public=device, name=name, since=date.fromordinal(day).isoformat(),
        number_block=(first, last), recipients=tuple(map(recipient_from_bytes, recipients)),
        device_recipient=recipient_from_bytes(recipient) if recipient != _NONE else "",
        replaces=replaced.hex() if any(replaced) else "", signature=signature,
    )  # fmt: skip


def _recipient(recipient: str) -> bytes:
    return recipient_to_bytes(recipient) if recipient else _NONE


def _utf8(text: str) -> bytes:
    # The form that canonical JSON gives text, so that the statement is the same either way.
    return unicodedata.normalize("NFC", text).encode("utf-8")


def _text(message: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    end = at + 1 + message[at]
    if end > len(message):
        raise ValueError("it breaks off")
    return message[at + 1 : end].decode("utf-8"), end
