"""Taking in records of other ODK programs, by the same rules as on the screen: each gets a verdict, and a bad one stops no good one."""

from __future__ import annotations

import hashlib
import hmac
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.i18n import language
from fieldkit.interop.imports.coming import Coming, Fault
from fieldkit.interop.openrosa.reading import record_id
from fieldkit.privacy.declines import is_declined, kept_answers
from fieldkit.privacy.tiers import template_of, without_what_was_seen
from fieldkit.wording import problem_text
from fieldkit.xforms import Form, FormEntry, Question
from fieldkit.xforms.answers import AnswerError, check_choice
from fieldkit.xforms.lists import Table

if TYPE_CHECKING:
    from fieldkit.session.session import Session

NEW, DECLINED, PRESENT, REFUSED = "new", "declined", "there", "refused"
VERDICTS = (NEW, DECLINED, PRESENT, REFUSED)
"""What becomes of a record: it is new; it is a decline, of which the day, the village and the outcome are kept; it is here already; it
is refused.
"""
_PURPOSE = "fieldkit imports 1"


@dataclass(frozen=True, slots=True)
class Judged:
    """What became, or would become, of a record of a file. record: its id here, "" for one that has none."""

    coming: Coming
    verdict: str
    record: str = ""
    faults: tuple[Fault, ...] = ()


class Importing:
    """Takes records into a session's workspace. known: whether a record is held elsewhere, such as in the archive of a desk.
    with_files: whether a record whose file is not at hand is refused, since it would be here already when the file comes.
    """

    def __init__(
        self,
        session: Session,
        known: Callable[[str], bool] = lambda _record: False,
        *,
        with_files: bool = False,
    ) -> None:
        self._session = session
        self._with_files = with_files
        self._known = known
        self._lists: dict[str, Mapping[str, Table]] = {}
        self._declined = session.exchange.imported_declines()
        self._seen: set[str] = set()

    def judge(self, records: Iterable[Coming], *, take: bool) -> Iterator[Judged]:
        """Check records one after the other, and keep the good ones where `take`. Raises StoreError."""
        for each in records:
            yield self._judged(each, take=take)
        self._session.forget_registry()

    def _judged(self, coming: Coming, *, take: bool) -> Judged:
        if coming.faults:
            return Judged(coming, REFUSED, faults=tuple(coming.faults))
        record = record_id(coming.form.id, coming.instance)
        mark = self._mark(record)
        if record in self._seen:
            return Judged(coming, REFUSED, faults=(Fault(coming.place, "import.twice"),))
        self._seen.add(record)
        if self._is_here(record) or mark in self._declined:
            return Judged(coming, PRESENT, record)
        entry = self._entry(coming)
        faults = (*_faults(entry, coming), *(_lacking(entry, coming) if self._with_files else ()))
        if faults:
            return Judged(coming, REFUSED, faults=faults)
        if is_declined(entry):
            if take:
                self._session.library.keep(entry.form)
                kept = kept_answers(entry)
                self._session.exchange.keep_decline(entry.form, kept, erase_draft="", imported=mark)
                self._declined.add(mark)
            return Judged(coming, DECLINED)
        if take:
            self._keep(entry, record, coming)
        return Judged(coming, NEW, record)

    def _mark(self, record: str) -> str:
        """What a decline is known again by: whose door it was, nobody can work out from it."""
        secret = self._session.pseudonyms
        return hmac.digest(secret, f"{_PURPOSE}\0{record}".encode(), hashlib.sha256).hex()

    def _is_here(self, record: str) -> bool:
        return bool(self._session.exchange.revisions(record)) or self._known(record)

    def _entry(self, coming: Coming) -> FormEntry:
        form = coming.form
        if form.hash not in self._lists:
            self._lists[form.hash] = self._session.interviews.lists_for(form)
        key = _instance_key(form)
        answers = {**coming.answers, **({key: coming.instance} if key else {})}
        return self._session.interviews.continued(form, answers, language(), self._lists[form.hash])

    def _keep(self, entry: FormEntry, record: str, coming: Coming) -> None:
        named = {leaf.text: leaf.item for leaf in entry.tree.leaves() if leaf.relevant and leaf.text}
        wanted = [
            name
            for name, item in named.items()
            if name in coming.files and isinstance(item, Question) and item.control == "upload"
        ]
        note: dict[str, Any] = {
            "imported": {"file": Path(coming.place.file).name, "instance": coming.instance}
        }
        with tempfile.TemporaryDirectory() as made:
            paths = {name: Path(made) / str(number) for number, name in enumerate(wanted)}
            for name, path in paths.items():
                path.write_bytes(coming.files[name]())
            files = {name: self._session.attach(path) for name, path in paths.items()}
        note |= {"files": files} if files else {}
        self._session.library.keep(entry.form)
        self._session.exchange.put(entry.form, record, entry.answers(relevant_only=True), note=note)


def _faults(entry: FormEntry, coming: Coming) -> Iterator[Fault]:
    """What of a record breaks the rules of its form; of a decline, nothing is asked."""
    wrong = set[str]()
    for leaf in entry.tree.leaves():
        if leaf.relevant and leaf.text:
            path = entry.tree.path(leaf)
            try:
                check_choice(entry, path, path, leaf.text)
            except AnswerError as error:
                wrong.add(path)
                params = {"question": entry.label(path) or path, **error.params}
                yield Fault(coming.at(entry.key(path)), "import.choice", params)
    if is_declined(entry):
        return
    for problem in without_what_was_seen(entry, entry.problems()):
        if problem.kind != "warning" and problem.path not in wrong:
            params = {"question": entry.label(problem.path) or problem.path, "problem": problem_text(problem)}
            yield Fault(coming.at(entry.key(problem.path)), "import.answer", params)
    asked = entry.answers(relevant_only=True)
    for key in coming.answers:
        item = coming.form.items.get(
            f"/{coming.form.root}/{template_of(key.partition('/@')[0], coming.form)}"
        )
        is_told = isinstance(item, Question) and item.control and item.bind.readonly is None
        if key not in asked and is_told and item is not None and item.path not in coming.form.unstored:
            yield Fault(coming.at(key), "import.not-asked", {"question": item.name})


def _lacking(entry: FormEntry, coming: Coming) -> Iterator[Fault]:
    """The files that a record answers with and that are not at hand; of a decline none is kept."""
    for leaf in () if is_declined(entry) else entry.tree.leaves():
        is_file = isinstance(leaf.item, Question) and leaf.item.control == "upload"
        if is_file and leaf.relevant and leaf.text and leaf.text not in coming.files:
            yield Fault(coming.at(entry.key(entry.tree.path(leaf))), "import.no-file", {"name": leaf.text})


def _instance_key(form: Form) -> str:
    """The flat key of a form's instanceID, "" where it has none."""
    found = [path for path in form.items if path.rpartition("/")[2].rpartition(":")[2] == "instanceID"]
    return found[0].split("/", 2)[2] if found else ""
