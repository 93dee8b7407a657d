"""What `fieldkit init`, `fieldkit office init` and the first-run wizard make: a workspace or an office, remembered for next time."""

from __future__ import annotations

import getpass
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fieldkit.config import remember_office, remember_workspace
from fieldkit.datatypes import division
from fieldkit.datatypes.refused import RefusedError
from fieldkit.datatypes.resident_id import INVENTED, PROVINCES
from fieldkit.errors import FieldkitError
from fieldkit.exchange import read_office_card
from fieldkit.i18n import N_
from fieldkit.session.session import Session
from fieldkit.store import Workspace
from fieldkit.store.files import is_free
from sync.office_facts import refuse_folder

OPEN_LAPTOP = N_("This workspace is open: whoever has the laptop can read it. Use it for exercises only.")
OPEN_OFFICE = N_("This office is open: whoever has its folder can read it. Use it for exercises only.")
_PREFECTURE = 4
"""How many digits name a prefecture."""


@dataclass(frozen=True, slots=True)
class Made:
    """A workspace or office that is ready. passphrase: what opens it, None for an open one or one that was there already.

    device: the id of the laptop's key, "" for an office.
    """

    folder: Path
    is_office: bool
    passphrase: str | None = field(default=None, repr=False)
    device: str = ""


def found_laptop(
    folder: Path,
    *,
    name: str,
    passphrase: str | None,
    now: Callable[[], datetime],
    office_card: Path | None = None,
) -> Made:
    """Make a workspace. name: "" for the computer's own. office_card: of the only office it will listen to.

    Raises StoreError, SyncError("office-card.unreadable") before anything is made.
    """
    office = read_office_card(office_card) if office_card else None
    workspace = Workspace.create(
        folder, passphrase=passphrase, name=name or this_computer(), settings={"user": _user()}
    )
    with Session(workspace, now) as session:
        if office:
            session.exchange.device.trust(office)
        device = session.exchange.device.key.id
    remember_workspace(folder)
    return Made(folder, is_office=False, passphrase=passphrase, device=device)


def found_office(
    folder: Path,
    *,
    name: str,
    code: str,
    passphrase: str | None,
    now: Callable[[], datetime],
    database: str | None = None,
    servers: Sequence[str] = (),
    stand_ins: Sequence[str] = (),
    bundles: Path | None = None,
) -> Made:
    """Make an office. name: "" for that of its folder. code: as `division_code` takes it. The others: see `Office.create`.

    Raises FieldkitError("office.code"), ("division.…") before anything is made; SyncError, StoreError.
    """
    from fieldkit.office import Office

    office = Office.create(
        folder, name=name or folder.name, division=division_code(code), now=now, database=database, servers=servers,
        stand_ins=stand_ins, passphrase=passphrase, bundles=bundles,
    )  # fmt: skip
    office.close()
    remember_office(folder)
    return Made(folder, is_office=True, passphrase=passphrase)


def division_code(text: str) -> str:
    """The division code of an office, "" for none: twelve digits, of which those of levels below its own are zeros.

    Province 99, which there is not, is for exercises. Raises FieldkitError("office.code"), RefusedError("division.…").
    """
    code = division.normal(text)
    if not code:
        return ""
    if not re.fullmatch(f"[0-9]{{{division.VILLAGE}}}", code):
        raise FieldkitError("office.code", text=text.strip())
    named = code
    for level in (division.TOWN, division.COUNTY, _PREFECTURE):
        if not int(named[level:] or "0"):
            named = named[:level]
    if len(named) > _PREFECTURE:
        division.parse(named, len(named), demo=True)
    elif code[:2] not in {*PROVINCES, INVENTED}:
        raise RefusedError("division.province", digits=code[:2])
    return code


def this_computer() -> str:
    """What the computer calls itself."""
    return socket.gethostname() or "fieldkit"


def refuse_office_place(folder: Path) -> None:
    """See that an office can be made in a folder. Raises SyncError("archive.exists"), ("archive.not-empty"), StoreError."""
    refuse_folder(folder)
    is_free(folder)


def free_place(folder: Path) -> Path:
    """The folder, or one beside it with the first number that is free, to be offered for something new."""
    number, place = 1, folder
    while place.exists():
        number += 1
        place = folder.with_name(f"{folder.name}-{number}")
    return place


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
