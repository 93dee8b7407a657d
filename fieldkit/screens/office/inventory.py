"""What is there: a tag that is scanned or typed marks its thing as seen, in the condition of last time, until none is left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.scans import ReadsCodes
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.points import Inspection
    from fieldkit.session.scanning import Scan


class InventoryScreen(ReadsCodes, Frame[bool]):
    """Marks things. F10 goes on to the form; Esc leaves the inspection unfinished. Returns whether to go on.

    The line for tags always has the caret; Enter without a tag asks how the marked thing is.
    """

    ABOUT = N_(
        "What is there at a service point: a tag that is scanned or typed marks its thing as seen. Arrows move the mark, Enter without a tag asks how the marked thing is. What was marked is kept when you leave."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.FINISH, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    InventoryScreen Static.said { height: auto; padding: 0 1; }
    InventoryScreen #last { height: auto; padding: 0 1; text-style: bold; }
    InventoryScreen #tag { margin: 1 1; border: none; height: 1; padding: 0 1; }
    InventoryScreen LineList { padding: 0 1; }
    """

    def __init__(self, desk: Desk, point: str, inspection: Inspection) -> None:
        super().__init__()
        self.desk = desk
        self.point = point
        self.inspection = inspection
        self._paths: list[str] = []
        self._last = ""

    def body(self) -> Iterable[Widget]:
        """How many were seen, the last of them, the line for tags, and the list."""
        yield Static(classes="said", markup=False)
        yield Static(id="last", markup=False)
        yield LineInput(id="tag", select_on_focus=False)
        yield LineList(can_focus=False)

    def title_text(self) -> str:
        """Where."""
        return _("Inspection of {point}: what is there", point=self.point)

    def show_words(self) -> None:
        """Draw what was seen and what was not."""
        seen, waiting = self.inspection.seen, self.inspection.waiting
        counts = _("{seen} seen, {waiting} not seen yet", seen=len(seen), waiting=len(waiting))
        self.query_one(".said", Static).update(counts)
        self.query_one("#last", Static).update(self._last)
        line = self.query_one(LineInput)
        line.placeholder = _("Scan a tag, or type it and press Enter")
        line.focus()
        points = self.desk.points
        self._paths = [*waiting, *seen]
        rows = [f"[ ] {points.asset_line(asset)}" for asset in waiting.values()]
        for asset, state in seen.values():
            rows.append(f"[x] {asset.tag}  {points.condition(state)}")
        at = self.query_one(LineList).highlighted
        self.query_one(LineList).show(rows, at=at)

    def take_scan(self, scan: Scan) -> bool:
        """A tag of digits that was scanned."""
        self._find(scan.digits)
        return True

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        """A tag that was typed, or a scanner sent with letters in it; without one the marked thing is asked about."""
        event.stop()
        tag = event.value.strip()
        self.query_one(LineInput).value = ""
        if tag:
            self._find(tag)
        else:
            self._ask_of_marked()

    def _find(self, tag: str) -> None:
        found = self.inspection.find(tag)
        if len(found) == 1:
            self._mark(found[0])
            return
        self.app.bell()
        said = (
            _("Nothing with this tag stood here last time: add it in the form.")
            if not found
            else _(
                "{count} {count:thing has|things have} a tag that ends so: type all of it.", count=len(found)
            )
        )
        self.notify(said, title=tag, severity="warning", markup=False)

    def _mark(self, path: str, condition: str = "") -> None:
        points = self.desk.points
        asset = points.mark(self.inspection, path, condition)
        _asset, state = self.inspection.seen[path]
        self._last = "  ".join([points.asset_line(asset), ">", points.condition(state)])
        self.refresh_words()

    @work
    async def _ask_of_marked(self) -> None:
        """Ask how the marked thing is."""
        at = self.query_one(LineList).highlighted
        if at is None or at >= len(self._paths):
            return
        path = self._paths[at]
        conditions = self.desk.points.conditions()
        line = self.desk.points.asset_line(self.inspection.waiting.get(path) or self.inspection.seen[path][0])
        chosen = await self.app.push_screen_wait(Pick(line, [words for _code, words in conditions]))
        if chosen:
            self._mark(path, conditions[chosen[0]][0])

    def action_move(self, by: int) -> None:
        """Move the mark."""
        self.query_one(LineList).move(by)

    def action_back(self) -> None:
        """Leave it; what was marked is kept with the unfinished inspection."""
        self.dismiss(False)

    @work
    async def action_finish(self) -> None:
        """Go on to the form; first ask about what nobody has seen."""
        waiting = self.inspection.waiting
        if waiting:
            lines = [
                _("They are not there: note them as missing"),
                _("They are as last time"),
                _("Ask about each in the form"),
            ]
            question = _("{count} {count:thing was|things were} not seen.", count=len(waiting))
            chosen = await self.app.push_screen_wait(Pick(question, lines))
            if chosen is None:
                return
            if chosen[0] < 2:
                self.desk.points.rest(self.inspection, "missing" if chosen == (0,) else "")
        self.dismiss(True)
