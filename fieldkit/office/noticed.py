"""What lies on the sticks that are in: looked at again and again, each bundle read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from fieldkit.office.media import Medium, bundles_on, media
from fieldkit.steady import elapsed
from sync import Bundle, SyncError

_SHARE = 20
"""A medium that takes long to be looked through is looked through less often: that part of the time at most."""

Mark = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Noticed:
    """A bundle that lies somewhere. mark: tells it from any other file, and from itself once it is changed.

    office, device: as its clear header says, "" where that cannot be read. revisions: how many it says it holds. sha256: of the
    file, "" where nothing can be made of it.
    """

    path: Path
    mark: Mark
    office: str
    device: str
    revisions: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Lying:
    """A medium, with the bundles on it."""

    medium: Medium
    bundles: tuple[Noticed, ...]


class Watch:
    """Looks at what is in. office: the folder of the office. May be asked from any thread; one looks at a time."""

    def __init__(self, office: Path) -> None:
        self._office = office
        self._lock = Lock()
        self._known: dict[Mark, Noticed] = {}
        self._last: dict[Path, tuple[float, Lying]] = {}

    def look(self) -> list[Lying]:
        """Every stick, and every folder with bundles in it. A disk that refuses is as one that is not there."""
        with self._lock:
            found = [each for each in map(self._of, media(self._office)) if each is not None]
            self._known = {bundle.mark: bundle for each in found for bundle in each.bundles}
            self._last = {place: kept for place, kept in self._last.items() if kept[1] in found}
        return [each for each in found if each.bundles or each.medium.is_mount]

    def noticed(self, path: Path) -> Noticed | None:
        """What a file is, None where it is gone."""
        return next(self._read([path]), None)

    def _of(self, medium: Medium) -> Lying | None:
        due, last = self._last.get(medium.path, (0.0, None))
        begun = elapsed()
        if last is not None and begun < due and medium.is_there:
            return last
        try:
            lying = Lying(medium, tuple(self._read(bundles_on(medium))))
        except OSError:
            return None
        self._last[medium.path] = elapsed() + _SHARE * (elapsed() - begun), lying
        return lying

    def _read(self, paths: Iterable[Path]) -> Iterator[Noticed]:
        """What these files are, without those that are gone again."""
        for path in paths:
            with suppress(FileNotFoundError):
                facts = path.stat()
                mark = str(path), facts.st_size, facts.st_mtime_ns
                if mark not in self._known:
                    self._known[mark] = self._noticed(path, mark)
                yield self._known[mark]

    def _noticed(self, path: Path, mark: Mark) -> Noticed:
        try:
            bundle = Bundle(path)
        except SyncError as error:
            device = str(error.params.get("device", ""))
            return Noticed(path, mark, "", device, int(str(error.params.get("revisions", 0))), "")
        return Noticed(path, mark, bundle.office, bundle.device, bundle.revisions, bundle.sha256)
