"""The key for records that phones encrypt: one pair for each office, which lies sealed under the archive's secret."""

from __future__ import annotations

from pathlib import Path

from fieldkit.interop.openrosa.sealed import PrivateKey
from fieldkit.office import Office
from sync.errors import refused
from sync.files import write_file
from sync.sealing import shut, unshut

_KEY = Path("keys", "phones.key")
_ABOUT = b"fieldkit key of phones"


def make_key(office: Office) -> PrivateKey:
    """The key pair for records that phones encrypt; the one that is there, where there is one. Raises SyncError."""
    known = key_of(office)
    if known is not None:
        return known
    made = PrivateKey.new()
    write_file(office.folder / _KEY, shut(office.archive.secret, made.to_bytes(), _ABOUT), private=True)
    return made


def key_of(office: Office) -> PrivateKey | None:
    """The key for records that phones encrypt, None where nobody has made one. Raises SyncError("sealed.damaged")."""
    try:
        sealed = (office.folder / _KEY).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refused(error, office.folder / _KEY) from error
    return PrivateKey.of(unshut(office.archive.secret, sealed, _ABOUT))


class PhonesKey:
    """The key for records that phones encrypt, while the office serves: read again when its file has changed."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._read: tuple[int | None, PrivateKey | None] = None, None

    def now(self) -> PrivateKey | None:
        """The key as it is now, None for none. Raises SyncError("sealed.damaged")."""
        try:
            changed: int | None = (self._office.folder / _KEY).stat().st_mtime_ns
        except OSError:
            changed = None
        if changed != self._read[0]:
            self._read = changed, key_of(self._office)
        return self._read[1]

    def public(self) -> str:
        """Its public half, "" for none. Raises SyncError("sealed.damaged")."""
        key = self.now()
        return key.public if key else ""
