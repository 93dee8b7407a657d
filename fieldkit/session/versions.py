"""Drafts and the versions of their form: which one an interview goes on with, and carrying it to a newer one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypedDict

from tinydb.table import Document

from fieldkit.errors import FieldkitError, FormError
from fieldkit.library import FormLibrary
from fieldkit.session.words import Words
from fieldkit.store import Workspace
from fieldkit.xforms import Form, FormEntry, Question, Repeat
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.migration import Orphan, Plan, plan

MakeEntry = Callable[[Form, Mapping[str, Answer]], FormEntry]
"""An entry of a form that goes on with flat answers."""


class KeptAside(TypedDict):
    """An answer that the form no longer has a place for, as it stays with draft and record.

    tier: of the question it was given to; "" for a question without one. why: see `fieldkit.xforms.migration`.
    """

    key: str
    answer: Answer
    why: str
    label: str
    tier: str


@dataclass(frozen=True, slots=True)
class FormChange:
    """A draft whose form has another version now. `version` is the one it was begun with, `old` that form, None where
    it is no longer at hand; `new` is the form now, `plan` what carrying the answers to it does.
    """

    draft: str
    title: str
    version: str
    old: Form | None
    new: Form
    plan: Plan


class DraftVersions:
    """The drafts of one workspace, and what becomes of them when a form changes."""

    def __init__(self, workspace: Workspace, library: FormLibrary, versions: Versions) -> None:
        self._workspace = workspace
        self._library = library
        self._versions = versions

    def change(self, draft_id: str) -> FormChange | None:
        """What a person must decide before a draft goes on, since its form has changed; None for nothing.

        Raises FieldkitError("draft.unknown").
        """
        return self._versions.change(self._find(draft_id))

    def stay(self, draft_id: str, change: FormChange) -> None:
        """Go on with the version a draft was begun with; it is not asked again for this change. Raises StoreError."""
        self._workspace.drafts.patch({"stays": change.new.hash}, self._find(draft_id).doc_id)

    def carry(self, draft_id: str, change: FormChange) -> None:
        """Make a draft one of the newer version, in one commit. Raises StoreError."""
        found = self._find(draft_id)
        self._library.keep(change.new)
        self._workspace.drafts.patch(self._versions.carried(found, change), found.doc_id)

    def _find(self, draft_id: str) -> Document:
        drafts = self._workspace.drafts.find("id", draft_id)
        if not drafts:
            raise FieldkitError("draft.unknown", id=draft_id)
        return drafts[0]


class Versions:
    """Finds the versions of the forms of drafts. `entry` makes an entry, to see what a version leaves of answers."""

    def __init__(self, library: FormLibrary, entry: MakeEntry) -> None:
        self._library = library
        self._entry = entry

    def current(self, draft: Mapping[str, Any]) -> Form | None:
        """The form of a draft as it is now, None where there is none that can be used."""
        with suppress(FieldkitError, FormError):
            return self._library.get(draft["source"])
        return self._library.known(draft["form"])

    def made_with(self, draft: Mapping[str, Any]) -> Form | None:
        """The version a draft was begun with, None where it is no longer at hand."""
        current = self.current(draft)
        if current is not None and current.hash == draft["hash"]:
            return current
        return self._library.version(draft["form"], draft["hash"])

    def change(self, draft: Mapping[str, Any]) -> FormChange | None:
        """What a person decides before a draft goes on; None where nothing has changed, or it was decided."""
        old, new = self.made_with(draft), self.current(draft)
        if new is None or new.hash == draft["hash"]:
            return None
        # A correction is made with the version of its record; and nobody is asked the same twice.
        if old is not None and (draft.get("amends") or draft.get("stays") == new.hash):
            return None
        planned = self.plan(old, new, draft["answers"])
        return FormChange(draft["id"], draft["title"], draft["version"], old, new, planned)

    def plan(self, old: Form | None, new: Form, answers: Mapping[str, Answer]) -> Plan:
        """How answers stand in another version; what that version would overwrite on opening is set aside too."""
        planned = plan(old, new, answers)
        entry = self._entry(new, planned.answers)
        after = entry.answers()
        words = Words(new, "")
        lost = {
            key
            for key, answer in planned.answers.items()
            if answer and not _is_still(key, answer, after, words)
        }
        return planned.without(lost, "calculated")

    def carried(self, draft: Mapping[str, Any], change: FormChange) -> dict[str, Any]:
        """The merge patch that makes a draft one of the newer version; nothing of it is lost."""
        answers, keys = change.plan.answers, change.plan.keys
        path = draft["cursor"].get("path", "")
        root = f"/{(change.old or change.new).root}/"
        moved = keys.get(path.removeprefix(root))
        notes = {keys.get(key, key): text for key, text in draft["notes"].items()}
        return {
            "hash": change.new.hash,
            "version": change.new.version,
            "title": change.new.title,
            "answers": {**dict.fromkeys(draft["answers"]), **answers},
            "notes": {**dict.fromkeys(draft["notes"]), **notes},
            "overruled": {
                **dict.fromkeys(draft["overruled"]),
                **{keys[key]: True for key in draft["overruled"] if key in keys},
            },
            "cursor": {"path": f"/{change.new.root}/{moved}"} if moved and path.startswith(root) else {},
            "orphans": [
                *draft.get("orphans", ()),
                *kept_aside(change.old or change.new, change.plan.orphans),
            ],
        }


def kept_aside(form: Form, orphans: tuple[Orphan, ...]) -> list[KeptAside]:
    """Orphans as they are kept: with the words and the tier of the question they were given to."""
    words = Words(form, "")
    return [
        {
            "key": orphan.key,
            "answer": orphan.answer,
            "why": orphan.why,
            "label": words.label(orphan.key),
            # What nobody knows any more is shown to nobody.
            "tier": item.bind.tier if (item := words.item(orphan.key)) is not None else "R",
        }
        for orphan in orphans
    ]


def _is_still(key: str, answer: Answer, after: Mapping[str, Answer], words: Words) -> bool:
    """Whether an entry has an answer as it was. What it calculates is no answer; rows are only numbered anew."""
    item = words.item(key)
    if isinstance(item, Repeat):
        return key in after
    return after.get(key) == answer or (isinstance(item, Question) and not item.control)
