"""What of this laptop an office holds: by content, never by where a stick got to.

A receipt names places in a chain and one head for each chain. Where that head is the revision that stands at its place
here, the hashes in the chain say that all before it is the same too. Where two laptops, or one laptop twice, have gone
on from the same place, a place proves nothing: then only what the chain leads to from its head counts, and what the
receipt names by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sync import Receipt


@dataclass(frozen=True, slots=True)
class Link:
    """A revision's place: its id, and the chain (device, epoch) it stands in."""

    id: str
    device: str
    epoch: str
    sequence: int


def covered(
    links: Iterable[Link], receipt: Receipt | None, previous: Callable[[str], str | None]
) -> set[str]:
    """The ids among `links` that the office holds. `previous` gives the id that a revision names as the one before."""
    if receipt is None:
        return set()
    chains = chains_of(links)
    found = {each for chain in chains.values() for ids in chain.values() for each in ids} & set(receipt.also)
    for held in receipt.held:
        chain = chains.get((held.device, held.epoch), {})
        up_to = {sequence: ids for sequence, ids in chain.items() if sequence <= held.sequence}
        is_forked = any(len(ids) > 1 for ids in chain.values())
        is_ours = not held.sequence or chain.get(held.sequence) == [held.head]
        if is_ours and not is_forked:
            found |= {ids[0] for ids in up_to.values()}
            found |= {each for sequence in held.beyond for each in chain.get(sequence, ())}
        else:
            found |= _led_to(held.head, {each for ids in chain.values() for each in ids}, previous)
    return found


def chains_of(links: Iterable[Link]) -> Mapping[tuple[str, str], dict[int, list[str]]]:
    """The revisions at every place of every chain."""
    chains: dict[tuple[str, str], dict[int, list[str]]] = {}
    for link in links:
        chains.setdefault((link.device, link.epoch), {}).setdefault(link.sequence, []).append(link.id)
    return chains


def _led_to(head: str, known: set[str], previous: Callable[[str], str | None]) -> set[str]:
    """The revisions here that a head follows, itself included."""
    found: set[str] = set()
    here: str | None = head
    while here is not None and here in known and here not in found:
        found.add(here)
        here = previous(here)
    return found
