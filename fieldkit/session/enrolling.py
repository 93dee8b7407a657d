"""Enrolling this laptop: what it shows the office, and taking the office's answer, scanned, typed or from a stick."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Exchange
from fieldkit.i18n import _
from sync import ENROLMENT_SUFFIX, KeyCard, Scan, SyncError, card_codes

_FEWEST_DIGITS = 13
"""Digits of the shortest code; what is shorter is a name."""

_LONGEST_NAME = 200


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
    """What became of a line that was scanned or typed: the laptop is enrolled now, or parts of the code are missing.

    groups: how many groups were heard of a part that is being read aloud. anew: the part was of another code than those
    before, which are forgotten.
    """

    enrolled: bool
    groups: int = 0
    read: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    anew: bool = False


class Enrolling:
    """The key card of one laptop, and its way to an enrolment."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._device = exchange.device
        self._scan = Scan()

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
        self._scan = Scan()
        return self._device.renew()

    def take(self, typed: str) -> Taken:
        """Take a line: a part of the office's answer in digits, or the path of its file or of a folder with it.

        Raises FieldkitError with the words of every refusal.
        """
        with _in_words():
            if are_digits(typed) or (self._scan.groups and "".join(typed.split()).isdigit()):
                return self._take_digits(typed)
            self._take_file(Path(typed.strip()).expanduser())
            return Taken(enrolled=True)

    def _take_digits(self, line: str) -> Taken:
        anew = False
        try:
            self._scan.add(line)
        except SyncError as error:
            if error.code != "digits.other-code":
                raise
            self._scan, anew = Scan([line]), True
        if not self._scan.complete:
            scan = self._scan
            return Taken(False, scan.groups, scan.read, scan.missing, anew)
        whole, self._scan = self._scan, Scan()
        self.take_scan(whole)
        return Taken(enrolled=True, anew=anew)

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


def are_digits(typed: str) -> bool:
    """Whether a line is meant as digits and not as the name of a file: most of it is digits, and no file has its name.

    A letter that an input method left among them makes it no name.
    """
    text = typed.strip()
    digits = sum(sign.isdigit() for sign in text)
    if digits < _FEWEST_DIGITS or 2 * digits < len(text) or any(sign in text for sign in "/\\."):
        return False
    return len(text) > _LONGEST_NAME or not Path(text).exists()


@contextmanager
def _in_words() -> Iterator[None]:
    """Refusals of sync as those of fieldkit, which screens know."""
    try:
        yield
    except SyncError as error:
        raise FieldkitError(error.code, **error.params) from error
