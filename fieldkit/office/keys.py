"""What opens an office: its passphrase, or the age identity of somebody who stands in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from fieldkit.errors import StoreError
from fieldkit.store.keys import KeyFile
from fieldkit.store.recovery import RecoveryRequest
from sync.errors import SyncError, refused
from sync.office_facts import kept_secret
from sync.office_keys import SECRET
from sync.sealing import unseal


def lock_with(folder: Path, secret: bytes, passphrase: str, stand_ins: Sequence[str]) -> None:
    """Let a passphrase, and the age recipients who stand in, open an archive's secret. Raises StoreError."""
    keys = _key_file(folder)
    keys.create(passphrase, data_key=secret)
    if stand_ins:
        keys.seal_for(secret, stand_ins)


def is_locked(folder: Path) -> bool:
    """Whether a passphrase opens the office in a folder, and nothing that lies there."""
    return _key_file(folder).exists()


def secret_of(
    folder: Path, passphrase: Callable[[], str] | None, keys_in: Path | None = None
) -> bytes | None:
    """The secret of an office, None for one without a passphrase. keys_in: where its keys are, if not in its folder.

    Raises StoreError("office.needs-passphrase") where nobody can be asked, ("office.wrong-passphrase").
    """
    keys = _keys_in(keys_in or folder / "keys")
    if not keys.exists():
        return None
    if passphrase is None:
        raise StoreError("office.needs-passphrase", path=str(folder))
    try:
        return keys.open(passphrase())
    except StoreError as error:
        if error.code == "workspace.wrong-passphrase":
            raise StoreError("office.wrong-passphrase", path=str(folder)) from error
        raise


def secret_in(keys: Path, passphrase: Callable[[], str] | None, identity: Path | None = None) -> bytes:
    """The secret that a folder of keys opens, with the passphrase or a stand-in's age identity where it has one.

    Raises as `secret_of`, SyncError("archive.locked"), ("archive.not-for-us"), ("medium.…").
    """
    if identity is not None:
        return _opened(_keys_in(keys).recovery or b"", identity_in(identity), identity)
    return secret_of(keys.parent, passphrase, keys) or kept_secret(keys.parent, keys / SECRET.name)


def change_passphrase(folder: Path, old: Callable[[], str] | None, identity: Path | None, new: str) -> None:
    """From now on `new` opens the office; proven by the old passphrase, or by a stand-in's age identity.

    Raises StoreError("office.no-passphrase"), ("office.wrong-passphrase"), SyncError("archive.not-for-us").
    """
    keys = _key_file(folder)
    if not keys.exists():
        raise StoreError("office.no-passphrase", path=str(folder))
    if identity is None:
        secret = secret_of(folder, old)
        assert secret is not None
    else:
        secret = _opened(keys.recovery or b"", identity_in(identity), identity)
    keys.change(secret, new)


def answer_request(
    folder: Path, request: Path, out: Path, identity: str, now: datetime
) -> tuple[RecoveryRequest, Path]:
    """Answer a laptop whose passphrase is forgotten, with an age identity that it was sealed for; log that.

    Gives the request and where the answer is. Raises SyncError("archive.not-for-us"), StoreError.
    """
    asked = RecoveryRequest.from_file(request)
    answer = asked.write_answer(_opened(asked.sealed, identity, folder), out)
    with (folder / "recoveries.log").open("a", encoding="utf-8") as log:
        log.write(f"{now.isoformat(timespec='seconds')}\t{asked.workspace}\t{asked.name}\n")
    return asked, answer


def identity_in(path: Path) -> str:
    """The age identity in a file as age-keygen writes it, with comments. Raises SyncError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        [identity] = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    except OSError as error:
        raise refused(error, path) from error
    except ValueError as error:
        raise SyncError("archive.not-for-us", path=str(path), reason=str(error)) from error
    return identity


def _opened(sealed: bytes, identity: str, path: Path) -> bytes:
    try:
        return unseal(identity, sealed)
    except SyncError as error:
        raise SyncError("archive.not-for-us", path=str(path), reason=str(error)) from error


def _key_file(folder: Path) -> KeyFile:
    return _keys_in(folder / "keys")


def _keys_in(keys: Path) -> KeyFile:
    return KeyFile(keys / "passphrase.json", keys / "passphrase.copy.json")
