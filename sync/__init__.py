"""Merging field records without a server: revisions, bundles, the archive. Imports nothing of fieldkit.

    key = DeviceKey.generate()                       a laptop's key
    card_codes(KeyCard(…)), read_card(Scan(lines))   … shown as digits, and read by the office that enrols it
    seal(envelope, body, key)                        an answer becomes a signed revision
    write_bundle(folder, revisions, …)               … travels
    Archive.open(folder, …).import_bundle(path)      … and is merged: a MergeReport whose counts add up
    Archive.receipt(device)                          … and is acknowledged by content
    merge(revisions)                                 what a record shows: a pure function of its revisions

Errors are `SyncError`: a code and parameters.

The archive and its database library are imported when they are first asked for: a laptop never needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sync.bundle import SUFFIX as BUNDLE_SUFFIX
from sync.bundle import BundleSummary, write_bundle
from sync.carry import (
    MOST_READERS,
    Carried,
    CarrySummary,
    Introduction,
    open_carried,
    proven,
    read_introduction,
    write_carry,
)
from sync.carry import SUFFIX as CARRY_SUFFIX
from sync.clock import HybridClock
from sync.codes import card_codes, enrolment_codes, read_card, read_enrolment
from sync.digits import Scan
from sync.enrolment import CARD_SUFFIX, ENROLMENT_SUFFIX, OFFICE_SUFFIX, Enrolment, KeyCard, OfficeCard
from sync.errors import SyncError
from sync.keys import DeviceKey
from sync.left import Left
from sync.merge import (
    STATE,
    RecordView,
    Version,
    covers,
    fields_of,
    merge,
    undone,
    withdrawn,
    withdrawn_paths,
)
from sync.pack import SUFFIX as RETURN_SUFFIX
from sync.pack import ReturnPack, addressee, read_return_pack, write_return_pack
from sync.pack_items import Comment
from sync.reading import Bundle
from sync.receipt import Held, Receipt
from sync.revision import (
    Answer,
    Body,
    Envelope,
    Operation,
    Revision,
    new_record_id,
    parse_revision,
    read_body,
    seal,
    verify,
)
from sync.spoken import spoken_code

if TYPE_CHECKING:
    from sync.archive import Archive
    from sync.devices import Device
    from sync.importing import MergeReport
    from sync.quarantine import Waiting
    from sync.verifying import VerifyReport

__all__ = [
    "BUNDLE_SUFFIX",
    "CARD_SUFFIX",
    "CARRY_SUFFIX",
    "ENROLMENT_SUFFIX",
    "MOST_READERS",
    "OFFICE_SUFFIX",
    "RETURN_SUFFIX",
    "STATE",
    "Answer",
    "Archive",
    "Body",
    "Bundle",
    "BundleSummary",
    "Carried",
    "CarrySummary",
    "Comment",
    "Device",
    "DeviceKey",
    "Enrolment",
    "Envelope",
    "Held",
    "HybridClock",
    "Introduction",
    "KeyCard",
    "Left",
    "MergeReport",
    "OfficeCard",
    "Operation",
    "Receipt",
    "RecordView",
    "ReturnPack",
    "Revision",
    "Scan",
    "SyncError",
    "VerifyReport",
    "Version",
    "Waiting",
    "addressee",
    "card_codes",
    "covers",
    "enrolment_codes",
    "fields_of",
    "merge",
    "new_record_id",
    "open_carried",
    "parse_revision",
    "proven",
    "read_body",
    "read_card",
    "read_enrolment",
    "read_introduction",
    "read_return_pack",
    "seal",
    "spoken_code",
    "undone",
    "verify",
    "withdrawn",
    "withdrawn_paths",
    "write_bundle",
    "write_carry",
    "write_return_pack",
]  # fmt: skip


_LATER = {
    "Archive": "archive",
    "Device": "devices",
    "MergeReport": "importing",
    "VerifyReport": "verifying",
    "Waiting": "quarantine",
}


def __getattr__(name: str) -> object:
    """Import the archive's names on first use (PEP 562)."""
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"sync.{_LATER[name]}"), name)
