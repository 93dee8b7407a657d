"""A laboratory's file: what would come of each row, before anything is written; then writing it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.fieldwork.lab_verdicts import HARMLESS, Judged, Verdict
from fieldkit.i18n import N_, _
from fieldkit.session.files import file_named
from fieldkit.session.lab_words import VERDICTS, more_of
from fieldkit.session.laboratory import Preview
from fieldkit.session.session import Session
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

_ORDER = (Verdict.CHANGES, *(each for each in Verdict if each not in HARMLESS), *(
    each for each in Verdict if each in HARMLESS and each is not Verdict.CHANGES
))  # fmt: skip
"""What a person must look at comes first."""


class LabScreen(Frame[None]):
    """Asks for the file and shows its rows by verdict. Enter says yes to a change, or tells more of a row; F10 writes."""

    ABOUT = N_(
        "The laboratory's file is looked at row by row before anything is written. Arrows mark a row; Enter says yes to a change or takes that back, and tells more of any other row."
    )
    KEYS: ClassVar = (
        c.HELP,
        c.LANGUAGE,
        c.FINISH.saying(N_("Choose a file, write its results or its faulty rows"), N_("File, write")),
        c.BACK,
    )
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    LabScreen #said { height: auto; padding: 1 1; }
    LabScreen LineList { padding: 0 1; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.preview: Preview | None = None
        self.agreed: set[tuple[object, ...]] = set()
        self._path: Path | None = None
        self._rows: list[Judged | None] = []

    def body(self) -> Iterable[Widget]:
        """What is to be done, then the rows."""
        yield Static(id="said", markup=False)
        yield LineList()

    def title_text(self) -> str:
        """What it is."""
        name = self.preview.file.name if self.preview else ""
        return _("Laboratory results: {file}", file=name) if name else _("Laboratory results")

    def on_mount(self) -> None:
        """Ask for the file."""
        self._ask_for_file()

    def show_words(self) -> None:
        """Draw the rows."""
        self.query_one("#said", Static).update(self._said())
        lines, headings = self._lines()
        at = self.query_one(LineList).highlighted
        self.query_one(LineList).show(lines, headings, at if at not in headings else None)
        self.query_one(LineList).focus()

    def action_back(self) -> None:
        """Go back; what is not written stays unwritten."""
        self.dismiss(None)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Say yes to a change or take it back; of any other row tell more."""
        event.stop()
        row = self._rows[event.number]
        if row is None or self.preview is None:
            return
        if row.verdict is Verdict.CHANGES:
            self.agreed ^= {row.key}
            self.refresh_words()
            return
        more = more_of(row, self.session.results.laboratory.words())
        self.app.push_screen(Notice(_("row {row}: {number}: {verdict}", row=row.row.line, number=row.row.pid,
                                      verdict=_(VERDICTS[row.verdict])) + ("\n\n" + more if more else "")))  # fmt: skip

    @work
    async def action_finish(self) -> None:
        """Write what was agreed to, or the list for the laboratory."""
        preview = self.preview
        if preview is None:
            self._ask_for_file()
            return
        count = len(preview.of(Verdict.NEW)) + len(self.agreed)
        faulty = len(preview.faulty)
        choices: list[tuple[str, str]] = []
        if count:
            choices.append(("take", _("Write {count} {count:result|results}", count=count)))
        if faulty:
            choices.append(
                (
                    "faults",
                    _(
                        "Write the {count} faulty {count:row|rows} into a file for the laboratory",
                        count=faulty,
                    ),
                )
            )
        choices.append(("file", _("Another file")))
        asked = Pick(_("What shall be done?"), [words for _name, words in choices])
        chosen = await self.app.push_screen_wait(asked)
        wanted = choices[chosen[0]][0] if chosen else ""
        if wanted == "take":
            await self._take(preview)
        elif wanted == "faults":
            await self._write_faults(preview)
        elif wanted == "file":
            self._ask_for_file()

    async def _take(self, preview: Preview) -> None:
        laboratory = self.session.results.laboratory
        try:
            taken = laboratory.take(preview, self.agreed)
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
        else:
            await self.app.push_screen_wait(
                Notice(
                    _(
                        "Written: {new} new, {changed} changed. {unconfirmed} of them wait for a clinician, on the list of next steps.",
                        new=taken.new, changed=taken.changed, unconfirmed=taken.unconfirmed,
                    )
                )
            )  # fmt: skip
        self._look()

    async def _write_faults(self, preview: Preview) -> None:
        assert self._path is not None
        offered = self._path.with_name(f"{self._path.stem}-{_('faults')}.csv")
        typed = await self.app.push_screen_wait(AskText(_("Into which file? "), str(offered)))
        if not typed:
            return
        target = file_named(typed)
        try:
            with target.open("x", encoding="utf-8", newline="") as file:
                file.write(preview.faults_csv())
        except FileExistsError:
            self.refuse(FieldkitError("letters.exists", path=str(target)))
        except OSError as error:
            self.refuse(
                FieldkitError("letters.unwritable", path=str(target), reason=error.strerror or str(error))
            )
        else:
            self.notify(_("Written: {path}", path=target))

    @work
    async def _ask_for_file(self) -> None:
        typed = await self.app.push_screen_wait(
            AskText(_("The laboratory's file, .xlsx or .csv; drag it into the window or type its path: "))
        )
        if typed:
            self._path = file_named(typed)
            self._look()

    def _look(self) -> None:
        """Look at the file, as things stand now."""
        assert self._path is not None
        self.agreed = set()
        try:
            self.preview = self.session.results.laboratory.preview(self._path)
        except FieldkitError as error:
            self.preview = None
            self.refuse(error)
        self.refresh_words()

    def _said(self) -> str:
        if self.preview is None:
            return _(
                "F10 asks for the file. Nothing is written before you have seen what would come of each row."
            )
        new, changes = len(self.preview.of(Verdict.NEW)), len(self.preview.of(Verdict.CHANGES))
        return _(
            "{count} {count:row|rows}: {new} new, {changes} change a result, {faulty} faulty. F10 writes the new ones and the changes you said yes to with Enter ({agreed}).",
            count=len(self.preview.rows), new=new, changes=changes, faulty=len(self.preview.faulty), agreed=len(self.agreed),
        )  # fmt: skip

    def _lines(self) -> tuple[list[str], list[int]]:
        lines: list[str] = []
        headings: list[int] = []
        self._rows = []
        words = self.session.results.laboratory.words()
        for verdict in _ORDER:
            rows = self.preview.of(verdict) if self.preview else []
            if not rows:
                continue
            headings.append(len(lines))
            lines.append(_("{verdict}: {count}", verdict=_(VERDICTS[verdict]), count=len(rows)))
            self._rows.append(None)
            for row in rows:
                mark = ("[x] " if row.key in self.agreed else "[ ] ") if verdict is Verdict.CHANGES else ""
                parts = [f"{row.row.line:>4}", row.row.pid, more_of(row, words)]
                lines.append(mark + "  ".join(part for part in parts if part))
                self._rows.append(row)
        return lines, headings
