"""Enrolling this laptop: what it shows the office, and taking the office's answer, scanned, typed or from a stick."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Exchange
from fieldkit.i18n import _
from fieldkit.mounted import mounts
from fieldkit.session.code_parts import NOTHING_HEARD, CodeParts, Heard
from sync import CARD_SUFFIX, ENROLMENT_SUFFIX, KeyCard, Scan, SyncError, card_codes

_SHORT = 8
"""Signs of a laptop's id in the name of a file."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The office this laptop is enrolled with, since when (ISO 8601), and its household numbers.

    replaces: the id of the laptop it stands in for, or "".
    """

    office: str
    since: str
    first: int
    last: int
    replaces: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a line that was scanned or typed: the laptop is enrolled now, or parts of the code are missing."""

    enrolled: bool
    heard: Heard = NOTHING_HEARD


class Enrolling:
    """The key card of one laptop, and its way to an enrolment."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._device = exchange.device
        self._parts = CodeParts()

    @property
    def card(self) -> KeyCard:
        """What the office needs: name, keys, `spoken` to compare. Raises StoreError."""
        return self._device.card()

    def codes(self, most: int) -> tuple[str, ...]:
        """The card as digits, in parts of at most `most`; none where it does not fit nine. Raises StoreError."""
        return card_codes(self._device.card(), most)

    @property
    def standing(self) -> Standing | None:
        """With whom it is enrolled, None before that."""
        word = self._device.enrolment
        if word is None:
            return None
        return Standing(word.office_name, word.since, *word.number_block, word.replaces)

    def renew(self) -> str:
        """Take a new key; give the id of the one before. Raises FieldkitError("key.never-enrolled"), StoreError."""
        self._parts.forget()
        return self._device.renew()

    def take(self, typed: str) -> Taken:
        """Take a line: a part of the office's answer in digits, or the path of its file or of a folder with it.

        Raises FieldkitError with the words of every refusal.
        """
        with _in_words():
            if self._parts.takes(typed):
                return self._take_digits(typed)
            self._take_file(Path(typed.strip()).expanduser())
            return Taken(enrolled=True)

    def take_from_stick(self) -> Taken:
        """Take the office's answer from a stick that is in. Raises FieldkitError("enrolment.no-stick"), ("enrolment.none"), and
        the words of every refusal.
        """
        sticks = _sticks()
        holding = [stick for stick in sticks if any(stick.rglob(f"*{ENROLMENT_SUFFIX}"))]
        with _in_words():
            self._take_file((holding or sticks)[0])
        return Taken(enrolled=True)

    def write_card(self) -> Path:
        """Write the card onto a stick that is in, for an office without a scanner; give the file.

        Raises FieldkitError("enrolment.no-stick"), those of a medium, StoreError.
        """
        path = _sticks()[0] / f"{self.card.device[:_SHORT]}{CARD_SUFFIX}"
        with _in_words():
            self._device.write_card(path)
        return path

    def _take_digits(self, line: str) -> Taken:
        heard = self._parts.add(line)
        if heard.whole is not None:
            self.take_scan(heard.whole)
        return Taken(heard.whole is not None, heard)

    def take_scan(self, scan: Scan) -> str:
        """Take a code that was read; give the office's name. Raises SyncError, FieldkitError."""
        return self._exchange.enrol_by(scan, _("The scanned answer")).office_name

    def _take_file(self, path: Path) -> None:
        """Take a file, or of a folder the first that is for this laptop."""
        if not path.is_dir():
            self._exchange.enrol(path)
            return
        for each in sorted(path.rglob(f"*{ENROLMENT_SUFFIX}")):
            try:
                self._exchange.enrol(each)
            except FieldkitError as error:
                if error.code != "enrolment.other-device":
                    raise
            else:
                return
        raise FieldkitError("enrolment.none", path=str(path))


def _sticks() -> list[Path]:
    """The sticks that are in, at least one. Raises FieldkitError("enrolment.no-stick")."""
    sticks = mounts()
    if not sticks:
        raise FieldkitError("enrolment.no-stick")
    return sticks


@contextmanager
def _in_words() -> Iterator[None]:
    """Refusals of sync as those of fieldkit, which screens know."""
    try:
        yield
    except SyncError as error:
        raise FieldkitError(error.code, **error.params) from error
