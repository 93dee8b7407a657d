"""An office made anew from its keys and its kept bundles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fieldkit.office.keys import secret_in
from fieldkit.office.office import Office
from sync.office_keys import KEYS
from sync.rebuilding import Rebuilding, rebuild


def make_anew(
    folder: Path,
    bundles: Path,
    keys: Path,
    now: Callable[[], datetime],
    passphrase: Callable[[], str] | None,
    *,
    identity: Path | None = None,
    database: str = "",
    told: Callable[[int], None] | None = None,
) -> Office:
    """The office, in a new or empty folder, or one where this was interrupted.

    keys: the folder with its keys, or an office's or backup's folder that holds it. identity: of a stand-in, instead of
    the passphrase. told: is given how many notes of the store were done. Raises SyncError, StoreError.
    """
    inner = keys / KEYS.parent
    where = inner if (inner / KEYS.name).is_file() else keys
    secret = secret_in(where, passphrase, identity)
    return Office.of(rebuild(Rebuilding(folder, bundles, where, secret, database, told), now), now)
