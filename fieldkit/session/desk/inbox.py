"""Taking bundles at a desk: what lies on the sticks that are in, what became of it, and what goes back on the same stick."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.office.media import Medium, bundles_on
from fieldkit.office.merging import MergeSummary
from fieldkit.office.noticed import Lying, Mark, Noticed, Watch
from fieldkit.office.roles import Act
from fieldkit.session.desk.merge_words import history_line, pack_lines, refusal_lines, report_lines, sum_line
from fieldkit.session.desk.told import told
from fieldkit.wording import labelled
from sync import SyncError
from sync.quarantine import came_before

if TYPE_CHECKING:
    from fieldkit.office import WrittenPack
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.words import OfficeWords
    from sync import MergeReport

_GLIMPSE = 0.5
"""Seconds that Home waits for a look at the sticks; a slow one is told of the next time."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A stick or folder that is in. new: how many of its bundles were not brought before."""

    medium: Medium
    bundles: tuple[Noticed, ...]
    new: int


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is: about to take bundle `number` of `of`, from `laptop`, which says that it holds `revisions`.

    One after the last: all is read, and the lists are brought up to date.
    """

    number: int
    of: int
    laptop: str = ""
    revisions: int = 0


@dataclass(slots=True)
class Took:
    """What became of a medium. left: bundles that were not read, as somebody stopped it or pulled the stick out (`is_gone`).

    failing: what could not be done after the import. is_safe: all that is done with the medium is done.
    """

    medium: Medium
    summary: MergeSummary = field(default_factory=MergeSummary)
    left: int = 0
    is_gone: bool = False
    failing: list[SyncError] = field(default_factory=list)
    is_safe: bool = False


@dataclass(slots=True)
class Given:
    """Return packs that were written onto a medium, and for which laptops that was refused, and why."""

    medium: Medium
    packs: list[WrittenPack] = field(default_factory=list)
    refusals: list[tuple[str, FieldkitError | SyncError]] = field(default_factory=list)


class Inbox:
    """What is brought to one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._watch = Watch(desk.office.folder)
        self._refused: set[Mark] = set()
        self._glimpsed: list[Lying] = []
        self._glimpsing: Thread | None = None

    # -- what is in ---------------------------------------------------------------------------------------

    @told()
    def look(self) -> list[Arrival]:
        """What is in now. It reads what is new on sticks, so it is asked off the screen's thread. Raises FieldkitError."""
        self._desk.need(Act.MERGE)
        return self._judged(self._watch.look())

    @told()
    def state(self) -> str:
        """How many sticks and folders wait, for Home. Raises FieldkitError."""
        self._desk.need(Act.MERGE)
        if self._glimpsing is None or not self._glimpsing.is_alive():
            self._glimpsing = Thread(target=self._glimpse, daemon=True)
            self._glimpsing.start()
        self._glimpsing.join(_GLIMPSE)
        waiting = sum(each.new > 0 for each in self._judged(self._glimpsed))
        return _("{count} with something to take", count=waiting) if waiting else ""

    @told()
    def lines(self, arrivals: Iterable[Arrival]) -> list[str]:
        """Sticks and folders: the name, how many bundles of which laptops, whether they were brought before. Raises FieldkitError."""
        self._desk.need(Act.MERGE)
        words = self._desk.words
        return [self._line(each, words) for each in arrivals]

    def _line(self, arrival: Arrival, words: OfficeWords) -> str:
        if not arrival.bundles:
            return labelled(arrival.medium.name, _("no bundles"))
        said = [_("{count} {count:bundle|bundles}", count=len(arrival.bundles))]
        if not arrival.new:
            said.append(_("taken before"))
        elif arrival.new < len(arrival.bundles):
            said.append(_("{count} of them new", count=arrival.new))
        said.append(_(", ").join(dict.fromkeys(self._whose(each, words) for each in arrival.bundles)))
        return labelled(arrival.medium.name, "  ".join(said))

    def _glimpse(self) -> None:
        self._glimpsed = self._watch.look()

    def _judged(self, lying: list[Lying]) -> list[Arrival]:
        files = {each.sha256 for medium in lying for each in medium.bundles if each.sha256}
        before = came_before(self._desk.office.archive.database, files)
        return [
            Arrival(
                each.medium,
                each.bundles,
                sum(b.sha256 not in before and b.mark not in self._refused for b in each.bundles),
            )
            for each in lying
        ]

    def _whose(self, bundle: Noticed, words: OfficeWords) -> str:
        if not bundle.sha256:
            return _("a file that cannot be read ({name})", name=bundle.path.name)
        if bundle.office != self._desk.office.archive.id:
            return _("another office")
        return words.laptop(bundle.device)

    # -- taking -------------------------------------------------------------------------------------------

    @told()
    def take(self, medium: Medium, go_on: Callable[[Step], bool]) -> Took:
        """Take every bundle of a medium; one that is refused stops none of the others.

        go_on: told of each before it is read, and once all are; where it says no, the rest stays on the stick.
        Raises FieldkitError.
        """
        self._desk.need(Act.MERGE)
        took = Took(medium)
        try:
            paths = bundles_on(medium)
        except OSError:
            took.is_gone = True
            return took
        for number, path in enumerate(paths, 1):
            if not go_on(self._step(number, len(paths), path)):
                took.left = len(paths) - number + 1
                break
            self._take_one(took, path)
            if took.is_gone:
                took.left = len(paths) - number + 1
                break
        go_on(Step(len(paths) + 1, len(paths)))
        self._finish(took)
        return took

    def _take_one(self, took: Took, path: Path) -> None:
        def told_of(path: Path, outcome: MergeReport | SyncError) -> None:
            if not isinstance(outcome, SyncError):
                took.summary.reports.append((path, outcome))
            elif outcome.code.startswith("medium.") and not took.medium.is_there:
                took.is_gone = True
            else:
                self._note_refused(path)
                took.summary.refusals.append((path, outcome))

        with _noting(took.failing):
            self._desk.office.merge([path], told_of)

    def _note_refused(self, path: Path) -> None:
        """What was refused once is told once: it is not offered as new as long as it stays the same."""
        noticed = self._watch.noticed(path)
        if noticed is not None:
            self._refused.add(noticed.mark)

    def _finish(self, took: Took) -> None:
        """Bring tables up to date, and take out of kept bundles what was erased; what fails is done the next time."""
        office = self._desk.office
        if took.summary.counts()["new"]:
            with _noting(took.failing):
                office.keep_tables()
        with _noting(took.failing):
            office.tend_bundles()
        took.is_safe = not took.is_gone

    def _step(self, number: int, of: int, path: Path) -> Step:
        noticed = self._watch.noticed(path)
        if noticed is None or not noticed.device:
            return Step(number, of, path.name)
        return Step(number, of, self._desk.words.laptop(noticed.device), noticed.revisions)

    def step_line(self, step: Step) -> str:
        """How far it is, in words."""
        if step.number > step.of:
            return _("All is read; the lists are brought up to date. Leave the stick in.")
        return _(
            "Taking {number} of {of}: {laptop}, {revisions} {revisions:record|records}. Esc stops after this one.",
            number=step.number, of=step.of, laptop=step.laptop, revisions=step.revisions,
        )  # fmt: skip

    @told()
    def took_lines(self, took: Took) -> list[str]:
        """What became of a medium, to be read aloud: all together first, and whether it may be removed. Raises FieldkitError."""
        self._desk.need(Act.MERGE)
        words, office = self._desk.words, self._desk.office
        each = [list(report_lines(report, office, words)) for _path, report in took.summary.reports]
        each += [list(self._refusal(path, error)) for path, error in took.summary.refusals]
        if len(each) == 1:
            [[first, *rest]] = each
        else:
            first = sum_line(took.summary.counts(), len(each)) if each else _("Nothing was taken.")
            rest = [line for lines in each for line in lines]
        if not first.startswith(labelled(took.medium.name, "")):
            first = labelled(took.medium.name, first)
        return [first, *self._ends(took), *rest, *_then(took)]

    def _ends(self, took: Took) -> Iterator[str]:
        if took.is_gone:
            yield _(
                "The stick was pulled out or cannot be read any more. What was read is in the archive and whole. Put it in again and press Enter."
            )
        elif not (took.summary.reports or took.summary.refusals or took.left):
            yield _("There is no bundle here (*.fkb).")
        if took.left:
            yield _("Not read: {count}. They stay on the stick; Enter takes them later.", count=took.left)
        yield from map(explain, took.failing)
        if took.is_safe:
            yield self._done_with(took.medium)

    def _done_with(self, medium: Medium) -> str:
        if medium.is_mount or _lies_elsewhere(medium, self._desk.office.folder):
            return _("You may remove the stick.")
        return _("This folder is not needed any more.")

    def _refusal(self, path: Path, error: SyncError) -> Iterator[str]:
        """As everywhere, but for a file that cannot be read: that sentence speaks of writing."""
        if error.code in {"medium.failing", "medium.gone"} and error.params.get("path") == str(path):
            yield labelled(
                path.name,
                _(
                    "It cannot be read ({reason}); nothing of it was taken. Put the stick in again, or export once more on the laptop.",
                    reason=error.params.get("reason", ""),
                ),
            )
        else:
            yield from refusal_lines(path, error, self._desk.words)

    # -- giving back --------------------------------------------------------------------------------------

    @told()
    def give_back(self, took: Took) -> Given:
        """Write the return packs of the laptops whose bundles came on a medium onto it; one that is refused stops none of
        the others. Raises FieldkitError.
        """
        self._desk.need(Act.MERGE)
        given, office = Given(took.medium), self._desk.office
        for device in dict.fromkeys(report.device for _path, report in took.summary.reports):
            if office.known(device) is None:
                given.refusals.append((device, FieldkitError("device.unknown")))
                continue
            try:
                given.packs += office.write_returns(took.medium.path, device)
            except (FieldkitError, SyncError) as error:
                given.refusals.append((device, error))
        return given

    @told()
    def given_lines(self, given: Given) -> list[str]:
        """What went back, to be read aloud. Raises FieldkitError."""
        self._desk.need(Act.MERGE)
        lines = [line for pack in given.packs for line in pack_lines(pack, pack.path.name)]
        lines += [
            labelled(self._desk.words.laptop(device), explain(error)) for device, error in given.refusals
        ]
        if not lines:
            return [_("No laptop's bundle was taken there, so nothing goes back.")]
        if given.packs:
            lines.insert(
                0, _("Written back. On each laptop: open “From the office” (Ctrl+PgDn) and take the stick.")
            )
        return [*lines, self._done_with(given.medium)] if given.medium.is_there else lines

    # -- what came before ---------------------------------------------------------------------------------

    @told()
    def history_lines(self) -> list[str]:
        """Every bundle that came, newest first, a line each. Raises FieldkitError."""
        self._desk.need(Act.MERGE)
        words = self._desk.words
        lines = [history_line(row, words) for row in reversed(self._desk.office.history())]
        return [_("Every bundle that came, the latest first:"), *lines] if lines else []


def _then(took: Took) -> Iterator[str]:
    """Where what came up is decided."""
    if took.summary.counts()["conflicts"]:
        yield _("Conflicts are decided on Home, in “Conflicts”.")


def _lies_elsewhere(medium: Medium, folder: Path) -> bool:
    """Whether a folder lies on another disk than the office's."""
    try:
        return medium.path.stat().st_dev != folder.stat().st_dev
    except OSError:
        return False


@contextmanager
def _noting(failing: list[SyncError]) -> Iterator[None]:
    try:
        yield
    except SyncError as error:
        failing.append(error)
