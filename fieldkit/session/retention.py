"""What has been kept as long as it may be: a preview first, then its removal (domain §0, rule 12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from fieldkit.exchange import Exchange
from fieldkit.privacy.retention import LAST_SERVICE, Due, ended, rules_for
from fieldkit.privacy.tiers import template_of
from fieldkit.records import Record
from fieldkit.session.history import Histories
from fieldkit.xforms import Form
from fieldkit.xforms.answers import Answer

_TEAM = "N"


class Retention:
    """The records of one workspace whose time is over.

    When contact or restricted answers have been kept long enough, the record goes on without them; when the answers of
    the team have, only those fit for counts go on, tied to nobody. Either way what goes on is a new record and the old one
    is erased, so that no earlier answer is left anywhere.
    """

    def __init__(
        self,
        exchange: Exchange,
        histories: Histories,
        today: Callable[[], date],
        renewed: Callable[[], object],
    ) -> None:
        self._exchange = exchange
        self._histories = histories
        self._today = today
        self._renewed = renewed

    def due(self, as_of: date | None = None) -> list[Due]:
        """What would go on a day (default: today), in the order of the days it ended; nothing is changed."""
        records = [record for record in self._exchange.records() if record.state == "live"]
        last = _last_service(records)
        found = []
        for record in records:
            form = self._form(record)
            over, since = (
                self._over(form, record, last, as_of or self._today()) if form else (frozenset(), None)
            )
            if (
                since is not None
                and form is not None
                and len(_kept(form, record.answers, over)) < len(record.answers)
            ):
                found.append(Due(record.id, record.form, over, since))
        return sorted(found, key=lambda each: (each.since, each.record))

    def remove(self, due: Iterable[Due]) -> int:
        """Remove what a preview listed; give how many records that touched. Raises StoreError.

        A record that is open for correction loses the correction with it. What another laptop brought goes from here alone,
        as soon as the office holds it: what is fit for counts goes on once, from the laptop that made it.
        """
        count = 0
        for each in due:
            record = self._exchange.record(each.record)
            form = self._form(record) if record is not None and record.state == "live" else None
            if record is None or form is None:
                continue
            is_gone = self._exchange.forget_neighbours(record.id)
            if is_gone is not None:
                count += is_gone
                continue
            kept = _kept(form, record.answers, each.tiers)
            if kept:
                self._exchange.put(form, self._exchange.new_record_id(), kept)
            self._exchange.erase(record.id, "retention")
            count += 1
        self._renewed()
        return count

    def _form(self, record: Record) -> Form | None:
        return self._histories.form(record.form, self._exchange.made_with(record.id))

    def _over(
        self, form: Form, record: Record, last: Mapping[str, date], today: date
    ) -> tuple[frozenset[str], date | None]:
        starts: dict[str, date | None] = {
            LAST_SERVICE: last.get(record.text("hh_id"), _day(record.text("date")))
        }
        rules = rules_for(form)
        for rule in rules:
            starts.setdefault(rule.start, _day(record.text(rule.start)))
        return ended(rules, starts, today)


def _kept(form: Form, answers: Mapping[str, Answer], over: frozenset[str]) -> dict[str, Answer]:
    """The answers that go on: without the tiers whose time is over, and, without those of the team, only what is fit for
    counts.
    """
    return dict(_fitting(form, answers, over))


def _fitting(form: Form, answers: Mapping[str, Answer], over: frozenset[str]) -> Iterator[tuple[str, Answer]]:
    for key, answer in answers.items():
        item = form.items.get(f"/{form.root}/{template_of(key, form)}")
        tier = item.bind.tier if item is not None else ""
        if _TEAM in over:
            if tier == "P":
                yield key, answer
        elif tier not in over:
            yield key, answer


def _last_service(records: Iterable[Record]) -> dict[str, date]:
    """The day of the latest record of each household."""
    found: dict[str, date] = {}
    for record in records:
        number, day = record.text("hh_id"), _day(record.text("date"))
        if number and day is not None:
            found[number] = max(day, found.get(number, day))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
