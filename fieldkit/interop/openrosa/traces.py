"""What the office remembers of a phone beside its records: when it was last here, and what was refused, until it is taken.

Nothing that was answered is in it: a refusal says the form, the reason, and when. Which record it was is known by a mark that nobody
can turn back into its id.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from fieldkit.errors import FieldkitError
from sync.errors import refused
from sync.files import write_file

_SEEN = "seen"
_REFUSED = "refused.json"
_MOST = 100
"""Refusals that are remembered of one phone, the latest."""
_DAYS = 30
"""Phones try again by themselves: what was not tried for so long is told no more."""
_TELLING = frozenset({"form", "version", "megabytes", "count", "name", "nodes"})
"""What refusals may say beside their reason: names that forms and the office gave, never what was answered."""
_OWN = frozenset({"reason"})
"""And what is said in words of our own alone."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused. mark: of which record, "" where that is not known. form: its id, "" likewise. code, about: the reason.
    first, last: when, ISO 8601; times: how often the phone tried.
    """

    mark: str
    form: str
    code: str
    about: Mapping[str, str] = field(default_factory=dict)
    first: str = ""
    last: str = ""
    times: int = 1


class Traces:
    """What is remembered of one phone, in its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def here(self, now: datetime) -> None:
        """The phone asked for something just now. A disk that refuses stops nobody."""
        with suppress(OSError):
            path = self._folder / _SEEN
            path.touch()
            os.utime(path, (now.timestamp(), now.timestamp()))

    def last_here(self) -> float | None:
        """When the phone last asked for something (seconds since 1970), None for never."""
        with suppress(OSError):
            return (self._folder / _SEEN).stat().st_mtime
        return None

    def refused(self, now: datetime) -> list[Refused]:
        """What was refused lately and has not been taken since, the latest last. Raises SyncError("medium.…")."""
        until = (now - timedelta(days=_DAYS)).isoformat()
        return [each for each in self._known() if each.last >= until]

    def _known(self) -> list[Refused]:
        path = self._folder / _REFUSED
        try:
            return [Refused(**each) for each in json.loads(path.read_bytes())]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise refused(error, path) from error
        except (ValueError, TypeError):
            return []

    def refuse(self, mark: str, form: str, error: FieldkitError, now: datetime) -> None:
        """Remember a refusal; of one record the last one counts. Raises SyncError("medium.…")."""
        known = self._known()
        before = next((each for each in known if (each.mark, each.form) == (mark, form)), None)
        telling = _TELLING | (_OWN if error.code.startswith("openrosa.") else frozenset())
        about = {name: str(error.params[name]) for name in sorted(telling & error.params.keys())}
        at = now.isoformat(timespec="seconds")
        new = Refused(
            mark,
            form,
            error.code,
            about,
            before.first if before else at,
            at,
            before.times + 1 if before else 1,
        )
        self._write([*(each for each in known if each is not before), new][-_MOST:])

    def took(self, mark: str) -> None:
        """A record was taken after all. Raises SyncError("medium.…")."""
        known = self._known()
        left = [each for each in known if each.mark != mark]
        if len(left) != len(known):
            self._write(left)

    def _write(self, kept: list[Refused]) -> None:
        text = json.dumps([asdict(each) for each in kept], ensure_ascii=False)
        write_file(self._folder / _REFUSED, text.encode("utf-8"), private=True)
