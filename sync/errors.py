"""What goes wrong in sync: a code and parameters; the words are made where a person reads them.

| code | params |
|---|---|
| canonical.refused | reason |
| revision.malformed | reason |
| revision.bad-signature | id |
| revision.body-mismatch | id |
| bundle.unknown-format | path, device, revisions |
| bundle.tampered | path, device, revisions, reason |
| bundle.truncated | path, device, revisions |
| bundle.foreign | path, device, revisions, office, ours |
| device.unknown | device |
| quarantine.unknown | sha256 |
| sealed.not-for-us, sealed.bad-identity | reason |
| sealed.damaged | about |
| card.unreadable | path, reason |
| card.other-recipient | name, device |
| digits.not-digits | found, place |
| digits.unknown | digits |
| digits.incomplete | part, total, found, expected |
| digits.misread | part, total |
| digits.other-code | part, total |
| digits.group | number, group |
| digits.missing | parts, total |
| digits.nothing | |
| digits.damaged | total |
| digits.is-card | |
| digits.is-enrolment | |
| office-card.unreadable | path, reason |
| enrolment.unreadable | path, reason |
| enrolment.bad-signature | path |
| receipt.bad-signature | path |
| pack.unreadable | path, reason |
| pack.sealed | path |
| pack.unsealed | device |
| pack.bad-recipient | device, reason |
| pack.bad-name | name |
| pack.too-large | device, bytes, most |
| carry.unreadable | path, reason |
| carry.damaged | path |
| carry.not-for-us | path, name |
| carry.too-large | path, bytes, most |
| archive.exists | path |
| archive.none | path |
| archive.missing-database | path |
| archive.not-empty | path |
| archive.bad-recipient | recipient, reason |
| archive.moved | path, new |
| archive.not-for-us | path, reason |
| archive.locked | path |
| archive.newer | path, version |
| archive.damaged | pack, reason |
| archive.blocks-exhausted | device |
| database.bad-url | kinds, reason |
| database.gone, database.busy, database.in-use | where, reason |
| lan.bad-address | text |
| lan.busy | seconds |
| lan.cannot-listen | address, reason |
| lan.cut, lan.unreachable | address, reason |
| lan.damaged, lan.not-enrolled, lan.not-proven, lan.office-failed, lan.still-merging, lan.token, lan.too-slow, lan.unknown | |
| lan.malformed, lan.no-network, lan.unexpected | reason |
| lan.no-room | bytes |
| lan.not-found | office, seconds |
| lan.other-office | address, office |
| lan.revoked | name |
| lan.too-large | bytes, most |
| lan.wrong-place | held |
| database.differs | where |
| kept.not-empty | path |
| kept.already | path |
| kept.unnamed | path |
| kept.gone | path |
| kept.other-office | path, office |
| kept.missing | path, sha256 |
| kept.damaged | path, reason |
| kept.ahead | path, number |
| letter.bad-signature, letter.unknown-sender | path, name |
| letter.not-for-us | path |
| letter.too-large | bytes, most |
| letter.unreadable | path, reason |
| medium.read-only, medium.full, medium.gone, medium.failing | path, reason |
"""

from __future__ import annotations

import errno
from pathlib import Path

_REASONS = {
    errno.EROFS: "medium.read-only", errno.EACCES: "medium.read-only", errno.EPERM: "medium.read-only",
    errno.ENOSPC: "medium.full", errno.EDQUOT: "medium.full", errno.EFBIG: "medium.full",
    errno.ENOENT: "medium.gone", errno.ENOTDIR: "medium.gone", errno.ENODEV: "medium.gone",
}  # fmt: skip


class SyncError(Exception):
    """A refusal: `code` names its sentence, `params` fill it in."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        """Code and parameters, for logs and tests."""
        inside = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({inside})"


def refused(error: OSError, path: Path) -> SyncError:
    """The refusal that an error of the system means."""
    return SyncError(
        _REASONS.get(error.errno or 0, "medium.failing"), path=str(path), reason=error.strerror or ""
    )
