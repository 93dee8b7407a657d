"""From laptop to laptop by stick, as the screen and the command ask for it: one call takes and writes, and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Came, Carry, Exchange
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.wording import labelled
from sync import SyncError, spoken_code


class Carries:
    """The carries of one session. renewed: makes what is listed anew. used: remembers the folder."""

    def __init__(
        self, exchange: Exchange, renewed: Callable[[], object], used: Callable[[str], object]
    ) -> None:
        self._exchange = exchange
        self._renewed = renewed
        self._used = used

    def carry(self, folder: Path | str, event: str = "") -> Carry:
        """Take what other laptops wrote to a folder, given as it was typed, and write what is here of an event (default:
        of all events of the last day there is one).

        Raises FieldkitError with the words for any refusal of the whole.
        """
        try:
            found = self._exchange.carrying.carry(Path(folder).expanduser(), event)
        except SyncError as error:
            raise FieldkitError(error.code, **error.params) from error
        if any(each.revisions for each in found.came):
            self._renewed()
        self._used(str(folder))
        return found

    def lines(self, found: Carry) -> list[str]:
        """What came, what went and for whom, a line each; the last says that the stick may be removed."""
        lines = [line for each in found.came for line in _came_lines(each)]
        lines += [labelled(name, explain(error)) for name, error in found.refused]
        lines += _written_lines(found) if found.written else ()
        if found.failing:
            lines.append(explain(found.failing))
        return [*lines, _("You may remove the stick.")]


def _came_lines(came: Came) -> Iterator[str]:
    if not came.knows_us:
        yield _(
            "{name}: met. What it writes from the next time on is sealed for this laptop too.",
            name=came.sender,
        )
        return
    if came.revisions:
        yield _(
            "From {name}: {records} {records:record|records}, {revisions} {revisions:version that is|versions that are} new here. Check code {code}.",
            name=came.sender, records=came.records, revisions=came.revisions, code=spoken_code(came.sha256),
        )  # fmt: skip
    else:
        yield _("From {name}: nothing new.", name=came.sender)
    if came.conflicts:
        yield _(
            "{count} of these records say two things now, and keep both. Open them in the list of records and decide.",
            count=came.conflicts,
        )
    if came.returned:
        yield _(
            "{count} {count:version that was|versions that were} made on this laptop and lost here came back. This laptop was set back to an older copy, or has a double: tell the office.",
            count=came.returned,
        )
    if came.unfit:
        yield _(
            "{count} {count:version was|versions were} left aside: nothing proves which laptop of this office made {count:it|them}. Tell the office.",
            count=came.unfit,
        )


def _written_lines(found: Carry) -> Iterator[str]:
    if found.keyless:
        yield _(
            "{names}: nothing can be sealed for this laptop. At the office: enrol its key card again.",
            names=_(", ").join(found.keyless),
        )
    if not found.readers:
        yield _(
            "No other laptop is known here yet, so this one wrote its introduction alone. Take the stick to the others and come back."
        )
        return
    names = _(", ").join(found.readers)
    told = [each for each in found.written if each.revisions]
    for each in told:
        yield _(
            "{records} {records:record|records} written for {names} and read back. Check code {code}.",
            records=each.records, names=names, code=spoken_code(each.sha256),
        )  # fmt: skip
    if not told:
        yield _(
            "No record of the event is here yet; {names} learn of this laptop from the stick.", names=names
        )
