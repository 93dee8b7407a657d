"""Records in words: the answers as they stand, and how they came to be, revision by revision.

Restricted answers are never told here, only that they were changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Exchange, Operation, covers
from fieldkit.fieldwork.lists import Lists
from fieldkit.i18n import N_, _, language
from fieldkit.library import FormLibrary
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.session.versions import KeptAside
from fieldkit.session.words import Words
from fieldkit.wording import labelled
from fieldkit.xforms import Form, Repeat
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.instance import Document
from fieldkit.xforms.lists import rows_document

_WITHDRAW = "withdraw"
_DONE = {
    "put": N_("recorded"),
    "delete": N_("deleted"),
    "resolve": N_("decided"),
    "review": N_("looked at"),
    _WITHDRAW: N_("withdrawn"),
    "erase": N_("erased"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An answer in words. `restricted`: it is there, and not shown."""

    key: str
    label: str
    answer: str
    restricted: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What a revision changed in one answer, as stored and in words; "" for none. `restricted`: only that it changed
    may be told, so nothing else is here.

    asked: whether a person answers it; calculations and metadata change by themselves.
    """

    key: str
    label: str
    old: Answer
    new: Answer
    old_words: str
    new_words: str
    restricted: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One revision. at: ISO 8601. aside: answers to an earlier version of the form, kept aside.

    pruned: its answers are with the office alone, so that neither they nor what the next revision changed can be told.
    is_hidden: a withdrawal took its answers back, so neither they nor a reason is here.
    """

    id: str
    at: str
    by: str
    operation: str
    reason: str
    form_hash: str
    is_first: bool
    differences: tuple[Difference, ...]
    aside: tuple[Line, ...]
    pruned: bool = False
    is_hidden: bool = False


class Histories:
    """Reads the records of one workspace; `lists` has the rows for the choices that the laptop supplies."""

    def __init__(self, exchange: Exchange, library: FormLibrary, lists: Lists) -> None:
        self._exchange = exchange
        self._library = library
        self._lists = lists

    def answers(self, record_id: str) -> list[Line]:
        """What was answered, in the order of the form and the language in use. Raises FieldkitError("record.unknown")."""
        record = self._exchange.record(record_id)
        if record is None:
            raise FieldkitError("record.unknown", id=record_id)
        words = self.words(record.form, self._exchange.made_with(record_id))
        shown = [key for key in words.ordered(record.answers) if words.is_asked(key)]
        return [_line(key, record.answers, words) for key in shown if record.answers[key]]

    def steps(self, record_id: str) -> list[Step]:
        """The revisions of a record, in the order they were made. Raises FieldkitError("record.unknown")."""
        revisions = self._exchange.revisions(record_id)
        if not revisions:
            raise FieldkitError("record.unknown", id=record_id)
        withdrawn = self._exchange.withdrawn(record_id)
        parts = self._exchange.withdrawn_paths(record_id)
        gone = frozenset().union(*parts.values())
        steps = []
        without: set[str] = set()
        vocabularies: dict[str, Words] = {}
        for revision in revisions:
            envelope, body = revision.envelope, revision.body
            is_hidden = revision.id in withdrawn and envelope.operation.value != _WITHDRAW
            if envelope.form_hash not in vocabularies:
                vocabularies[envelope.form_hash] = self.words(envelope.form, envelope.form_hash)
            words = vocabularies[envelope.form_hash]
            seen = self._exchange.as_of(record_id, envelope.parents)
            before = seen.answers if seen else {}
            note = body.note if body and not is_hidden else {}
            pruned = body is None and envelope.operation in {Operation.PUT, Operation.RESOLVE}
            without |= {revision.id} if pruned else set()
            taken_back = (
                gone if envelope.operation.value == _WITHDRAW else parts.get(revision.id, frozenset())
            )
            told = body is not None and not is_hidden and not without.intersection(envelope.parents)
            step = Step(
                revision.id, envelope.wall, envelope.user, envelope.operation.value, _reason(note),
                envelope.form_hash, not envelope.parents,
                tuple(_differences(body.changed, before, body.answers, words, taken_back)) if body and told else (),
                tuple(aside_line(each) for each in note.get("orphans", ())), pruned, is_hidden,
            )  # fmt: skip
            steps.append(step)
        return steps

    def words(self, form_id: str, form_hash: str) -> Words:
        """Words for answers to a version of a form; where it is no longer at hand, those of the form as it is now."""
        form = self.form(form_id, form_hash)
        supplied: dict[str, Document] | None = None

        def document(name: str) -> Document | None:
            nonlocal supplied
            assert form is not None
            instance = form.instances.get(name)
            if instance is not None and instance.src and supplied is None:
                # Made when first asked for: these lists are as long as the register.
                rows = self._lists.for_form(form)
                supplied = {each: rows_document(found) for each, found in rows.items()}
            return (supplied or {}).get(name) or form.lists.document(name)

        return Words(form, language(), document, self._library.known(form_id))

    def form(self, form_id: str, form_hash: str) -> Form | None:
        """A version of a form, else the form as it is now, None where there is neither."""
        return self._library.version(form_id, form_hash) or self._library.known(form_id)


