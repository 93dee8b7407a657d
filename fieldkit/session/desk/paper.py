"""Paper at a desk: entered once, and some of it a second time by somebody else, without the first entry in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation, as_record
from fieldkit.fieldwork import sampling
from fieldkit.fieldwork.households import HOUSEHOLD, VISIT
from fieldkit.fieldwork.second_entry import wilson
from fieldkit.i18n import _, language
from fieldkit.office import flat_rows
from fieldkit.office import paper as kept
from fieldkit.office import samples as hands
from fieldkit.office.roles import Act
from fieldkit.office.titles import titles
from fieldkit.session.desk.editing import edited
from fieldkit.session.desk.entered_twice import Difference, Entries, question_at
from fieldkit.session.desk.told import told
from fieldkit.session.words import Words
from fieldkit.wording import labelled
from fieldkit.xforms import Missing, Question

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.interview import Interview
    from fieldkit.session.offered import OfferedForm
    from fieldkit.xforms import FormEntry
    from fieldkit.xforms.answers import Answer
    from sync import RecordView

WHY = "paper"
"""The word for the log of looks."""


@dataclass(frozen=True, slots=True)
class Twice:
    """Two entries of one paper. seen: the record as the first entry stands. compared: question → how many answers were."""

    seen: RecordView
    first: FormEntry
    second: Interview
    differences: Sequence[Difference]
    compared: Mapping[str, int]


class Papers:
    """The paper of one office, for whoever sits at a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- the first entry ------------------------------------------------------------------------------------

    def forms(self) -> list[tuple[str, str]]:
        """The forms that may be entered from paper: name and title. Raises FieldkitError("role.may-not")."""
        self._desk.need(Act.SERVE)
        words = self._desk.words
        others: list[OfferedForm] = self._desk.session.other_forms()
        return [(VISIT, words.form(VISIT)), (HOUSEHOLD, words.form(HOUSEHOLD))] + [
            (each.name, each.title) for each in others
        ]

    def names_a_household(self, form: str) -> bool:
        """Whether a form chooses among registered households. Raises FieldkitError, FormError."""
        self._desk.need_any(Act.SERVE, Act.CHECK)
        return "households" in self._desk.session.interviews.form(form).instances

    @told()
    def begin(self, form: str, household: str = "") -> Interview:
        """Begin to enter a paper. household: the number on it, whose registration is brought along for that.

        Raises FieldkitError("role.may-not"), ("paper.household") for a number that is not registered, those of `Desk.borrow`.
        """
        self._desk.need(Act.SERVE)
        if household:
            self._bring(household)
        return self._desk.session.interviews.start(form, household, language())

    @told()
    def entered(self, record: str) -> None:
        """A record that was just entered here came from paper. Raises as `Desk.decide`."""
        self._desk.need(Act.SERVE)
        view = self._desk.office.view(record)
        if view is not None:
            note = {"paper": True, "by": self._desk.name}
            self._desk.decide(view, Operation.REVIEW, note=note)

    # -- the second -----------------------------------------------------------------------------------------

    @told()
    def waiting(self, *, every: bool) -> list[tuple[str, str]]:
        """The records to be entered a second time here, each with its title: a share that nobody picks, or `every` one; without
        those that were entered at this desk.
        """
        self._desk.need(Act.CHECK)
        office = self._desk.office
        rows = kept.waiting(office, every=every)
        named = titles(office, [row.record for row in rows])
        own = self._own([row.record for row in rows])
        return [
            (row.record, self._desk.words.title(named[row.record]))
            for row in rows
            if row.record in named and row.record not in own
        ]

    def line(self) -> str:
        """What Home says of paper."""
        self._desk.need_any(Act.CHECK, Act.SERVE)
        once = self._desk.office.lists.counts(kept.PAPER).get(kept.ONCE, 0)
        return _("{count} entered once", count=once) if once else ""

    @told()
    def again(self, record: str) -> Interview:
        """Enter the paper of a record a second time, or go on with it; nothing of the first entry is in it but the household.

        Raises FieldkitError("paper.own") where whoever sits here made the first, ("paper.not-waiting"), those of `Desk.borrow`.
        """
        self._desk.need(Act.CHECK)
        if not self._desk.office.lists.rows(kept.PAPER, [kept.ONCE], record=record):
            raise FieldkitError("paper.not-waiting")
        if self._own([record]):
            raise FieldkitError("paper.own")
        look = self._desk.look(record, WHY)
        assert look is not None
        if look.hidden:
            raise FieldkitError("role.hidden", who=self._desk.name, count=len(look.hidden))
        household = as_record(look.view).text("hh_id") if self.names_a_household(look.view.form) else ""
        if household:
            self._bring(household)
        interviews = self._desk.session.interviews
        begun = interviews.second(record)
        if begun:
            return interviews.resume(begun)
        return interviews.start(look.view.form, household, language(), second_of=record)

    @told()
    def compare(self, interview: Interview) -> Twice:
        """Both entries, once the second is finished. Raises FieldkitError("paper.not-waiting"), those of the archive."""
        self._desk.need(Act.CHECK)
        look = self._desk.look(interview.second_of, WHY)
        if look is None or look.hidden:
            raise FieldkitError("paper.not-waiting")
        interviews = self._desk.session.interviews
        first = interviews.continued(interview.form, look.view.fields, language())
        entries = Entries(first, interview.entry, interviews.trial(interview.form.id, {}))
        return Twice(look.view, first, interview, tuple(entries.differences()), entries.compared())

    @told()
    def settle(self, twice: Twice, said: Mapping[str, Answer]) -> None:
        """Write down what the comparison came to, and correct what the paper says otherwise; the second entry is erased.

        said: path in the first entry → what the paper says, of those that differ from the first entry alone. Raises
        FieldkitError("interview.unfinished") where the answers do not fit, and as `Desk.decide`; then nothing is written.
        """
        self._desk.need(Act.CHECK)
        interviews = self._desk.session.interviews

        def step(entry: FormEntry) -> None:
            for path, answer in said.items():
                _set(entry, path, answer)

        changed = edited(interviews, twice.first.form, twice.seen.fields, step)
        second = {
            "compared": sum(twice.compared.values()),
            "questions": dict(twice.compared),
            "differs": sorted(question_at(each.path) for each in twice.differences),
        }
        note: dict[str, Any] = {"second": second, "by": self._desk.name}
        operation = Operation.RESOLVE if changed else Operation.REVIEW
        self._desk.decide(twice.seen, operation, changed, changed=changed, note=note)
        interviews.discard(twice.second.id)
        self._desk.hand_in()

    # -- in words -------------------------------------------------------------------------------------------

    def question(self, twice: Twice, each: Difference) -> str:
        """What is asked there; where a row is missing, in which entry nobody says."""
        entry = twice.second.entry if self._only_second(twice, each) else twice.first
        return entry.label(each.path) or each.path.rpartition("/")[2]

    def answer(self, twice: Twice, each: Difference, answer: Answer) -> str:
        """An answer in words."""
        entry = twice.second.entry if self._only_second(twice, each) else twice.first
        words = Words(entry.form, language())
        return words.answer(entry.key(each.path), answer) or _("left empty")

    def others(self, twice: Twice, each: Difference) -> list[tuple[str, str]]:
        """The choices that neither entry has, of a question that takes one: value and words; none elsewhere."""
        item = twice.first.item(each.path)
        if not isinstance(item, Question) or item.control != "select1":
            return []
        return [
            (choice.value, choice.label)
            for choice in twice.first.choices(each.path)
            if choice.value not in {each.first, each.second}
        ]

    def takes_text(self, twice: Twice, each: Difference) -> bool:
        """Whether something else can be typed as the answer."""
        item = twice.first.item(each.path)
        return isinstance(item, Question) and not item.is_select and not each.is_row

    def results(self) -> list[str]:
        """How often two entries differed, by question: about forms and entry, and about nobody."""
        self._desk.need(Act.CHECK)
        lines: list[str] = []
        for form, questions in kept.agreement(self._desk.office).items():
            known = self._desk.office.library.known(form)
            words = Words(known, language())
            differing = sum(n for n, _of in questions.values())
            of = sum(count for _n, count in questions.values())
            low, high = wilson(differing, of)
            said = _(
                "{count} of {of} {of:answer differs|answers differ}: {percent} ({low} to {high} with a certainty of 95 per cent).",
                count=differing, of=of, percent=f"{differing / of:.1%}" if of else "", low=f"{low:.1%}", high=f"{high:.1%}",
            )  # fmt: skip
            lines.append(labelled(self._desk.words.form(form), said))
            for path, (n, count) in sorted(questions.items(), key=lambda each: (-each[1][0], each[0])):
                if n:
                    lines.append("  " + labelled(_label(words, path), f"{n}/{count}"))
        return [*lines, _("This is about the entry of paper, and about nobody.")] if lines else []

    # -- inside ---------------------------------------------------------------------------------------------

    def _own(self, records: Sequence[str]) -> set[str]:
        """Those that whoever sits here had a hand in."""
        found = hands.hands_of(self._desk.office, records)
        items = [sampling.Item(record, "", author, every) for record, (author, every) in found.items()]
        others = sampling.without_own(items, {self._desk.name, self._desk.device})
        return set(found) - {each.record for each in others}

    def _bring(self, household: str) -> None:
        office = self._desk.office
        office.keep_tables()
        with office.archive.database.reading() as connection:
            found = [
                row["record_id"]
                for row in flat_rows.rows_of(connection, HOUSEHOLD, [], {"hh_id": [household]})
            ]
        if not found:
            raise FieldkitError("paper.household", number=household)
        self._desk.borrow(found[0], WHY)

    @staticmethod
    def _only_second(twice: Twice, each: Difference) -> bool:
        try:
            twice.first.key(each.path)
        except LookupError:
            return True
        return False


def _set(entry: FormEntry, path: str, answer: Answer) -> None:
    try:
        entry.set(path, answer if isinstance(answer, str) else Missing(answer["missing"]))
    except (TypeError, ValueError) as error:
        raise FieldkitError("paper.answer", text=str(answer)) from error


def _label(words: Words, path: str) -> str:
    """What a form calls a question, by its path without rows."""
    item = next(
        (each for key, each in (words.form.items.items() if words.form else ()) if key.endswith("/" + path)),
        None,
    )
    return words.text(item.label) if isinstance(item, Question) and item.label else path
