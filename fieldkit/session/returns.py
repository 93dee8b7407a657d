"""What the office sent back: found on a stick and taken in, with what became of each part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange import Exchange, Taken
from fieldkit.fieldwork.registry import Registry
from fieldkit.library import FormLibrary
from fieldkit.session.form_updates import Update, take_updates
from fieldkit.store.files import refused
from sync import ENROLMENT_SUFFIX, RETURN_SUFFIX, SyncError

_RUNNING = slice(12, 16)
"""Where the running number stands in a household's number (forms/README.md)."""


@dataclass(slots=True)
class Returned:
    """What was on a stick for this laptop. enrolled: names of offices. taken: what the pack brought, None without one.

    refusals: files that could not be taken, with the reason. only_here: records the office has not acknowledged.
    """

    enrolled: list[str] = field(default_factory=list)
    taken: Taken | None = None
    updates: list[Update] = field(default_factory=list)
    refusals: list[tuple[str, FieldkitError]] = field(default_factory=list)
    only_here: int = 0


class Returns:
    """Takes what the office sent. `registry` gives the households as they stand after records came back."""

    def __init__(self, exchange: Exchange, library: FormLibrary, registry: Callable[[], Registry]) -> None:
        self._exchange = exchange
        self._library = library
        self._registry = registry

    def take(self, source: Path) -> Returned:
        """Take what is for this laptop from a file, or from a folder with all in it; the rest is left alone.

        In a folder, a file that cannot be read stops none of the others. Raises FieldkitError, of "return.nothing"
        where there is nothing for this laptop; then nothing has changed.
        """
        found = Returned()
        for path in _files(source, ENROLMENT_SUFFIX):
            with self._told(found, path, source):
                found.enrolled.append(self._exchange.enrol(path).office_name)
        for path in _files(source, RETURN_SUFFIX):
            with self._told(found, path, source):
                found.taken = self._exchange.take_return(path)
                break  # the newest says all that the older ones said
        if found.taken is not None:
            found.updates = self._updates(found.taken)
            if found.taken.plan.lost or found.taken.handed or found.taken.forgotten:
                self._registry()
            self._skip_numbers(found.taken)
        elif not found.enrolled:
            raise (
                found.refusals[0][1] if found.refusals else FieldkitError("return.nothing", path=str(source))
            )
        found.only_here = self._exchange.status().only_here
        return found

    def _told(self, found: Returned, path: Path, source: Path) -> _Told:
        return _Told(found, path, is_alone=path == source)

    def _updates(self, taken: Taken) -> list[Update]:
        try:
            return take_updates(self._library, taken.pack.forms, taken.pack.lists)
        except OSError as error:
            assert self._library.folder is not None
            raise refused(error, self._library.folder) from error

    def _skip_numbers(self, taken: Taken) -> None:
        """Give no household number twice, where the laptop had forgotten which it gave."""
        enrolment = self._exchange.device.enrolment
        if not taken.plan.lost or enrolment is None:
            return
        first, last = enrolment.number_block
        given = (number[_RUNNING] for number in self._registry().households)
        own = [int(each) for each in given if each.isdecimal() and first <= int(each) <= last]
        if own and max(own) >= self._exchange.device.next_number():
            self._exchange.device.skip_numbers(max(own))


class _Told:
    """Keeps a refusal beside its file; what is meant for another laptop in a folder is no refusal."""

    def __init__(self, found: Returned, path: Path, *, is_alone: bool) -> None:
        self._found = found
        self._path = path
        self._is_alone = is_alone

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, _kind: object, error: object, _trace: object) -> bool:
        if isinstance(error, SyncError):
            error = FieldkitError(error.code, **error.params)
        if not isinstance(error, FieldkitError) or isinstance(error, StoreError):
            return False
        if self._is_alone or error.code not in {"return.other-device", "enrolment.other-device"}:
            self._found.refusals.append((self._path.name, error))
        return True


def _files(source: Path, suffix: str) -> Iterator[Path]:
    """The files of a kind in a folder, those with the latest name first; or the file itself."""
    if not source.is_dir():
        return iter([source] if source.suffix == suffix else [])
    with suppress(OSError):
        named = [path for path in source.rglob(f"*{suffix}") if not path.name.startswith(".")]
        return iter(sorted(named, key=lambda path: path.name, reverse=True))
    return iter([])