def aside_line(kept: KeptAside) -> Line:
    """An answer kept aside, as it may be shown."""
    restricted = kept["tier"] in RESTRICTED
    shown = "" if restricted else Words(None, "").answer(kept["key"], kept["answer"])
    return Line(kept["key"], kept["label"], shown, restricted)


def aside_text(line: Line) -> str:
    """An answer kept aside, as one line."""
    return labelled(line.label, _("(not shown)") if line.restricted else line.answer)


def step_lines(step: Step) -> list[str]:
    """A revision as a person reads it: who, when and why, then what it changed."""
    head = "  ".join(
        part for part in (step.at[:16].replace("T", " "), step.by, _(_DONE[step.operation])) if part
    )
    lines = [labelled(head, step.reason) if step.reason else head]
    if step.is_hidden:
        return [*lines, "  " + _("(not shown)")]
    asked = [each for each in step.differences if each.asked]
    if step.pruned:
        lines.append("  " + _("set aside here; the office keeps it"))
    elif step.is_first:
        lines.append("  " + _("{count} {count:answer|answers}", count=len(asked)))
    else:
        lines += [f"  {_difference(each)}" for each in asked]
    return lines + ["  " + labelled(_("kept from an earlier form"), aside_text(each)) for each in step.aside]


def _reason(note: Mapping[str, Any]) -> str:
    """Why a revision was made; of a withdrawal first how far it goes."""
    reason, scope = str(note.get("reason", "")), str(note.get("scope", ""))
    return labelled(scope, reason) if scope else reason


def _difference(difference: Difference) -> str:
    if difference.restricted:
        return labelled(difference.label, _("changed"))
    nothing = _("(nothing)")
    return labelled(
        difference.label, f"{difference.old_words or nothing} -> {difference.new_words or nothing}"
    )


def _line(key: str, answers: Mapping[str, Answer], words: Words) -> Line:
    restricted = words.is_restricted(key)
    return Line(
        key, words.label(key, answers), "" if restricted else words.answer(key, answers[key]), restricted
    )


def _differences(
    changed: Iterable[str],
    before: Mapping[str, Answer],
    after: Mapping[str, Answer],
    words: Words,
    taken_back: Collection[str],
) -> Iterator[Difference]:
    for key in words.ordered({**before, **after}, changed):
        restricted = words.is_restricted(key) or covers(taken_back, key)
        old, new = ("", "") if restricted else (before.get(key, ""), after.get(key, ""))
        asked = words.is_asked(key) or isinstance(words.item(key), Repeat)
        # A row taken out is told by its number before.
        numbered = after if key in after else before
        yield Difference(
            key, words.label(key, numbered), old, new, words.answer(key, old), words.answer(key, new),
            restricted, asked,
        )  # fmt: skip
