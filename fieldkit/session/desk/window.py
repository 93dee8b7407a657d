"""The window: matters that somebody brought, by the day they were promised for, and each step of them in a few keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.fieldwork.procedures import Procedure, procedures
from fieldkit.i18n import N_, _, language
from fieldkit.office import requests
from fieldkit.office.flat import up_to_date
from fieldkit.office.requests import FORM, PICKUP, Request, When
from fieldkit.office.roles import Act
from fieldkit.session.desk.labels import Labels
from fieldkit.session.desk.told import told
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.office.looks import Look
    from fieldkit.session.desk.desk import Desk
    from fieldkit.xforms import FormEntry

_HEADINGS: dict[When, str] = {
    "before": N_("Promised for a day that is over"),
    "today": N_("Promised for today"),
    "later": N_("Promised for later"),
    "waiting": N_("Waiting for papers"),
}
_COUNTED: dict[When, str] = {
    "before": N_("{count} promised for a day that is over"),
    "today": N_("{count} for today"),
    "later": N_("{count} for later"),
    "waiting": N_("{count} waiting for papers"),
}
_ABOVE = "county_health_bureau"
WHY = "window"
"""What the log of looks says of a matter that was opened here."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter that was opened. status: the form's code, "" in conflict; at: the step that nobody has finished, its id or ""."""

    record: str
    look: Look
    status: str
    missing: tuple[str, ...]
    at: str

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.status in requests.OPEN or not self.status


