"""How the phones of an office stand: when each was last here, what it sent, what of it waits or was refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from fieldkit.errors import FieldkitError
from fieldkit.interop.openrosa.desks import traces_of, waiting_of
from fieldkit.interop.openrosa.keys import key_of
from fieldkit.interop.openrosa.phones import Phone, phones
from fieldkit.interop.openrosa.sealed import Manifest, PrivateKey, secret_of
from fieldkit.interop.openrosa.traces import Refused
from fieldkit.office import Office
from fieldkit.office.office import PHONE
from sync import schema
from sync.events import noted


@dataclass(frozen=True, slots=True)
class Waits:
    """An encrypted record that waits. form: its id. since: when the first of it came. missing: how many of its files have not come;
    opens: whether the key that opens it is here.
    """

    form: str
    since: datetime
    missing: int
    opens: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A phone as it stands. last_here: when it last asked for something, None for never. refused: the latest last; waiting: the oldest
    first.
    """

    phone: Phone
    last_here: datetime | None
    refused: tuple[Refused, ...]
    waiting: tuple[Waits, ...]


def standing(office: Office) -> list[Standing]:
    """Every phone, those that are taken from first, by name. Raises SyncError."""
    key = key_of(office)
    found = [_standing(office, each, key) for each in phones(office)]
    return sorted(found, key=lambda each: (each.phone.revoked, each.phone.name, each.phone.user))


def sent_by(office: Office, user: str) -> int:
    """How many records came from a phone, with every key that it has had. Raises SyncError."""
    devices = {event.device for event in noted(office.archive, PHONE) if event.facts["user"] == user}
    table = schema.revision
    with office.archive.database.reading() as connection:
        query = select(func.count(table.c.record_id.distinct())).where(table.c.device.in_(sorted(devices)))
        return int(connection.execute(query).scalar() or 0)


def _standing(office: Office, phone: Phone, key: PrivateKey | None) -> Standing:
    traces, zone = traces_of(office, phone), office.now().tzinfo
    last = traces.last_here()
    waiting = [
        Waits(each.manifest.form, datetime.fromtimestamp(each.since, zone), each.missing, _opens(each.manifest, key))
        for each in waiting_of(office, phone).all()
    ]  # fmt: skip
    return Standing(
        phone,
        None if last is None else datetime.fromtimestamp(last, zone),
        tuple(traces.refused(office.now())),
        tuple(waiting),
    )


def waiting_count(standings: Iterable[Standing]) -> int:
    """How many encrypted records wait."""
    return sum(len(each.waiting) for each in standings)


def _opens(manifest: Manifest, key: PrivateKey | None) -> bool:
    if key is None:
        return False
    try:
        secret_of(manifest, key)
    except FieldkitError:
        return False
    return True
