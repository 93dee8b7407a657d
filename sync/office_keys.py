"""An office's private keys: what it signs with, and the age identity that opens what is sealed for it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sync.canonical import dumps, loads_strict
from sync.errors import SyncError
from sync.files import write_file
from sync.keys import DeviceKey
from sync.sealing import new_identity, recipient_of, shut, unshut

KEYS = Path("keys", "office.keys")
"""Where they lie in an archive's folder."""
SECRET = Path("keys", "archive.key")
"""Where the secret lies of an archive that nobody put a passphrase on."""
_ABOUT = b"fieldkit office keys"


@dataclass(frozen=True, slots=True)
class OfficeKeys:
    """signing: Ed25519. identity: age X25519, as age-keygen writes it."""

    signing: DeviceKey
    identity: str

    @classmethod
    def generate(cls, seed: bytes | None = None) -> Self:
        """New keys; a seed of 32 bytes makes the signing key repeatable."""
        return cls(DeviceKey.generate(seed), new_identity())

    @property
    def recipient(self) -> str:
        """What others seal for."""
        return recipient_of(self.identity)

    def write(self, path: Path, secret: bytes) -> None:
        """Keep them under the archive's secret. Raises SyncError("medium.…")."""
        plain = {
            "signing": base64.b64encode(self.signing.to_bytes()).decode("ascii"),
            "identity": self.identity,
        }
        write_file(path, shut(secret, dumps(plain), _ABOUT), private=True)

    @classmethod
    def read(cls, path: Path, secret: bytes) -> Self:
        """Read them. Raises SyncError("archive.none"), ("sealed.damaged")."""
        try:
            sealed = path.read_bytes()
        except OSError as error:
            raise SyncError("archive.none", path=str(path.parent.parent)) from error
        data = loads_strict(unshut(secret, sealed, _ABOUT))
        return cls(DeviceKey(base64.b64decode(data["signing"])), data["identity"])
