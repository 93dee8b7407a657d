"""What a return pack means for this laptop: decided first, as values; written afterwards, in one commit.

A laptop that was set back to an older copy of itself, or that has a double, would go on counting where another has
counted already. It is found out from the receipt, starts a new chain, and takes back what it has lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fieldkit.errors import FieldkitError
from fieldkit.exchange.coverage import Chain, Link, chains_of
from sync import Receipt, Revision, SyncError, verify


class ReceiptIs(StrEnum):
    """How a receipt stands to the one that is kept."""

    TAKEN = "taken"
    OLDER = "older"
    RESTORED = "restored"
    """It covers less than the office said before: its archive came back from a backup."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a laptop knows of its chains: its key, the chain it goes on with and how far that is, what it has made."""

    device: str
    public: bytes
    epoch: str
    sequence: int
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done. is_double: in the chain this laptop goes on with, the office knows what it never made.

    lost: its own revisions that are not here. still_lost: how many of its own the office holds beside what is here and
    what the pack brings back. unfit: revisions in the pack that this laptop never signed.
    """

    receipt: ReceiptIs
    is_double: bool
    lost: tuple[Revision, ...]
    still_lost: int
    unfit: int


def plan_return(kept: Receipt | None, new: Receipt, own: Own, offered: Sequence[Revision]) -> Plan:
    """What a receipt and the laptop's own revisions in a pack mean.

    Raises FieldkitError("return.older-archive") for a receipt of an archive as it was before a backup was restored,
    ("return.no-date").
    """
    moment = _moment(new)
    if kept is not None and new.generation < kept.generation:
        raise FieldkitError("return.older-archive", made=new.made[:16].replace("T", " "))
    fitting = [each for each in offered if _is_own(each, own)]
    known = {link.id for link in own.links}
    lost = {each.id: each for each in fitting if each.id not in known}
    here = (*own.links, *map(link_of, lost.values()))
    standing = ReceiptIs.TAKEN
    if kept is not None and new.generation == kept.generation and moment < _moment(kept):
        standing = ReceiptIs.OLDER
    elif kept is not None and any(_is_at(kept, each) and not _is_at(new, each) for each in own.links):
        standing = ReceiptIs.RESTORED
    return Plan(
        standing,
        _is_double(new, own) or any(each.envelope.epoch == own.epoch for each in lost.values()),
        tuple(sorted(lost.values(), key=lambda each: (each.envelope.hlc, each.id))),
        _places_lost(new, own.device, here),
        len(offered) - len(fitting),
    )


def link_of(revision: Revision) -> Link:
    """The place of a revision."""
    envelope = revision.envelope
    return Link(revision.id, envelope.device, envelope.epoch, envelope.sequence)


def _is_double(receipt: Receipt, own: Own) -> bool:
    """Whether a receipt tells of something, in the chain that the laptop goes on with, that it never made."""
    chain = chains_of(own.links).get((own.device, own.epoch), Chain())
    for held in receipt.held:
        if (held.device, held.epoch) == (own.device, own.epoch):
            ahead = max((held.sequence, *held.beyond)) > own.sequence
            differs = held.sequence > 0 and not chain.has(held.head, held.sequence)
            return ahead or differs
    return False


def _is_own(revision: Revision, own: Own) -> bool:
    if revision.envelope.device != own.device:
        return False
    try:
        verify(revision, own.public)
    except SyncError:
        return False
    return True


def _is_at(receipt: Receipt, link: Link) -> bool:
    return receipt.covers_place(link.device, link.epoch, link.sequence)


def _places_lost(receipt: Receipt, device: str, here: Iterable[Link]) -> int:
    """How many places of the laptop's chains are held where nothing of it is here."""
    held = sum(each.sequence + len(each.beyond) for each in receipt.held if each.device == device)
    places = {(each.device, each.epoch, each.sequence) for each in here if each.device == device}
    return held - sum(receipt.covers_place(*place) for place in places)


def _moment(receipt: Receipt) -> datetime:
    """When a receipt was made. Raises FieldkitError("return.no-date")."""
    try:
        moment = datetime.fromisoformat(receipt.made)
    except ValueError:
        raise FieldkitError("return.no-date", made=receipt.made) from None
    return moment if moment.tzinfo else moment.astimezone()
