"""Bytes as digits: what a scanner types, a QR code holds in little room, and a person can read aloud.

Input methods swallow letters, and only digits have the same key on every keyboard. A message is a code of up to nine
parts, each a line of digits by itself, read in any order:

    version 1, kind, how many parts, which part, tag 3 (the same in every part), length 3, digits of the message, check 2

The check is ISO 7064 MOD 97-10 over the whole part: it finds every wrong digit and every two neighbours that changed
places. The digits of all parts together are one number: the message and the first four bytes of the SHA-256 of kind and
message, big-endian.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator

from sync.errors import SyncError

CARD = "1"
ENROLMENT = "2"
LARGEST_PART = 1011
"""Digits of the longest part."""

_NAMES = {CARD: "card", ENROLMENT: "enrolment"}
_VERSION = "1"
_HEAD = 10
_CHECK = 2
_MOST_PARTS = 9
_HASH = 4
_LARGEST = 1500
"""Bytes of the longest message with its hash; the number that it is stays below what Python reads at once."""

_GROUP = 5
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def codes(kind: str, message: bytes, most: int = LARGEST_PART) -> tuple[str, ...]:
    """A message as digits, in parts of at most `most` digits; no part at all where nine would not do.

    kind: CARD or ENROLMENT.
    """
    digest = hashlib.sha256(kind.encode("ascii") + message).digest()
    raw = message + digest[:_HASH]
    if len(raw) > _LARGEST:
        return ()
    body = f"{int.from_bytes(raw, 'big'):0{_length(len(raw))}}"
    room = min(most, LARGEST_PART) - _HEAD - _CHECK
    total = -(-len(body) // room) if room > 0 else _MOST_PARTS + 1
    if total > _MOST_PARTS:
        return ()
    tag = _tag(digest)
    size = -(-len(body) // total)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    heads = [f"{_VERSION}{kind}{len(pieces)}{n}{tag}" for n in range(1, len(pieces) + 1)]
    return tuple(_checked(f"{head}{len(piece):03}{piece}") for head, piece in zip(heads, pieces, strict=True))


class Scan:
    """The parts of one code, as they are read. `kind` and `total` are "" and 0 until a part was read."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.kind = ""
        self.total = 0
        self._tag = ""
        self._parts: dict[int, str] = {}
        self._heard = ""
        for line in lines:
            self.add(line)

    def add(self, line: str) -> None:
        """Take one part, as it was scanned or typed, or some groups of one as they were read aloud; the same part
        again is harmless.

        Raises SyncError("digits.not-digits"), ("digits.group"), ("digits.unknown"), ("digits.incomplete"),
        ("digits.misread"), ("digits.other-code"); then what was read before is still held.
        """
        text = unicodedata.normalize("NFKC", line[: 2 * LARGEST_PART]).strip()
        if len(text.split()) > 1 or (self._heard and len(text) <= _GROUP + 1):
            text = self._hear(text)
            if self._heard:
                return
        self._heard = ""
        self._take(_digits_only(text))

    def _hear(self, text: str) -> str:
        """A part whose last groups these are; else they are kept, to be gone on with or begun again."""
        try:
            digits = self._heard + heard(text, self.groups)
        except SyncError:
            begun_again = len(text) > _HEAD and text[0] == _VERSION and text[1] in _NAMES
            if not begun_again:
                raise
            digits = heard(text)
        self._heard = ""
        if len(digits) % _GROUP == 0 and len(digits) < (_expected(digits) if len(digits) >= _HEAD else _HEAD):
            self._heard = digits
        return digits

    def _take(self, part: str) -> None:
        """Take a whole part."""
        if len(part) < _HEAD or part[0] != _VERSION or part[1] not in _NAMES:
            raise SyncError("digits.unknown", digits=_short(part))
        kind, total, number, tag = part[1], int(part[2]), int(part[3]), part[4:7]
        is_part, expected = 1 <= number <= total, _expected(part)
        if len(part) != expected:
            if not is_part:
                raise SyncError("digits.unknown", digits=_short(part))
            raise SyncError("digits.incomplete", part=number, total=total, found=len(part), expected=expected)
        if int(part) % 97 != 1 or not is_part:
            raise SyncError("digits.misread", part=number, total=total)
        if self._parts and (kind, total, tag) != (self.kind, self.total, self._tag):
            raise SyncError("digits.other-code", part=number, total=total)
        self.kind, self.total, self._tag = kind, total, tag
        self._parts[number] = part[_HEAD:-_CHECK]

    @property
    def groups(self) -> int:
        """How many groups were heard of the part that is being read aloud, 0 for none."""
        return len(self._heard) // _GROUP

    @property
    def read(self) -> tuple[int, ...]:
        """The parts that were read."""
        return tuple(sorted(self._parts))

    @property
    def missing(self) -> tuple[int, ...]:
        """The parts that are still to be read."""
        return tuple(n for n in range(1, self.total + 1) if n not in self._parts)

    @property
    def complete(self) -> bool:
        """Whether all parts were read."""
        return bool(self._parts) and not self.missing

    def message(self, kind: str) -> bytes:
        """The message, which must be of this kind.

        Raises SyncError("digits.nothing"), ("digits.missing"), ("digits.damaged"), ("digits.is-card"),
        ("digits.is-enrolment").
        """
        if not self._parts:
            raise SyncError("digits.nothing")
        if self.kind != kind:
            raise SyncError(f"digits.is-{_NAMES[self.kind]}")
        if self.missing:
            raise SyncError("digits.missing", parts=list(self.missing), total=self.total)
        raw = _bytes_of("".join(self._parts[n] for n in self.read))
        digest = hashlib.sha256(self.kind.encode("ascii") + raw[:-_HASH]).digest()
        if raw[-_HASH:] != digest[:_HASH] or self._tag != _tag(digest):
            raise SyncError("digits.damaged", total=self.total)
        return raw[:-_HASH]


