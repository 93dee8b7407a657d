"""Age identities and recipients (C2SP age, X25519) as text and as 32 bytes.

The text is Bech32 (BIP 173), the recipient under `age`, the identity under `AGE-SECRET-KEY-`, in capitals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

LENGTH = 32
"""Bytes of a key."""

_RECIPIENT = "age"
_IDENTITY = "age-secret-key-"
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK = 6


def identity_of(raw: bytes) -> str:
    """The identity whose secret is these 32 bytes; keep it sealed."""
    return _bech32(_IDENTITY, raw).upper()


def recipient_to_bytes(recipient: str) -> bytes:
    """The 32 bytes of a recipient. Raises ValueError for what is no recipient."""
    prefix, _, data = recipient.rpartition("1")
    values = [_LETTERS.find(letter) for letter in data]
    whole = prefix == _RECIPIENT and -1 not in values and _polymod([*_expanded(prefix), *values]) == 1
    raw = bytes(_regrouped(values[:-_CHECK], 5, 8)) if whole else b""
    if len(raw) != LENGTH or recipient_from_bytes(raw) != recipient:
        raise ValueError(f"{recipient!r} is not an age recipient")
    return raw


def recipient_from_bytes(raw: bytes) -> str:
    """The recipient of these 32 bytes."""
    return _bech32(_RECIPIENT, raw)


def _bech32(prefix: str, raw: bytes) -> str:
    values = list(_regrouped(raw, 8, 5))
    if len(raw) * 8 % 5:
        values.append(raw[-1] << (5 - len(raw) * 8 % 5) & 31)
    check = _polymod([*_expanded(prefix), *values, *[0] * _CHECK]) ^ 1
    values += [check >> 5 * (_CHECK - 1 - n) & 31 for n in range(_CHECK)]
    return f"{prefix}1" + "".join(_LETTERS[value] for value in values)


def _expanded(prefix: str) -> list[int]:
    return [*(ord(letter) >> 5 for letter in prefix), 0, *(ord(letter) & 31 for letter in prefix)]


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for n, generator in enumerate(_GENERATOR):
            check ^= generator if top >> n & 1 else 0
    return check


def _regrouped(values: Iterable[int], width: int, wanted: int) -> Iterator[int]:
    """Bits in groups of another width; what does not fill a group is left out."""
    held = bits = 0
    for value in values:
        held = (held << width | value) & 0xFFF
        bits += width
        while bits >= wanted:
            bits -= wanted
            yield held >> bits & ((1 << wanted) - 1)
