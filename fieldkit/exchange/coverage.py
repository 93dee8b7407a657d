"""What of this laptop an office holds: by content, never by where a stick got to.

A receipt names places in a chain and one head for each chain. Where that head is the revision that stands at its place
here, the hashes in the chain say that all before it is the same too. Where two laptops, or one laptop twice, have gone
on from the same place, a place proves nothing: then only what the chain leads to from its head counts, and what the
receipt names by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sync import Receipt


class Link(NamedTuple):
    """A revision's place: its id, and the chain (device, epoch) it stands in."""

    id: str
    device: str
    epoch: str
    sequence: int


@dataclass(slots=True)
class Chain:
    """The revisions of one chain by their places. also: those at a place that another holds already."""

    at: dict[int, str] = field(default_factory=dict)
    also: list[Link] = field(default_factory=list)

    def ids(self) -> Iterator[str]:
        """All of them."""
        yield from self.at.values()
        yield from (link.id for link in self.also)

    def has(self, revision: str, sequence: int) -> bool:
        """Whether a revision stands at a place."""
        return self.at.get(sequence) == revision or any(
            (link.id, link.sequence) == (revision, sequence) for link in self.also
        )


def chains_of(links: Iterable[Link]) -> dict[tuple[str, str], Chain]:
    """The chains, by device and epoch."""
    chains: dict[tuple[str, str], Chain] = {}
    for link in links:
        revision, device, epoch, sequence = link
        chain = chains.get((device, epoch))
        if chain is None:
            chain = chains[device, epoch] = Chain()
        if chain.at.setdefault(sequence, revision) != revision:
            chain.also.append(link)
    return chains


def covered(
    links: Iterable[Link], receipt: Receipt | None, previous: Callable[[str], str | None]
) -> set[str]:
    """The ids among `links` that the office holds. `previous` gives the id that a revision names as the one before."""
    if receipt is None:
        return set()
    chains = chains_of(links)
    also = set(receipt.also)
    found = {each for chain in chains.values() for each in chain.ids() if each in also} if also else set()
    for held in receipt.held:
        chain = chains.get((held.device, held.epoch), Chain())
        is_ours = not held.sequence or chain.at.get(held.sequence) == held.head
        if is_ours and not chain.also:
            found.update(each for sequence, each in chain.at.items() if sequence <= held.sequence)
            found.update(chain.at[sequence] for sequence in held.beyond if sequence in chain.at)
        else:
            found |= _led_to(held.head, set(chain.ids()), previous)
    return found


def _led_to(head: str, known: set[str], previous: Callable[[str], str | None]) -> set[str]:
    """The revisions here that a head follows, itself included."""
    found: set[str] = set()
    here: str | None = head
    while here is not None and here in known and here not in found:
        found.add(here)
        here = previous(here)
    return found