def spoken(digits: str) -> str:
    """Digits in groups of five that can be read aloud, each with a check digit at its end.

    The check digit (Damm) finds every wrong digit, two neighbours that changed places, and a group in the wrong place.
    """
    groups = [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
    return " ".join(group + _damm(group, place) for place, group in enumerate(groups))


def heard(text: str, before: int = 0) -> str:
    """The digits of groups that were read aloud, after so many groups before them.

    Raises SyncError("digits.group") naming the first that is wrong.
    """
    groups = text.split()
    for place, group in enumerate(groups, before):
        last = place == before + len(groups) - 1
        fits = len(group) == _GROUP + 1 or (last and 1 < len(group) <= _GROUP)
        if not fits or not _is_digits(group) or _damm(group[:-1], place) != group[-1]:
            raise SyncError("digits.group", number=place + 1, group=group[: 2 * _GROUP])
    return "".join(group[:-1] for group in groups)


def _expected(part: str) -> int:
    """How long a part says that it is."""
    return _HEAD + int(part[7:_HEAD]) + _CHECK


def _digits_only(text: str) -> str:
    if not _is_digits(text):
        place = next((n for n, sign in enumerate(text) if not _is_digits(sign)), 0)
        raise SyncError("digits.not-digits", found=text[place : place + 1], place=place + 1)
    return text


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _short(digits: str) -> str:
    return digits if len(digits) <= _HEAD else f"{digits[:_HEAD]}..."


def _tag(digest: bytes) -> str:
    return f"{int.from_bytes(digest[_HASH : _HASH + 4], 'big') % 1000:03}"


def _checked(digits: str) -> str:
    return f"{digits}{98 - int(digits) * 100 % 97:02}"


def _length(size: int) -> int:
    """Digits of the largest number of so many bytes."""
    return len(str(256**size - 1))


def _bytes_of(digits: str) -> bytes:
    """The bytes that so many digits stand for, no bytes for digits that stand for none."""
    for size in _sizes(len(digits)):
        number = int(digits)
        if _length(size) == len(digits) and number < 256**size:
            return number.to_bytes(size, "big")
    return b""


def _sizes(length: int) -> Iterator[int]:
    """The numbers of bytes that may take so many digits: 2.4 digits are a byte."""
    about = length * 1000 // 2409
    return (size for size in (about, about + 1) if _HASH < size <= _LARGEST)


def _damm(digits: str, place: int) -> str:
    """The check digit of a group. Where the group stands is where the reckoning begins."""
    state = place % 10
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)
