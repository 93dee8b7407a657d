"""Exports: what leaves, as what, in which way, where to; what is not in it, said in a sentence; how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.worker import get_current_worker

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.steady import elapsed
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from pathlib import Path

    from fieldkit.report.exports.manifest import Manifest
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.exports import Choice

_PAUSE = 0.1
"""Seconds between two words about how far it is."""
_BEGIN, _FORM, _FORMAT, _PROFILE, _LABELS, _PLACE = "begin", "form", "format", "profile", "labels", "place"


class ExportsScreen(Frame[None]):
    """Asks what leaves and writes it. Esc while it is written stops that."""

    ABOUT = N_(
        "Files for other programs. Above stands what is never in them. A digit changes a line; 1 writes them, and they are read back. Esc meanwhile stops."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    ExportsScreen #without { padding: 0 2; height: auto; }
    ExportsScreen Numbered, ExportsScreen Numbered:focus {
        padding: 0 1; height: auto; text-wrap: nowrap; text-overflow: ellipsis;
    }
    ExportsScreen VerticalScroll { height: 1fr; padding: 1 2 0 2; }
    ExportsScreen #result { height: auto; }
    """

    def __init__(self, desk: Desk) -> None:
        """Raises FieldkitError."""
        super().__init__()
        self.desk = desk
        self.choice: Choice = desk.exports.first()
        self.lines: Numbered[str] = Numbered(self._chosen)
        self._made: tuple[Path, Manifest] | FieldkitError | None = None
        self._far: tuple[str, int, int] = ("", 0, 0)
        self._told = 0.0
        self._is_busy = False
        self._stopped = Event()

    def body(self) -> Iterable[Widget]:
        """What is not in it, what can be chosen, what became of it."""
        yield Static(id="without", markup=False)
        yield self.lines
        with VerticalScroll(can_focus=False):
            yield Static(id="result", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("Exports for other programs")

    def show_words(self) -> None:
        """Draw what is chosen, and what became of it."""
        exports, choice = self.desk.exports, self.choice
        self.query_one("#without", Static).update(
            _(
                "{first} {second}",
                first=exports.without(choice),
                second=_("One person's case goes by a letter."),
            )
        )
        said = [
            (_BEGIN, _("Write it"), ""),
            (_FORM, _("Records of"), _of(exports.forms(), choice.form)),
            (_FORMAT, _("Kind of files"), _of(exports.formats(choice), choice.format)),
            (_PROFILE, _("What leaves"), _of(exports.profiles(), choice.profile)),
            (_LABELS, _("Labels in"), _of(exports.labels(), choice.labels)),
            (_PLACE, _("Where to"), exports.place(choice).name),
        ]
        here = self.lines.highlighted
        if exports.forms():
            self.lines.show((what, labelled(words, now) if now else words) for what, words, now in said)
            self.lines.highlighted = here or 0
        else:
            self.lines.show((), [(None, _("No record has come in yet, so there is nothing to write."))])
        self._say()

    def _say(self) -> None:
        if not self.is_attached:
            return
        if self._is_busy:
            lines = [self._far_words()]
        elif isinstance(self._made, FieldkitError):
            lines = [explain(self._made)]
        else:
            lines = self.desk.exports.lines(*self._made, self.choice) if self._made else []
        self.query_one("#result", Static).update("\n".join(lines))

    def _far_words(self) -> str:
        stage, done, of = self._far
        if stage == "reading":
            return _("Reading records: {done} of {of}. Esc stops.", done=done, of=max(done, of))
        if stage == "writing":
            return _("Writing rows: {done} of {of}. Leave the stick in; Esc stops.", done=done, of=of)
        return _("Reading it back. Leave the stick in.") if stage else _("Reading records … Esc stops.")

    @work
    async def _chosen(self, what: str) -> None:
        """Choose one thing, or begin."""
        if self._is_busy:
            return
        if what == _BEGIN:
            self._is_busy, self._made, self._far = True, None, ("", 0, 0)
            self._stopped.clear()
            self._say()
            self._write(self.choice)
            return
        offered = self._offered(what)
        chosen = await self.app.push_screen_wait(Pick(_("Which?"), [words for _each, words in offered]))
        if chosen:
            value: Any = offered[chosen[0]][0]
            self.choice = (
                self.desk.exports.with_profile(self.choice, value)
                if what == _PROFILE
                else replace(self.choice, **{what: value})
            )
            self._made = None
            self.refresh_words()

    def _offered(self, what: str) -> Sequence[tuple[Any, str]]:
        exports = self.desk.exports
        match what:
            case "form":
                return exports.forms()
            case "format":
                return exports.formats(self.choice)
            case "profile":
                return exports.profiles()
            case "labels":
                return exports.labels()
            case _:
                places = exports.places()
                return [(None if n == 0 else each, each.name) for n, each in enumerate(places)]

    @work(thread=True, group="background")
    def _write(self, choice: Choice) -> None:
        """Write it off the screen's thread, so that Esc is heard."""
        try:
            made: tuple[Path, Manifest] | FieldkitError = self.desk.exports.write(choice, self._progress)
        except FieldkitError as error:
            made = error
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._end, made)

    def _progress(self, stage: str, done: int, of: int) -> None:
        """Say how far it is. Raises FieldkitError("export.stopped") where somebody wants no more of it."""
        if self._stopped.is_set():
            raise FieldkitError("export.stopped")
        if stage != self._far[0] or elapsed() - self._told >= _PAUSE:
            self._told, self._far = elapsed(), (stage, done, of)
            self.app.call_from_thread(self._say)

    def _end(self, made: tuple[Path, Manifest] | FieldkitError) -> None:
        self._is_busy, self._made = False, made
        self._say()

    def action_back(self) -> None:
        """Stop writing, or go back to Home."""
        if self._is_busy:
            self._stopped.set()
        else:
            self.dismiss(None)


def _of(offered: Iterable[tuple[Any, str]], chosen: Any) -> str:
    return next((words for each, words in offered if each == chosen), str(chosen))