class Window:
    """The matters of an office, for whoever serves there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._labels = Labels(desk.session.library, FORM)

    # -- lists --------------------------------------------------------------------------------------------

    @told()
    def state(self) -> str:
        """How much is open, in words, for Home. Raises FieldkitError."""
        self._desk.need(Act.SERVE)
        up_to_date(self._desk.office, quickly=True)
        counts = requests.counts(self._desk.office, self._desk.session.today())
        return _(", ").join(_(_COUNTED[when], count=number) for when, number in counts.items() if number)

    @told()
    def open(self) -> list[Request]:
        """All that are open, by the day promised. Raises FieldkitError("role.may-not") and of the archive."""
        self._desk.need(Act.SERVE)
        up_to_date(self._desk.office)
        return requests.open_requests(self._desk.office)

    def sections(self) -> list[tuple[str, list[Request]]]:
        """The same under headings: what is late first, what waits for papers last. Raises as `open`."""
        self._desk.need(Act.SERVE)
        today, found = self._desk.session.today(), self.open()
        parts = [
            (_(heading), [each for each in found if each.when(today) == when])
            for when, heading in _HEADINGS.items()
        ]
        return [(heading, some) for heading, some in parts if some]

    def line(self, each: Request) -> str:
        """One of a list: the day promised, what it is, where it stands, what is missing, its number."""
        parts = [each.promised or _("no day"), self._labels.of("item", each.item)]
        if not each.status:
            parts.append(_("in conflict: to be decided first"))
        elif each.unit:
            parts.append(_("{unit} since {day}", unit=self._labels.of("unit", each.unit), day=each.since))
        else:
            parts.append(self._labels.of("status", each.status))
        if each.missing:
            parts.append(labelled(_("to bring"), self._papers(each.missing)))
        return "  ".join([*parts, each.number])

    # -- what is told once --------------------------------------------------------------------------------

    def procedures(self) -> Sequence[Procedure]:
        """What may be brought here, and what each takes. Raises FieldkitError("role.may-not"), ("list.unreadable")."""
        self._desk.need(Act.SERVE)
        return [each for each in procedures(self._desk.office.folder / "lists") if each.item != PICKUP]

    def begin(self, procedure: Procedure) -> str:
        """Begin a new matter with what is known of it; give its interview, which stands at the first question that is open.

        Raises FieldkitError("role.may-not"), StoreError.
        """
        self._desk.need(Act.SERVE)
        known = {"item": procedure.item, "promised_days": procedure.days, "fee_due": procedure.fee}
        interview = self._desk.session.interviews.start(FORM, language=language(), answers=known)
        interview.jump(interview.first_open() or interview.index.path)
        return interview.id

    def in_short(self, procedure: Procedure) -> str:
        """A matter, its time limit, its fee and its papers in one line."""
        return "  ".join([self._labels.of("item", procedure.item), *self._limits(procedure)])

    def sheet(self, procedure: Procedure) -> list[str]:
        """What somebody is told once: matter, papers, time limit, fee; nothing about any person."""
        within, fee, papers = self._limits(procedure)
        return [
            self._labels.of("item", procedure.item),
            "",
            labelled(_("Papers"), papers),
            labelled(_("Done within"), within),
            labelled(_("Fee"), fee),
            "",
            _("Nobody has to give a name. If it takes longer than promised, complain here or by telephone."),
        ]

    def _limits(self, procedure: Procedure) -> tuple[str, str, str]:
        days = _("{count} working days", count=procedure.days) if procedure.days else _("the same day")
        fee = _("{amount} yuan", amount=procedure.fee) if procedure.fee.strip("0.") else _("free of charge")
        return days, fee, self._papers(procedure.docs) or _("no papers")

    def _papers(self, codes: Sequence[str]) -> str:
        return _(", ").join(self._labels.of("docs_missing", each) for each in codes)

    # -- one matter ---------------------------------------------------------------------------------------

    @told()
    def see(self, record: str) -> Matter:
        """Open a matter. Raises FieldkitError("role.may-not"), as `Entering.open`."""
        self._desk.need(Act.SERVE)
        look = self._desk.entering.open(record, WHY)
        fields = look.fields
        at = ""
        for key in sorted(fields, key=lambda key: str(fields[key]).zfill(9)):
            above, _slash, row = key.rpartition("/")
            if above == "handling/steps" and f"{key}/out_at" not in fields:
                at = row
        papers = str(fields.get("promise/docs_missing", ""))
        missing = tuple(each for each in papers.split() if each != "none")
        return Matter(record, look, str(fields.get("handling/status", "")), missing, at)

    def title(self, matter: Matter) -> str:
        """What a matter is about, and its number."""
        text = _texts(matter.look)
        return "  ".join(filter(None, (self._labels.of("item", text("item")), text("req_id"))))

    def lines(self, matter: Matter) -> Iterator[str]:
        """What is known of a matter, line by line: what was promised, where it is, whom to tell."""
        text = _texts(matter.look)
        label = self._labels.of
        yield "  ".join(
            filter(
                None, (text("header/date"), label("via", text("header/via")), label("status", matter.status))
            )
        )
        yield labelled(_("Promised by"), text("promise/by_when/promised_by") or _("no day"))
        if matter.missing:
            yield labelled(_("To bring"), self._papers(matter.missing))
        if text("promise/details"):
            yield text("promise/details")
        for key in sorted(matter.look.fields, key=lambda key: text(key).zfill(9)):
            if key.rpartition("/")[0] == "handling/steps":
                days = [text(f"{key}/{name}")[:16].replace("T", " ") for name in ("in_at", "out_at")]
                step = f"{text(f'{key}/step')}  {label('unit', text(f'{key}/unit'))}"
                yield "  ".join([f"- {step}", " > ".join(days) if days[1] else _("since {day}", day=days[0])])
        told_to = "  ".join(filter(None, (text("caller/alias"), text("caller/phone"))))
        if told_to:
            yield labelled(_("Wishes to be told"), told_to)

    # -- its steps ----------------------------------------------------------------------------------------

    def done(self, matter: Matter) -> None:
        """It is done, now. Raises as `Entering.change`."""

        def step(entry: FormEntry) -> None:
            self._close(entry)
            self._set(entry, "status", "done")

        self._change(matter, _("done"), step)

    def send(self, matter: Matter, unit: str, what: str) -> None:
        """It goes on to another office for something; what stood before it is finished. Raises as `Entering.change`."""

        def step(entry: FormEntry) -> None:
            self._pass(entry, unit, what)
            self._set(entry, "status", "in_progress")

        self._change(matter, labelled(_("on to"), self._labels.of("unit", unit)), step)

    def pass_up(self, matter: Matter) -> None:
        """It goes up to the county. Raises as `Entering.change`."""

        def step(entry: FormEntry) -> None:
            self._pass(entry, _ABOVE, _("Passed up"))
            self._set(entry, "status", "passed_up")

        self._change(matter, _("passed up"), step)

    def came_back(self, matter: Matter) -> None:
        """The office where it stood is finished with it. Raises as `Entering.change`."""

        def step(entry: FormEntry) -> None:
            self._close(entry)
            self._set(entry, "status", "in_progress")

        self._change(matter, _("finished there"), step)

    def papers(self, matter: Matter, missing: Sequence[str]) -> None:
        """These papers are missing now, () for none: everything was brought. Raises as `Entering.change`."""

        def step(entry: FormEntry) -> None:
            self._set(entry, "docs_missing", " ".join(missing) or "none")
            if missing or matter.status == requests.WAITING:
                self._set(entry, "status", requests.WAITING if missing else "in_progress")

        self._change(matter, _("papers brought") if not missing else _("papers missing"), step)

    def withdrawn(self, matter: Matter) -> None:
        """Whoever brought it does not want it any more; nobody has to say why. Raises as `Entering.change`."""

        def step(entry: FormEntry) -> None:
            self._close(entry)
            self._set(entry, "status", "withdrawn")

        self._change(matter, _("withdrawn by the person"), step)

    def refuse(self, matter: Matter, reason: str, remedy: str) -> None:
        """It cannot be accepted: why, and what the person can do instead. Raises as `Entering.change`."""

        def step(entry: FormEntry) -> None:
            self._close(entry)
            self._set(entry, "status", "not_accepted")
            self._set(entry, "refused_reason", reason)
            self._set(entry, "remedy", remedy)

        self._change(matter, _("not accepted"), step)

    def missing_papers(self) -> list[tuple[str, str]]:
        """The papers that may be missing, each with its words."""
        return [(code, words) for code, words in self._labels.all("docs_missing").items() if code != "none"]

    def units(self) -> list[tuple[str, str]]:
        """The offices a matter may go to, each with its words."""
        return list(self._labels.all("unit").items())

    def _change(self, matter: Matter, why: str, step: Callable[[FormEntry], None]) -> None:
        self._desk.need(Act.SERVE)
        self._desk.entering.change(matter.look, why, step)

    def _pass(self, entry: FormEntry, unit: str, what: str) -> None:
        self._close(entry)
        self._set(entry, "has_steps", "yes")
        repeat = entry.form.find("steps").path
        last = f"{repeat}[{entry.count(repeat)}]"
        is_blank = entry.count(repeat) and not entry.value(f"{last}/unit")
        row = last if is_blank else entry.add_repeat(repeat)
        for name, value in (("step", what), ("unit", unit), ("in_at", self._moment())):
            entry.set(f"{row}/{name}", value)

    def _close(self, entry: FormEntry) -> None:
        """Every step that nobody has finished is finished now."""
        repeat = entry.form.find("steps").path
        for number in range(1, entry.count(repeat) + 1):
            row = f"{repeat}[{number}]"
            if entry.value(f"{row}/unit") and not entry.value(f"{row}/out_at"):
                entry.set(f"{row}/out_at", self._moment())

    def _moment(self) -> str:
        return self._desk.session.now().isoformat(timespec="milliseconds")

    @staticmethod
    def _set(entry: FormEntry, name: str, value: str) -> None:
        entry.set(entry.form.find(name).path, value)


def _texts(look: Look) -> Callable[[str], str]:
    """The answers of a look as text, "" for none and for those that are not shown."""

    def text(key: str) -> str:
        answer = look.fields.get(key, "")
        return answer if isinstance(answer, str) else ""

    return text
