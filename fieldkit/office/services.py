"""Which services are planned for the township and its villages, and what has been done: the board of targets, of today.

What was done is counted as reports count it, from every record: in a large archive that takes some seconds, so whoever shows it
does so off the screen's thread.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fieldkit.fieldwork.targets import Progress
from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE
from fieldkit.report.periods import Period
from fieldkit.report.targets import READS, TARGET, needed, progress

if TYPE_CHECKING:
    from fieldkit.office.office import Office


def progress_today(office: Office, today: date) -> list[Progress]:
    """The targets of the periods that `today` lies in, as `fieldkit.report.targets.progress` has them. Where there is none,
    nothing else is read. Raises SyncError.
    """
    register = [{name: record.text(name) for name in READS[TARGET]} for record in office.records(TARGET)]
    wanted = needed(register)
    if wanted.keys() == READS.keys():
        return []
    facts = gather(office, wanted)
    return progress(Figures(facts, MADE, office.places()), Period(today, today, today.isoformat()), today)
