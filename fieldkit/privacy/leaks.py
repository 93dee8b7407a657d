"""Numbers of cards and telephones that slipped into free text (domain §0, rules 4 and 12; §4 "warn and mask")."""

from __future__ import annotations

from dataclasses import dataclass

from fieldkit.datatypes import phone, resident_id
from fieldkit.xforms import Question
from fieldkit.xforms.definition import Item

_FREE_TEXT = frozenset({"", "string"})
_MEANT = frozenset({"C", "X"})
_SHORTEST = 10
"""Characters of the shortest number there is to find."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A number in a text: from `start` to `end`, its `kind` ("resident-id" or "phone"), and itself `masked`."""

    start: int
    end: int
    kind: str
    masked: str


def is_free_text(item: Item) -> bool:
    """Whether a question takes any text and is not meant for numbers of cards or telephones."""
    return (
        isinstance(item, Question)
        and item.control == "input"
        and not item.is_note
        and item.bind.type in _FREE_TEXT
        and not item.bind.check
        and item.bind.tier not in _MEANT
        and "numbers" not in item.appearance
    )


def leaks(text: str) -> list[Leak]:
    """The numbers of cards and telephones in a text, in order; a card's number is none of a telephone."""
    if len(text) < _SHORTEST:
        return []
    cards = [
        Leak(each.start, each.end, "resident-id", resident_id.masked(each.number))
        for each in resident_id.find(text)
    ]
    phones = [
        Leak(each.start, each.end, "phone", phone.masked(each.number))
        for each in phone.find(text)
        if not any(card.start < each.end and each.start < card.end for card in cards)
    ]
    return sorted([*cards, *phones], key=lambda leak: leak.start)


def masked(text: str) -> str:
    """A text with such numbers masked, for lists."""
    done, end = [], 0
    for leak in leaks(text):
        done += [text[end : leak.start], leak.masked]
        end = leak.end
    return "".join([*done, text[end:]])
