"""What a person may ask for: to see what is recorded about her, to correct it, to take consent back, to have it deleted
(domain §0, rule 11; PIPL art. 44 to 48).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Exchange
from fieldkit.fieldwork.households import HOUSEHOLD, VISIT
from fieldkit.fieldwork.names import Wanted, is_named, sounds_like, wanted
from fieldkit.fieldwork.registry import Registry
from fieldkit.fieldwork.same_person import Row
from fieldkit.i18n import _, language
from fieldkit.privacy.withdrawal import SCOPES, WHOLE, Withdrawn, scopes_in, withdrawn
from fieldkit.records import Record
from fieldkit.session.history import Histories
from fieldkit.session.interview import Interview
from fieldkit.session.interviews import Interviews
from fieldkit.xforms import Form
from fieldkit.xforms.answers import Answer

_MEMBERS = "members"
_LINKS = ("person", "respondent")
"""The questions by which a record says whom of a household it is about."""
_OTHER = ("hh_other", "person_other")
"""The questions by which a record says that it is about somebody else too (`same_person`)."""
_NAMES = ("name", "alias")
_NUMBERS = ("pid", "case_id", "req_id")
_ABOUT_ALL = frozenset({"hh_id", "village", "date", "outcome"})
"""What a record about somebody else of the household still says about the household itself."""
_MOST = 50
"""Households whose people are listed for what was typed."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the records speak of. household: its number, "" for a person of no household; instance: her row in it, ""
    for all of them; record: the one record about a person of no household.
    """

    name: str
    household: str
    instance: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer about a person. `is_restricted`: on health or the like; it is printed only when she wants it."""

    record: str
    key: str
    label: str
    words: str
    is_restricted: bool


