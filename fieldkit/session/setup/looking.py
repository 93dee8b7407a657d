"""What a newcomer is told of the program and the terminal: `fieldkit doctor --program` in few lines."""

from __future__ import annotations

from collections.abc import Sequence

from fieldkit.i18n import _
from fieldkit.session.doctor import MARKS, Checkup, finding_line
from fieldkit.session.installation import examine_program


class Looking:
    """What was found of the program, once it has been looked over; `checkup` is None until then."""

    def __init__(self) -> None:
        self.checkup: Checkup | None = None

    def look(self) -> None:
        """Look the program over, which takes a second or two."""
        self.checkup = examine_program()

    def lines(self) -> Sequence[str]:
        """What is wrong or deserves a look; one line where all is well."""
        if self.checkup is None:
            return (_("The program is being looked over …"),)
        return self.wrong() or (
            "{} {}".format(MARKS["well"], _("The program and this terminal were looked over: all is well.")),
        )

    def wrong(self) -> Sequence[str]:
        """What is wrong or deserves a look, as far as is known."""
        found = self.checkup.findings if self.checkup else ()
        return [finding_line(each) for each in found if each.mark != "well"]
