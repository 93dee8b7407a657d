"""What a question owes the person who answers it: why it is asked, who sees the answer, that it may be skipped."""

from __future__ import annotations

from fieldkit.commands import DECLINED, DONT_KNOW, NOT_APPLICABLE, PREFER_NOT
from fieldkit.i18n import _
from fieldkit.session.interview import Interview
from fieldkit.widgets.message import Notice


class Guide(Notice):
    """The words of one question beside its label and hint, to read out or to read."""

    def __init__(self, interview: Interview, path: str) -> None:
        entry = interview.entry
        why, who, guidance = (entry.told(path, what) for what in ("why", "who_sees", "guidance"))
        lines = [
            entry.label(path),
            _("Why: {why}", why=why) if why else "",
            _("Who sees it: {who}", who=who) if who else "",
            _(
                "Every question may be left: {dk} don't know, {declined} declined, {pns} prefer not to say, {na} not applicable. Nothing follows from it.",
                dk=DONT_KNOW.key_names,
                declined=DECLINED.key_names,
                pns=PREFER_NOT.key_names,
                na=NOT_APPLICABLE.key_names,
            ),
            _("For whoever asks: {guidance}", guidance=guidance) if guidance else "",
        ]
        super().__init__("\n\n".join(line for line in lines if line))