class Rights:
    """The rights of the people in the records of one workspace."""

    def __init__(
        self,
        exchange: Exchange,
        interviews: Interviews,
        histories: Histories,
        registry: Callable[[], Registry],
        renewed: Callable[[], object],
        now: Callable[[], datetime],
    ) -> None:
        self._exchange = exchange
        self._interviews = interviews
        self._histories = histories
        self._registry = registry
        self._renewed = renewed
        self._now = now

    # -- whose --------------------------------------------------------------------------------------------

    def of_household(self, number: str) -> list[Person]:
        """The members of a household, and last all of them together; a member registered twice where her kept row stands.

        Raises FieldkitError("household.unknown").
        """
        household = self._registry().households.get(number)
        if household is None:
            raise FieldkitError("household.unknown", number=number)
        people = [Person(member.name, number, member.id) for member in household.members]
        for _member, kept in household.elsewhere:
            person = self._registry().registrations.person(kept)
            if person is not None and kept[0] != number:
                people.append(Person(person.name, *kept))
        return [*people, Person("", number)]

    def of_no_household(self) -> list[tuple[Person, frozenset[str]]]:
        """The people of records that belong to no household, each with the numbers she is known by."""
        found = []
        for record in self._exchange.records(*self._others()):
            name = next((record.text(each) for each in _NAMES if record.text(each)), "")
            numbers = frozenset(record.text(each) for each in _NUMBERS) - {""}
            if record.text("hh_id") == "" and (name or numbers):
                found.append((Person(name or min(numbers), "", record=record.id), numbers))
        return found

    def find(self, text: str, strangers: Iterable[tuple[Person, frozenset[str]]]) -> list[Person]:
        """People whose name, initials or number matches, of households and of `strangers` (`of_no_household`)."""
        what = wanted(text)
        if not what.written:
            return []
        found = []
        for each in self._registry().find(text)[:_MOST]:
            people = self.of_household(each.household.id)
            named = [p for p in people if is_named(p.name, what)] or [
                p for p in people if sounds_like(p.name, what)
            ]
            found += named or people
        typed = text.strip()
        return found + [who for who, numbers in strangers if typed in numbers or _matches(who.name, what)]

    def _others(self) -> list[str]:
        """The forms that something was recorded with here, other than registrations and visits."""
        return sorted(self._exchange.forms() - {HOUSEHOLD, VISIT}) or [""]

    # -- seeing -------------------------------------------------------------------------------------------

    def said(self, person: Person) -> list[Said]:
        """Every answer about a person, in the order of the records and of their forms; nothing about anybody else."""
        return [said for record in self._records(person) for said in self._said(record, person)]

    def _said(self, record: Record, person: Person) -> Iterator[Said]:
        words = self._histories.words(record.form, self._exchange.made_with(record.id))
        for key in words.ordered(record.answers):
            if words.is_asked(key) and record.answers[key] and self._is_hers(record, key, person):
                label = words.label(key, record.answers)
                yield Said(
                    record.id, key, label, words.answer(key, record.answers[key]), words.is_restricted(key)
                )

    def _records(self, person: Person) -> list[Record]:
        registry = self._registry()
        numbers = {row[0] for row in self._rows(person)}
        ids = [person.record] if not numbers else []
        for number in sorted(numbers):
            ids += [registry.households[number].record] if number in registry.households else []
            ids += [visit.record for visit in registry.visits.get(number, ())]
        found = [record for each in ids if (record := self._exchange.record(each)) is not None]
        if numbers:
            others = self._exchange.records(*self._others())
            found += [each for each in others if {each.text("hh_id"), each.text(_OTHER[0])} & numbers]
        live = [record for record in found if record.state == "live"]
        return sorted(live, key=lambda record: (record.form != HOUSEHOLD, record.text("date"), record.id))

    def _is_hers(self, record: Record, key: str, person: Person) -> bool:
        """Whether an answer is about her: her own row of the household, and what a record about her holds."""
        if not person.instance:
            return True
        if record.form == HOUSEHOLD:
            steps = key.split("/")
            return _MEMBERS not in steps or not self._instances(person).isdisjoint(steps)
        return self._is_named(record, person) or key.rpartition("/")[2] in _ABOUT_ALL

    def _rows(self, person: Person) -> frozenset[Row]:
        """Where somebody is registered: every row that is she, or her household as a whole; none without a household."""
        row = (person.household, person.instance)
        return (
            self._registry().registrations.same(row)
            if person.instance
            else frozenset({row} if person.household else ())
        )

    def _instances(self, person: Person) -> frozenset[str]:
        return frozenset(instance for _number, instance in self._rows(person))

    def _is_named(self, record: Record, person: Person) -> bool:
        """Whether a record about one of a household is about her, or about nobody in particular."""
        about = next((record.text(link) for link in _LINKS if record.text(link)), "")
        return about == "" or not self._instances(person).isdisjoint({about, record.text(_OTHER[1])})

    # -- correcting ---------------------------------------------------------------------------------------

    def correction(self, said: Said) -> Interview:
        """Open the correction of the record at one answer. Raises FieldkitError as `Interviews.amend`, and
        ("correction.gone") where the form no longer asks it.
        """
        interview = self._interviews.amend(said.record, language())
        interview.reason = _("the person herself asked for it")
        for leaf in [*interview.entry.tree.leaves()]:
            path = interview.entry.tree.path(leaf)
            if interview.entry.key(path) == said.key:
                interview.jump(path)
                return interview
        raise FieldkitError("correction.gone", question=said.label)

    # -- taking consent back ------------------------------------------------------------------------------

    def scopes(self, person: Person) -> tuple[str, ...]:
        """The consents that she gave and can take back."""
        found: set[str] = set()
        for record in self._records(person):
            form = self._form(record)
            if form is not None and self._is_about(record, person):
                found |= set(scopes_in(form, record.answers))
        return tuple(each for each in SCOPES if each in found)

    def withdraw(self, person: Person, scopes: Collection[str], reason: str) -> int:
        """Take back the consents `scopes` in every record about her; give how many records that touched.

        With `basic` the whole records go out of sight. Raises FieldkitError("withdraw.no-words") without a reason,
        ("withdraw.nothing") where nothing was consented to; StoreError.
        """
        if not scopes or not any(letter.isalpha() for letter in reason):
            raise FieldkitError("withdraw.no-words")
        touched = 0
        for record in self._records(person):
            form = self._form(record)
            if form is None or not self._is_about(record, person):
                continue
            whole = WHOLE in scopes
            given = [each for each in scopes_in(form, record.answers) if each in scopes]
            if given:
                part = self._part(form, record, given) if not whole else None
                self._exchange.withdraw(record.id, scope=" ".join(given), reason=reason, part=part)
                touched += 1
        if not touched:
            raise FieldkitError("withdraw.nothing", id=person.name)
        self._renewed()
        return touched

    def _part(self, form: Form, record: Record, scopes: Collection[str]) -> Withdrawn:
        return withdrawn(form, record.answers, scopes, self._now().date())

    def _is_about(self, record: Record, person: Person) -> bool:
        """A consent of a household is anybody's of it to take back; one given for another person is not."""
        return record.form == HOUSEHOLD or not person.instance or self._is_named(record, person)

    def _form(self, record: Record) -> Form | None:
        return self._histories.form(record.form, self._exchange.made_with(record.id))

    # -- deleting -----------------------------------------------------------------------------------------

    def erase(self, person: Person, reason: str = "asked") -> int:
        """Delete what is recorded about a person for good; give how many records that touched.

        A registration goes on without her row, as a new record under the same number; records about her alone go
        whole. With every member, or without a household, all of them go. Raises StoreError.
        """
        touched = 0
        instances = self._instances(person)
        for record in self._records(person):
            if person.instance and record.form == HOUSEHOLD:
                self._replace(record, _without(record.answers, instances), reason)
            elif self._is_about(record, person):
                self._exchange.erase(record.id, reason)
            else:
                continue
            touched += 1
        self._renewed()
        return touched

    def _replace(self, record: Record, answers: Mapping[str, Answer], reason: str) -> None:
        """Keep the rest as a record of its own, then erase the one it was in, so that no earlier answer is left."""
        form = self._form(record)
        if form is None:
            raise FieldkitError("form.gone", form=record.form, version="")
        self._exchange.put(form, self._exchange.new_record_id(), answers)
        self._exchange.erase(record.id, reason)


def _without(answers: Mapping[str, Answer], instances: Collection[str]) -> dict[str, Answer]:
    return {key: answer for key, answer in answers.items() if not set(instances) & set(key.split("/"))}


def _matches(name: str, what: Wanted) -> bool:
    return is_named(name, what) or sounds_like(name, what)
