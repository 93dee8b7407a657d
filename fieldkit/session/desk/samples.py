"""Back-checks at a desk: a sample is drawn, its records are asked again blind, and what that comes to is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation, as_record
from fieldkit.fieldwork import samples as pure
from fieldkit.fieldwork import sampling
from fieldkit.fieldwork.backchecks import as_typed, fields_for
from fieldkit.fieldwork.households import HOUSEHOLD, household_of
from fieldkit.fieldwork.rows import rows_of, texts_of
from fieldkit.fieldwork.samples import BACKCHECK, SAMPLE, Place, Sample, Stands
from fieldkit.i18n import _, language
from fieldkit.office import flat_rows
from fieldkit.office import samples as kept
from fieldkit.office.looks import tier_of
from fieldkit.office.roles import Act
from fieldkit.report.backcheck_results import Figure, Results, results_of
from fieldkit.session.desk.told import told
from fieldkit.session.pace import Pace

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.interview import Interview
    from sync import RecordView

FORMS = ("visit", "household")
"""The forms whose records are checked, as they are offered."""
MODES = ("phone", "visit", "doc")
SHARE, FIRST_SHARE = 10, 20
"""What share is offered, in per cent: twice as much in the first two weeks of a form."""
_FIRST_WEEKS = timedelta(days=14)
_ASKED_AGAIN = frozenset({"P", "N"})
_OPTIONAL = ("visited_confirmed", "politeness", "told_could_refuse")
"""Questions about the procedure, which may stay open and are asked all the same."""
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """A sample as it stands: its places, how many were checked, and how many places somebody else has by now."""

    sample: Sample
    places: tuple[Place, ...]
    done: int
    replaced: int
    waiting: int

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return not self.sample.given_up and not pure.is_finished(self.places)


@dataclass(frozen=True, slots=True)
class Call:
    """What is needed to ask again, and nothing of what was answered. names, phone: "" where they are not known.

    household: its number. brought: the answers of the record as they are compared, which are shown question by question once
    today's answer stands.
    """

    sample: str
    place: Place
    form: str
    household: str
    head: str
    phone: str
    address: str
    group: str
    begun: bool
    author: str
    brought: Mapping[str, str]


class Samples:
    """The back-checks of one office, for whoever sits at a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- drawing --------------------------------------------------------------------------------------------

    @told()
    def offered(self, form: str) -> tuple[str, str, int]:
        """First and last day and share in per cent that are offered for a draw. Raises FieldkitError."""
        self._desk.need(Act.SAMPLE)
        self._desk.office.keep_tables()
        with self._desk.office.archive.database.reading() as connection:
            first = flat_rows.earliest(connection, form, "date")
        today = self._desk.session.today()
        last = today - timedelta(days=1)
        is_new = not first or last - date.fromisoformat(first) < _FIRST_WEEKS
        return first or last.isoformat(), last.isoformat(), FIRST_SHARE if is_new else SHARE

    @told()
    def draw(self, form: str, first: str, last: str, percent: int) -> Sample:
        """Draw a sample of the records of a form of these days (ISO 8601, both included) and keep it; nobody chooses the seed.

        Raises FieldkitError("role.may-not"), ("sample.days"), ("sample.share"), ("sample.form"), ("sample.open") while one of the
        same form and days goes on, ("sample.nobody"), those of the archive.
        """
        desk = self._desk
        desk.need(Act.SAMPLE)
        self._look_over(form, first, last, percent)
        desk.hand_in()
        with desk.alone():
            known = desk.office.lists.rows(SAMPLE)
            for row in known:
                if row.state == kept.OPEN and row.facts["form"] == form:
                    self._refuse_beside(row.facts, first, last)
            frame = sampling.without_own(
                kept.frame_of(desk.office, form, first, last), {desk.name, desk.device}
            )
            if not frame:
                raise FieldkitError("sample.nobody", first=first, last=last)
            today = desk.session.today().isoformat()
            number = pure.next_number(today[:7], [row.facts["number"] for row in known])
            seed = sampling.seed_of(kept.last_state(desk.office), number)
            drawn = sampling.draw(frame, seed, sampling.count_of(len(frame), percent))
            answers = pure.answers_of(number, form, first, last, percent, seed, drawn)
            interviews = desk.session.interviews
            interviews.record(SAMPLE, answers, interviews.lists_for(interviews.form(SAMPLE)))
            desk.hand_in()
        return self._found(number)[1]

    @told()
    def give_up(self, number: str, why: str) -> Sample:
        """End a sample before it is finished; the reason stays with it. Raises FieldkitError("sample.unknown"), ("sample.why"),
        ("sample.over"), and as `Desk.decide`.
        """
        self._desk.need(Act.SAMPLE)
        view, sample = self._found(number)
        said = " ".join(why.split())
        if not any(letter.isalpha() for letter in said) or len(said) > _LONGEST:
            raise FieldkitError("sample.why")
        if not self._standing(sample).is_open:
            raise FieldkitError("sample.over", number=number)
        today = self._desk.session.today().isoformat()
        changed = {"given_up_on": today, "given_up_why": said}
        self._desk.decide(view, Operation.RESOLVE, changed, changed=changed, note={"by": self._desk.name})
        return self._found(number)[1]

    # -- how it stands --------------------------------------------------------------------------------------

    @told()
    def all(self, last: int | None = None) -> list[Standing]:
        """Every sample, or the `last` so many; the latest first. Raises FieldkitError."""
        self._need()
        rows = reversed(self._desk.office.lists.rows(SAMPLE, last=last))
        return [self._standing(self._found(row.facts["number"])[1]) for row in rows]

    @told()
    def standing(self, number: str) -> Standing:
        """How a sample stands. Raises FieldkitError("sample.unknown")."""
        self._need()
        return self._standing(self._found(number)[1])

    def line(self) -> str:
        """What Home says of samples."""
        self._need()
        under_way = self._desk.office.lists.counts(SAMPLE).get(kept.OPEN, 0)
        return _("{count} under way", count=under_way) if under_way else ""

    def _standing(self, sample: Sample) -> Standing:
        office = self._desk.office
        done = kept.checked(office, sample.number)
        gone = kept.gone(office, list(sample.numbers))
        today = self._desk.session.today().isoformat()
        places = tuple(pure.places_of(sample, done, gone, today))
        waiting = sum(each.stands in {Stands.WAITING, Stands.TODAY} for each in places)
        return Standing(
            sample, places, sum(each.stands is Stands.DONE for each in places),
            sum(bool(each.replaced) for each in places), waiting,
        )  # fmt: skip

    # -- asking again ---------------------------------------------------------------------------------------

    @told()
    def call(self, number: str, record: str) -> Call:
        """What is needed to ask again about a record of a sample that has a place; the look at it is written down.

        Raises FieldkitError("role.may-not"), ("sample.unknown"), ("sample.not-now") where it is not to be asked, ("sample.own"),
        ("sample.closed") where the household wants no more contact, ("sample.nothing").
        """
        desk = self._desk
        desk.need(Act.CHECK)
        _view, sample = self._found(number)
        place = next((each for each in self._standing(sample).places if each.record == record), None)
        if sample.given_up or place is None or place.stands not in {Stands.WAITING, Stands.TODAY}:
            raise FieldkitError("sample.not-now", number=sample.numbers.get(record, number))
        author, hands = kept.hands_of(desk.office, [record])[record]
        item = sampling.Item(record, place.village, author, hands)
        if not sampling.without_own([item], {desk.name, desk.device}):
            raise FieldkitError("sample.own", number=place.number)
        desk.office.keep_tables()
        view = desk.office.view(record)
        assert view is not None
        household = as_record(view).text("hh_id")
        if kept.closed_households(desk.office, [household]):
            self._note_asked(number, record)
            raise FieldkitError("sample.closed", number=place.number)
        brought = self._brought(view)
        if not brought:
            raise FieldkitError("sample.nothing", number=place.number)
        begun = bool(desk.session.interviews.begun(BACKCHECK, "sample_id", place.number))
        return self._with_contact(
            Call(number, place, view.form, household, "", "", "", "", begun, author[:8], brought)
        )

    @told()
    def pass_over(self, call: Call) -> None:
        """Nobody could be asked: the next of the stratum has the place from tomorrow on. Raises as `Desk.decide`."""
        self._desk.need(Act.CHECK)
        self._note_asked(call.sample, call.place.record)

    @contextmanager
    def bringing(self, call: Call) -> Iterator[None]:
        """The answers of the record are at hand for comparing, for as long as it is asked again."""
        self._desk.need(Act.CHECK)
        record = call.place.record
        rows = [
            {"name": f"{record}/{question}", "label": "", "value": answer}
            for question, answer in call.brought.items()
        ]
        with self._desk.session.lend("originals", rows):
            yield

    @told()
    def interview(self, call: Call, mode: str) -> Interview:
        """Begin to ask again, or go on with it; within `bringing`. That it was begun is noted first, whatever comes of it.

        mode: one of `MODES`. Raises FieldkitError, StoreError.
        """
        self._desk.need(Act.CHECK)
        interviews, place = self._desk.session.interviews, call.place
        self._note_asked(call.sample, place.record)
        begun = interviews.begun(BACKCHECK, "sample_id", place.number)
        if begun:
            interview = interviews.resume(begun)
        else:
            answers = self._answers(call, mode)
            interview = interviews.start(BACKCHECK, language=language(), answers=answers)
        interview.about = place.number
        interview.pace = Pace(also=_OPTIONAL)
        stop = interview.pace.next_stop(interview)
        interview.jump(stop) if stop else interview.go_to_end()
        return interview

    def _answers(self, call: Call, mode: str) -> dict[str, Any]:
        """What is known before anybody is asked: which record, and which questions, as the seed says."""
        _view, sample = self._found(call.sample)
        place = call.place
        chosen = sampling.questions(sample.seed, place.record, self._fields(call.form), call.brought)
        return {
            "method": "random", "mode": mode, "village": place.village, "sample_id": place.number,
            "checker": self._desk.device[:8], "orig_staff": call.author, "orig_form": call.form,
            "orig_uuid": place.record, "item": [{"field": name} for name in chosen],
        }  # fmt: skip

    def _brought(self, view: RecordView) -> dict[str, str]:
        """Question → answer of a record, of those that may be asked again, as somebody types them.

        What is contact or restricted is not asked again, whatever the list says.
        """
        form = self._desk.office.library.known(view.form)
        fields = {path: answer for path, answer in view.fields.items() if tier_of(path, form) in _ASKED_AGAIN}
        record = replace(as_record(view), answers=fields)
        texts = texts_of(record)
        heads = [row for _id, row in rows_of(fields, "members") if row.get("rel") == "0"]
        said = texts | heads[0] if view.form == HOUSEHOLD and heads else texts
        found = {row["name"]: as_typed(row, said.get(row["name"], "")) for row in self._fields(view.form)}
        return {name: answer for name, answer in found.items() if answer}

    def _fields(self, form: str) -> list[Mapping[str, str]]:
        return fields_for(self._desk.office.library.get(BACKCHECK).lists.rows("backcheck_fields"), form)

    def _with_contact(self, call: Call) -> Call:
        """With name, telephone and where it is, as far as whoever sits here may see them."""
        office = self._desk.office
        with office.archive.database.reading() as connection:
            found = [
                row["record_id"]
                for row in flat_rows.rows_of(connection, HOUSEHOLD, [], {"hh_id": [call.household]})
            ]
        look = self._desk.look(found[0], "backcheck") if found else None
        if look is None:
            return call
        known = household_of(replace(as_record(look.view), answers=look.fields))
        return replace(call, head=known.head, phone=known.phone, address=known.address, group=known.group)

    def _note_asked(self, number: str, record: str) -> None:
        view, sample = self._found(number)
        today = self._desk.session.today().isoformat()
        if sample.asked.get(record) == today:
            return
        row = f"asked/{sampling.order('row', record).hex()[:10]}"
        written = {row: "1", f"{row}/asked_record": record, f"{row}/asked_on": today}
        self._desk.decide(view, Operation.RESOLVE, written, changed=written, note={"by": self._desk.name})

    # -- what it comes to -----------------------------------------------------------------------------------

    @told()
    def results(self, number: str) -> tuple[Standing, Results, int]:
        """How a sample stands, what it comes to, and how many declined a back-check from its day on (nobody knows who).

        Counted are the records that were drawn or stand in; figures of villages counted again in the month of the sample.
        Raises FieldkitError("role.may-not"), ("sample.unknown").
        """
        self._desk.need(Act.SAMPLE)
        standing = self._standing(self._found(number)[1])
        lists, sample = self._desk.office.lists, standing.sample
        done = kept.checked(self._desk.office, number)
        checks = [
            (each.village, kept.comparisons(done[each.record]))
            for each in standing.places
            if each.stands is Stands.DONE
        ]
        until = sample.given_up or "9"
        days = [row.at for row in lists.rows(kept.CHECK, [kept.DECLINED])]
        days += [
            record.text("date")
            for record in self._desk.session.exchange.records(BACKCHECK)
            if record.state == "declined"
        ]
        declined = sum(sample.on <= day <= until for day in days)
        return standing, results_of(checks, self._figures(sample.on[:7])), declined

    def _figures(self, month: str) -> Iterator[Figure]:
        for row in self._desk.office.lists.rows(kept.CHECK, [kept.FIGURE]):
            view = self._desk.office.view(row.record) if row.at.startswith(month) else None
            for _id, figure in rows_of(view.fields, "figure") if view is not None else ():
                counted, reported = figure.get("recounted", ""), figure.get("reported", "")
                if counted.isdigit() and reported.isdigit():
                    yield Figure(figure.get("figure_item", ""), int(counted), int(reported))

    # -- inside ---------------------------------------------------------------------------------------------

    def _need(self) -> None:
        self._desk.need_any(Act.SAMPLE, Act.CHECK)

    def _found(self, number: str) -> tuple[RecordView, Sample]:
        found = kept.sample(self._desk.office, number)
        if found is None:
            known = ", ".join(row.facts["number"] for row in self._desk.office.lists.rows(SAMPLE))
            raise FieldkitError("sample.unknown", number=number, known=known or "-")
        return found

    def _refuse_beside(self, facts: Mapping[str, Any], first: str, last: str) -> None:
        """A draw beside one of the same form and days that goes on."""
        overlaps = facts["first"] <= last and first <= facts["last"]
        if overlaps and self._standing(self._found(facts["number"])[1]).is_open:
            raise FieldkitError("sample.open", number=facts["number"])

    def _look_over(self, form: str, first: str, last: str, percent: int) -> None:
        if form not in FORMS:
            raise FieldkitError("sample.form", form=form, known=", ".join(FORMS))
        try:
            days = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError as error:
            raise FieldkitError("sample.days", first=first, last=last) from error
        if days[0] > days[1] or days[1] > self._desk.session.today():
            raise FieldkitError("sample.days", first=first, last=last)
        if not 1 <= percent <= 100:
            raise FieldkitError("sample.share", percent=percent)
