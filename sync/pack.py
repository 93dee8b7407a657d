"""The return pack: what the office sends back to one laptop on the same stick, signed as a whole."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.canonical import dumps, loads_strict
from sync.enrolment import Enrolment
from sync.errors import SyncError, refused
from sync.files import write_file
from sync.keys import DeviceKey, verify_signature
from sync.receipt import Receipt

SUFFIX = ".fkr"
_DOMAIN = b"fieldkit return 1\0"


@dataclass(frozen=True, slots=True)
class ReturnPack:
    """Receipt, enrolment and worklist for one device. A worklist row is plain text by name."""

    device: str
    receipt: Receipt
    enrolment: Enrolment
    worklist: tuple[dict[str, str], ...] = ()


def write_return_pack(
    folder: Path,
    receipt: Receipt,
    enrolment: Enrolment,
    key: DeviceKey,
    worklist: Sequence[dict[str, str]] = (),
) -> Path:
    """Write a pack into `folder`, named after its device. Raises SyncError("medium.…")."""
    data = {
        "fieldkit": "return 1",
        "device": enrolment.device,
        "receipt": receipt.to_json(),
        "enrolment": base64.b64encode(enrolment.to_bytes()).decode("ascii"),
        "worklist": [dict(row) for row in worklist],
    }
    signed = dumps(data)
    path = folder / f"return-{enrolment.device[:6]}-{receipt.made[:10]}{SUFFIX}"
    write_file(path, key.sign(_DOMAIN + signed) + signed)
    return path


def read_return_pack(path: Path) -> ReturnPack:
    """Read a pack and verify it against the office named in its enrolment.

    The caller decides whether that office is its own. Raises SyncError("pack.unreadable"),
    ("receipt.bad-signature"), ("enrolment.bad-signature"), ("medium.…").
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise refused(error, path) from error
    signature, signed = content[:64], content[64:]
    try:
        data = loads_strict(signed)
        enrolment = Enrolment.from_bytes(base64.b64decode(data["enrolment"], validate=True), path)
        receipt = Receipt.from_json(data["receipt"])
        worklist = tuple({str(name): str(value) for name, value in row.items()} for row in data["worklist"])
    except SyncError as error:
        if error.code.startswith("enrolment."):
            raise
        raise SyncError("pack.unreadable", path=str(path), reason=str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SyncError("pack.unreadable", path=str(path), reason=str(error)) from error
    signed_well = verify_signature(enrolment.office_public, _DOMAIN + signed, signature)
    if not signed_well or not receipt.is_genuine(enrolment.office_public):
        raise SyncError("receipt.bad-signature", path=str(path))
    return ReturnPack(str(data["device"]), receipt, enrolment, worklist)
