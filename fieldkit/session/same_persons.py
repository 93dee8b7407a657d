"""Writing down whether two rows of registrations are one person: the same on a laptop and at the office."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from fieldkit.exchange import Exchange
from fieldkit.fieldwork.same_person import SAME_PERSON, Pair, Row, Said, record_of
from fieldkit.library import FormLibrary
from fieldkit.session.interview import refuse

if TYPE_CHECKING:
    from fieldkit.fieldwork.duplicates import Evidence
    from fieldkit.xforms import FormEntry

_SPEAKS_OF_ITSELF = ("evidence", "decided_on", "note")
"""Where two who decide apart need not say the same."""


class SamePersons:
    """The decisions of one workspace. trial: an entry of a form with answers, that nothing keeps."""

    def __init__(
        self,
        exchange: Exchange,
        library: FormLibrary,
        trial: Callable[[str, Mapping[str, Any]], FormEntry],
        today: Callable[[], date],
    ) -> None:
        self._exchange = exchange
        self._library = library
        self._trial = trial
        self._today = today

    def write(
        self, pair: Pair, said: Said, kept: Row, why: Sequence[Evidence], *, records: Sequence[str], reason: str = ""
    ) -> list[str]:  # fmt: skip
        """Say it in every record that there is of the pair, so that none of them says anything else; give their ids.

        records: those that there are. Raises FieldkitError as finishing an interview does, StoreError.
        """
        form = self._library.get(SAME_PERSON)
        written = list(records) or [self._new(pair)]
        for record in written:
            before = self._exchange.record(record)
            told = " ".join(why) or (before.text("evidence") if before else "")
            (hh_id, person), (hh_other, person_other) = pair
            answers = {
                "hh_id": hh_id, "person": person, "hh_other": hh_other, "person_other": person_other, "evidence": told,
                "decision": said.value, "kept": "first" if kept == pair[0] else "second",
                "decided_on": self._today().isoformat(),
            }  # fmt: skip
            entry = self._trial(SAME_PERSON, answers)
            blocking = [problem for problem in entry.problems() if problem.kind != "warning"]
            if blocking:
                raise refuse(blocking)
            entry.finish()
            sealed = entry.answers(relevant_only=True)
            own = [key for key in sealed if key in _SPEAKS_OF_ITSELF or key.startswith("meta/")]
            note: dict[str, Any] = {"own": sorted(own)} | ({"reason": reason} if reason else {})
            self._library.keep(form)
            self._exchange.put(form, record, sealed, note=note)
        return written

    def _new(self, pair: Pair) -> str:
        """The record for a pair; where that one was erased with what it said, another."""
        record = record_of(pair)
        return self._exchange.new_record_id() if self._exchange.revisions(record) else record
