"""A session: one open workspace with everything that screens and commands may do in it."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange import Exchange, Exported, Progress, Status
from fieldkit.fieldwork.happenings import SCREENING_EVENT, read_beside
from fieldkit.fieldwork.households import HOUSEHOLD, VISIT, Household, Visit
from fieldkit.fieldwork.registry import Registry
from fieldkit.fieldwork.same_person import SAME_PERSON
from fieldkit.fieldwork.search import Findings, SearchIndex
from fieldkit.fieldwork.worklist import Task
from fieldkit.i18n import _
from fieldkit.places import Place, places
from fieldkit.session.agenda import Agenda
from fieldkit.session.clock import clock_notices
from fieldkit.session.drafts import Unfinished, unfinished
from fieldkit.session.enrolling import Enrolling
from fieldkit.session.lock import ScreenLock
from fieldkit.session.parts import Parts
from fieldkit.session.prints import Prints
from fieldkit.store import Workspace

if TYPE_CHECKING:
    from fieldkit.library import FormLibrary
    from fieldkit.privacy.withdrawal import Withdrawn
    from fieldkit.records import Record
    from fieldkit.report import Document
    from fieldkit.session.files import AttachedFile
    from fieldkit.session.interview import Interview
    from fieldkit.session.last_time import LastTime
    from fieldkit.session.three_days import ThreeDays
    from fieldkit.session.timeline import Entry
    from fieldkit.xforms.lists import Rows


class Session(Parts):
    """Everything of one workspace. `now` gives aware datetimes (default: the clock); `seed` repeats ids and keys."""

    def __init__(
        self, workspace: Workspace, now: Callable[[], datetime] | None = None, *, seed: int | None = None
    ) -> None:
        self._workspace = workspace
        self.now = now or (lambda: datetime.now().astimezone())
        self.exchange = Exchange(workspace, self.now, seed=seed)
        self.enrolling = Enrolling(self.exchange)
        self.lock = ScreenLock(workspace)
        self.prints = Prints(hashlib.sha256(str(workspace.folder).encode()).hexdigest()[:16])
        self.agenda = Agenda(
            workspace, self.registry, self.today, self.choice_label, self.place_name, self.title_of,
            lambda: [(each.record, self.questions.line(each)) for each in self.questions.waiting()],
        )  # fmt: skip
        self._registry: Registry | None = None
        self._index = SearchIndex()
        self._pruned: date | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        passphrase: Callable[[], str] | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> Session:
        """Open the workspace in `folder`. Raises StoreError."""
        workspace = Workspace.open(folder, passphrase=passphrase)
        try:
            return cls(workspace, now)
        except BaseException:
            workspace.close()
            raise

    def close(self) -> None:
        """Close the workspace; pages that wait for the printer go."""
        self.prints.remove()
        self._workspace.close()

    def __enter__(self) -> Self:
        """Close it at the end of the block."""
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # -- what it is ---------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What its people call the workspace."""
        return self._workspace.name

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._workspace.folder

    @property
    def demo(self) -> bool:
        """Whether everything in it is invented."""
        return self._workspace.demo

    @property
    def watermark(self) -> str:
        """The line on everything printed that marks invented data; "" where it is real."""
        return _("Demo: every person here is invented.") if self.demo else ""

    @property
    def is_open(self) -> bool:
        """Whether it is kept without encryption."""
        return self._workspace.is_open

    @property
    def outbox(self) -> Path:
        """The folder offered for exports."""
        return self._workspace.path("outbox")

    def notices(self) -> list[str]:
        """What must be told after opening, in words."""
        from fieldkit.explain import explain_code

        return [explain_code(code, params) for code, params in self.notice_codes()]

    def notice_codes(self) -> list[tuple[str, dict[str, Any]]]:
        """What must be told after opening: codes with parameters, as for errors."""
        return [*self._workspace.notices, *clock_notices(self.now(), self.exchange.latest())]

    def tidy(self) -> None:
        """Clear up on the disk, while nobody waits. What a failing disk says is said when something must be written."""
        with contextlib.suppress(StoreError):
            self._workspace.tidy()
            self.exchange.sweep_files()
            self.exchange.end_leases()
            days = self._workspace.settings.keep_days
            if days and self._pruned != self.today():
                self._pruned = self.today()
                self.exchange.prune(days)

    def change_passphrase(self, passphrase: str) -> None:
        """Let another passphrase open the workspace from now on. Raises StoreError."""
        self._workspace.change_passphrase(passphrase)

    def replace_passphrase(self, old: str, new: str) -> None:
        """Let another passphrase open the workspace, for whoever knows the one in use.

        Raises StoreError("workspace.wrong-passphrase"), ("workspace.not-encrypted").
        """
        if not self.is_open and not self.opens_with(old):
            raise StoreError("workspace.wrong-passphrase", path=str(self.folder))
        self.change_passphrase(new)

    def opens_with(self, passphrase: str) -> bool:
        """Whether this is the workspace's passphrase. Raises StoreError."""
        return self._workspace.opens_with(passphrase)

    def today(self) -> date:
        """The day it is here."""
        return self.now().date()

    # -- households ---------------------------------------------------------------------------------------

    def registry(self) -> Registry:
        """Households and visits, made from the records when first needed."""
        if self._registry is None:
            forms = (HOUSEHOLD, VISIT, SAME_PERSON, *read_beside(self.exchange.forms()))
            self._registry = Registry(self.exchange.records(*forms), self._index)
        return self._registry

    def find(self, text: str) -> Findings:
        """Households by what is known of them, as `Registry.find`."""
        return self.registry().find(text)

    def household(self, number: str) -> Household | None:
        """A household by its number."""
        return self.registry().households.get(number)

    def visits(self, number: str) -> list[Visit]:
        """The visits to a household, oldest first."""
        return self.registry().visits.get(number, [])

    def due(self) -> list[Task]:
        """The visits due today."""
        return self.agenda.due()

    def timeline(self, number: str) -> list[Entry]:
        """What was recorded with a household, newest first, without its registration."""
        from fieldkit.session.timeline import timeline

        return timeline(self.registry(), number, self.library.known, self.title_of, self.choice_label)

    def assign(self, households: Sequence[str], due: date) -> None:
        """Put households on the worklist from a day on."""
        self._workspace.worklist.insert_multiple(
            {"household": each, "due": due.isoformat()} for each in households
        )

    # -- interviews ----------------------------------------------------------------------------------------

    def last_time(self, interview: Interview) -> LastTime | None:
        """What the household answered on the last visit that was done, if there was one and this is a visit; for a
        screening day the lots of the last one.
        """
        entry = interview.entry
        if entry.form.id == SCREENING_EVENT:
            from fieldkit.session.copied import last_of_each_kind
            from fieldkit.session.lots import lots_before

            before = last_of_each_kind(self, SCREENING_EVENT).get("")
            return lots_before(before, interview) if before else None
        try:
            number = entry.value(entry.form.find("hh_id").path)
        except LookupError:
            return None
        if entry.form.id != VISIT:
            return None
        from fieldkit.session.last_time import LastTime

        done = [v for v in self.visits(number) if v.outcome in {"done", "part"} and v.record != interview.id]
        record = self.exchange.record(done[-1].record) if done else None
        return LastTime.of(record) if record else None

    def declined(self, interview: Interview) -> bool:
        """Whether the person declined; a correction cannot make a record a decline."""
        from fieldkit.privacy.declines import is_declined

        return interview.amends is None and is_declined(interview.entry)

    def write_files(self, record: str, folder: Path) -> list[Path]:
        """Write the files attached to a record into a folder, in the clear; gives where they are.

        Raises FieldkitError("record.unknown"), StoreError("attachment.…"), ("medium.…").
        """
        if not self.exchange.revisions(record):
            raise FieldkitError("record.unknown", id=record)
        return [
            self._workspace.attachments.write(file["id"], folder / name)
            for name, file in self.exchange.files(record).items()
        ]

    def attached(self, kept_id: str) -> bytes:
        """The bytes of a file attached to a record. Raises StoreError("attachment.…"), ("medium.…")."""
        return b"".join(self._workspace.attachments.read(kept_id))

    def attach(self, path: Path) -> AttachedFile:
        """Take a file in, to be named in the note of a record. Raises StoreError("attachment.…"), ("medium.…")."""
        kept = self._workspace.attachments.put(path)
        return {"id": kept.id, "sha256": kept.sha256, "bytes": kept.bytes}

    def erase(self, record: str, reason: str) -> None:
        """Erase a record for good. Raises FieldkitError("record.unknown"), StoreError."""
        self.exchange.erase(record, reason)
        self._registry = None

    def withdraw(self, record: str, *, scope: str, reason: str) -> None:
        """Withdraw the consent for a record. scope: some of `SCOPES` between spaces or commas; `basic`, and any other
        words, mean the whole record.

        Raises FieldkitError as `Exchange.withdraw`, ("withdraw.no-words") without scope or reason, ("form.gone") where a
        part is meant and no version of the form is at hand; StoreError.
        """
        if not all(any(letter.isalpha() for letter in words) for words in (scope, reason)):
            raise FieldkitError("withdraw.no-words")
        from fieldkit.privacy.withdrawal import SCOPES, WHOLE

        named = scope.replace(",", " ").split()
        part = self._part(record, named) if set(named) <= set(SCOPES) - {WHOLE} else None
        self.exchange.withdraw(record, scope=" ".join(named), reason=" ".join(reason.split()), part=part)
        self._registry = None

    def _part(self, record: str, scopes: Sequence[str]) -> Withdrawn | None:
        from fieldkit.privacy.withdrawal import withdrawn

        known = self.exchange.record(record)
        if known is None or known.state != "live":
            return None
        form = self.histories.form(known.form, self.exchange.made_with(record))
        if form is None:
            raise FieldkitError("form.gone", form=known.form, version="")
        return withdrawn(form, known.answers, scopes, self.today())

    # -- out ----------------------------------------------------------------------------------------------

    def unfinished(self) -> list[Unfinished]:
        """The interviews in progress, the one touched last first."""
        return unfinished(self._workspace.drafts)

    def comments_not_looked_at(self) -> int:
        """How many comments of the office are on records that nobody has looked at since they came."""
        return self.exchange.comments_not_looked_at()

    def status(self) -> Status:
        """How much is here, and how much only here."""
        return self.exchange.status()

    def export(self, folder: Path | str, *, progress: Progress | None = None) -> Exported:
        """Write what is new to a folder, given as it was typed. progress: see `Exchange.export`.

        Raises FieldkitError with the words for any refusal.
        """
        return self.sticks.export(folder, progress=progress)

    def report(self, name: str, period: str) -> Document:
        """A report over the records kept here. Raises what `make` and `parse_period` raise."""
        from fieldkit.report import make, parse_period

        return make(self, name, parse_period(period, self.month_ends), unit=self.name, made_on=self.today())

    @property
    def three_days(self) -> ThreeDays:
        """The three-day report of today's window."""
        from fieldkit.session.filling import correct
        from fieldkit.session.three_days import ThreeDays

        return ThreeDays(
            self.exchange, self.interviews, self.registry, self.report,
            lambda record, answers, reason: correct(self, record, [answers], source="", reason=reason),
            self.places(), self.today(),
        )  # fmt: skip

    @property
    def month_ends(self) -> int:
        """The day (1 to 28) on which a month of reports ends, 0 for the calendar month."""
        return self._workspace.settings.month_ends

    def report_period(self) -> str:
        """The month of the latest visit kept here, else this month."""
        days = [record.text("date") for record in self.records("visit")]
        return max([day for day in days if day], default=self.today().isoformat())[:7]

    # -- RecordTables: what reports read -----------------------------------------------------------------

    def records(self, form: str) -> Iterator[Record]:
        """The live records of a form."""
        return (record for record in self.exchange.records(form))

    def read(self, take: Callable[[Record], None]) -> str:
        """Give every live record to `take`; give the state."""
        for record in self.exchange.records():
            take(record)
        return self.exchange.state()

    def places(self) -> Sequence[Place]:
        """The villages, in the order of their codes."""
        return places()

    def official(self, name: str) -> Sequence[Mapping[str, str]]:
        """None: official figures are kept at the office."""
        return ()

    def state(self) -> str:
        """SHA-256 over the records kept here."""
        return self.exchange.state()

    @property
    def pseudonyms(self) -> bytes:
        """The secret that pseudonyms of exports are made with, which stays in the workspace. Raises StoreError."""
        return self.exchange.device.pseudonyms

    def use_forms_of(self, library: FormLibrary) -> None:
        """Ask the forms of an office, where this is a desk there, before any was asked for."""
        self.__dict__["library"] = library

    @contextlib.contextmanager
    def lend(self, name: str, rows: Rows) -> Iterator[None]:
        """Give forms that read the list of that name these rows, for as long as something is asked."""
        self._lists.lent[name] = rows
        try:
            yield
        finally:
            del self._lists.lent[name]

    def forget_registry(self) -> None:
        """Households and visits are made anew when they are next needed."""
        self._registry = None

    def _renewed(self) -> Registry:
        """Households and visits, made anew."""
        self._registry = None
        return self.registry()

    def _finished(self, record: str) -> None:
        """Bring a new record into the registry."""
        made = self.exchange.record(record)
        if made is not None and self._registry is not None:
            self._registry.take(made)
