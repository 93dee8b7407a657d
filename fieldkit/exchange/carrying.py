"""From laptop to laptop by stick, without the office: what others wrote there is taken, then what is here is written.

Nothing is taken that the office's word for its author does not prove, and nothing that was taken counts as safe until the
office itself says that it holds it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange.device import Device
from fieldkit.exchange.diary import Diary, What
from fieldkit.exchange.event_records import (
    EVENT,
    PARTICIPANT,
    event_revisions,
    is_number,
    latest_events,
    left_here,
    running_number,
)
from fieldkit.exchange.handed import BARE, NEIGHBOUR, Arriving, arriving, forget_copies, keep
from fieldkit.exchange.kept import KeptRecords
from fieldkit.exchange.neighbours import LATELY, Neighbours
from fieldkit.store import Workspace
from sync import (
    CARRY_SUFFIX,
    Carried,
    CarrySummary,
    Enrolment,
    Introduction,
    Left,
    Revision,
    SyncError,
    open_carried,
    proven,
    read_introduction,
    write_carry,
)


@dataclass(frozen=True, slots=True)
class Came:
    """What one file on the stick brought. knows_us: it is sealed for this laptop; False for an introduction alone.

    records, revisions: that are new here. conflicts: records among those it touched that now say two things. unfit:
    revisions that were left aside since their author is not proven. returned: own revisions that this laptop had lost.
    """

    path: Path
    sender: str
    sha256: str
    knows_us: bool
    records: int = 0
    revisions: int = 0
    conflicts: int = 0
    unfit: int = 0
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Carry:
    """One exchange with a stick. refused: files that were not taken, with the reason. written: this laptop's files; names
    of those they are sealed for: `readers`, none where it introduces itself alone. keyless: laptops that nothing can be sealed
    for, as they were enrolled before there were keys for it. failing: why nothing was written after what came, or what this laptop could not keep on its own disk.
    """

    came: tuple[Came, ...]
    refused: tuple[tuple[str, FieldkitError], ...]
    written: tuple[CarrySummary, ...]
    readers: tuple[str, ...]
    keyless: tuple[str, ...]
    failing: FieldkitError | None = None


class Carrying:
    """The carries of one workspace. kept: its records. now: gives aware datetimes."""

    def __init__(
        self,
        kept: KeptRecords,
        workspace: Workspace,
        device: Device,
        diary: Diary,
        now: Callable[[], datetime],
    ) -> None:
        self._kept = kept
        self._workspace = workspace
        self._device = device
        self._diary = diary
        self._now = now
        self.neighbours = Neighbours(workspace, device)

    def carry(self, folder: Path, event: str = "") -> Carry:
        """Take what other laptops of this office wrote to `folder`, then write what is here of an event, by its number
        (default: of all events of the last day there is one), and read it back.

        Where a file is refused, or this laptop's own disk or the stick takes nothing more, the rest is done and that is told.
        Raises FieldkitError("carry.not-enrolled"), ("carry.bad-event"), SyncError("medium.…"), ("carry.too-large").
        """
        word = self._device.enrolment
        if word is None:
            raise FieldkitError("carry.not-enrolled")
        if event and not is_number(event):
            raise FieldkitError("carry.bad-event", event=event)
        came: list[Came] = []
        refused: list[tuple[str, FieldkitError]] = []
        for path in sorted(folder.glob(f"*{CARRY_SUFFIX}")):
            try:
                found = self._take(path, word)
            except SyncError as error:
                refused.append((path.name, FieldkitError(error.code, **error.params)))
            except FieldkitError as error:
                refused.append((path.name, error))
            else:
                came += [found] if found else []
        met = self.neighbours.met(self._now().date())
        readers = [each for each in met if each.device_recipient]
        written: list[CarrySummary] = []
        failing: FieldkitError | None = None
        try:
            written, failing = self._write(folder, word, event, readers)
        except SyncError as error:
            if not came and not refused:
                raise
            failing = FieldkitError(error.code, **error.params)
        keyless = tuple(each.name for each in met if not each.device_recipient)
        names = tuple(each.name for each in readers)
        return Carry(tuple(came), tuple(refused), tuple(written), names, keyless, failing)

    def left_elsewhere(self, village: str, date: str) -> int:
        """How many people other laptops say came and left without registering, of a village ("" for all) and a day, as far
        as the sticks have told.
        """
        counts = (each for left in self.neighbours.left() for each in left.days)
        return sum(count for place, day, count in counts if day == date and village in {"", place})

    # -- taking -------------------------------------------------------------------------------------------

    def _take(self, path: Path, word: Enrolment) -> Came | None:
        """Take one file, in one commit; None for one of this laptop, unless it has forgotten what it wrote there.

        Raises SyncError, FieldkitError, StoreError.
        """
        introduction = read_introduction(path)
        sender = introduction.sender
        if sender.office != word.office:
            raise FieldkitError("carry.other-office", path=path.name, office=sender.office_name)
        opened = self._opened(introduction)
        told = opened or Carried()
        authors = {each.device: each for each in told.authors if each.office == word.office}
        words = authors | self.neighbours.words() | {sender.device: sender}
        keys = {device: each.device_public for device, each in words.items()}
        table = self._workspace.revisions
        known = {revision for revision, bare in table.columns("id", BARE) if not bare}
        proved, unfit = proven(told.revisions, keys, known)
        arrived = arriving(self._workspace, proved, NEIGHBOUR, self.neighbours.own)
        if arrived.bare:
            forget_copies(self._workspace)
        with self._device.batch():
            self.neighbours.meet(sender, self._now().date(), authors.values(), told.left)
            keep(self._workspace, arrived)
            returned = self._learn(arrived)
            if arrived.new:
                moment = self._now().isoformat(timespec="seconds")
                self._diary.note(
                    What.NEIGHBOUR, moment, len(arrived.new), file=path.name, sha256=introduction.sha256
                )
        if sender.device in self.neighbours.own and not arrived.new:
            return None
        touched = {each.envelope.record for each in arrived.new}
        return Came(
            path, sender.name, introduction.sha256, opened is not None, len(touched), len(arrived.new),
            self._conflicts(touched), unfit, returned,
        )  # fmt: skip

    def _opened(self, introduction: Introduction) -> Carried | None:
        """What is sealed, None where it is not for this laptop. Raises SyncError("carry.unreadable")."""
        try:
            return open_carried(introduction, self._device.identity) if introduction.sealed else None
        except SyncError as error:
            if error.code == "carry.not-for-us":
                return None
            raise

    def _learn(self, arrived: Arriving) -> int:
        """Go on after what came, in a new chain where this laptop had made some of it and lost it; give how much of that."""
        now = int(self._now().timestamp() * 1000)
        for each in arrived.new:
            self._device.clock.observe(each.envelope.hlc, now)
        if arrived.new:
            self._device.remember(hlc=self._device.clock.last)
        own = [each for each in arrived.new if each.envelope.device in self.neighbours.own]
        place = self._device.key.id, self._device.epoch
        if any((each.envelope.device, each.envelope.epoch) == place for each in own):
            self._device.begin_epoch()
            self._diary.note(What.ROLLBACK, self._now().isoformat(timespec="seconds"), len(own))
        self._device.skip_participants(max(map(running_number, own), default=0))
        return len(own)

    def _conflicts(self, touched: set[str]) -> int:
        """How many of these records say two things."""
        counts = Counter(record for (record,) in self._workspace.revisions.columns("record"))
        records = (self._kept.record(each) for each in touched if counts[each] > 1)
        return sum(bool(each.conflicts) for each in records if each is not None)

    # -- writing ------------------------------------------------------------------------------------------

    def _write(
        self, folder: Path, word: Enrolment, event: str, readers: Iterable[Enrolment]
    ) -> tuple[list[CarrySummary], StoreError | None]:
        """Write one file for each event, or an introduction where nobody is known yet or there is no event."""
        recipients = [each.device_recipient for each in readers]
        if recipients:  # and for itself, should its disk be set back before anybody has taken it
            recipients.append(self._device.card().recipient)
        words = self.neighbours.words()
        authors = tuple(each for device, each in words.items() if device != word.device)
        left = (self._left(), *self.neighbours.left())
        events = [event] if event else latest_events(self._kept.records(EVENT))
        name = f"carry-{word.device[:8]}"
        alone = folder / f"{name}{CARRY_SUFFIX}"
        made = []
        for path, revisions in self._files(folder, name, events if recipients else []):
            proved = tuple(each for each in revisions if each.envelope.device in words)
            carried = Carried(proved, authors, left)
            made.append(write_carry(path, word, carried, key=self._device.key, recipients=recipients))
        if made:
            with suppress(OSError):
                alone.unlink(missing_ok=True)
        else:
            carried = Carried((), authors, left)
            made = [write_carry(alone, word, carried, key=self._device.key, recipients=recipients)]
        try:
            self._note(made)
        except StoreError as error:
            return made, error
        return made, None

    def _files(self, folder: Path, name: str, events: Iterable[str]) -> Iterator[tuple[Path, list[Revision]]]:
        for event in events:
            yield folder / f"{name}-{event}{CARRY_SUFFIX}", event_revisions(self._workspace.revisions, event)

    def _left(self) -> Left:
        """What this laptop says of those who left here."""
        made = self._device.clock.tick(int(self._now().timestamp() * 1000))
        since = (self._now().date() - LATELY).isoformat()
        days = left_here(self._kept.records(PARTICIPANT), since)
        left = Left(self._device.key.id, made, days, tuple(sorted(self._device.earlier)))
        return left.signed_by(self._device.key)

    def _note(self, made: Iterable[CarrySummary]) -> None:
        moment = self._now().isoformat(timespec="seconds")
        with self._device.batch():
            self._device.remember(hlc=self._device.clock.last)
            for each in made:
                if each.revisions:
                    self._diary.note(
                        What.CARRIED, moment, each.revisions, file=each.path.name, sha256=each.sha256
                    )
