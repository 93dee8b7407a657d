"""Long work off the screen's thread: a screen says how far it is, and Esc stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import work
from textual.app import App
from textual.binding import BindingType
from textual.widget import Widget
from textual.worker import Worker, WorkerCancelled, WorkerFailed, get_current_worker

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.session.desk.stage_words import stage_line
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.office.stages import Stage, Told

T = TypeVar("T")
_SOON = 0.3
"""Seconds of work of which nothing is shown: a screen that comes and goes would take keys that were typed ahead."""
_PAUSE = 0.2
"""Seconds between two words about how far it is."""


class StoppedError(Exception):
    """Somebody stopped the work, or left the app; nothing half-done stays."""


class Far:
    """How far some work is: told by its thread, looked at by the screen, which can have it stopped."""

    def __init__(self) -> None:
        self.at: tuple[Stage, int, int] | None = None
        self._stopped = Event()

    @property
    def is_stopped(self) -> bool:
        """Whether it is to end."""
        return self._stopped.is_set()

    def told(self, stage: Stage, done: int, of: int) -> None:
        """So much of so much of a stage is done. Raises StoppedError where nobody waits for it any more."""
        if self.is_stopped or get_current_worker().is_cancelled:
            raise StoppedError
        self.at = stage, done, of

    def stop(self) -> None:
        """Let it end when it tells next how far it is."""
        self._stopped.set()


class WorkingScreen(Frame[None]):
    """Says how far the work is, and goes when it has ended. Esc stops it."""

    ABOUT = N_(
        "The records are read to bring what this part shows up to date. It says how far it is. Esc stops it; then everything is as it was before, and it begins anew the next time."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    WorkingScreen #said { height: auto; padding: 1 2; }
    """

    def __init__(self, title: Callable[[], str], why: Callable[[], str], far: Far, worker: Worker[Any]) -> None:  # fmt: skip
        super().__init__()
        self._title = title
        self._why = why
        self._far = far
        self._worker = worker

    def body(self) -> Iterable[Widget]:
        """Why it takes a while, and how far it is."""
        yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Look now and then how far it is, until it has ended."""
        self.set_interval(_PAUSE, self.show_words)
        self._go_when_ended()

    @work(group="background")
    async def _go_when_ended(self) -> None:
        await _ended(self._worker)
        self.dismiss(None)

    def title_text(self) -> str:
        """What the work is for."""
        return self._title()

    def show_words(self) -> None:
        """Draw how far it is."""
        at = self._far.at
        said = [self._why(), stage_line(*at) if at is not None else ""]
        how = _("Stopping …") if self._far.is_stopped else _("Esc stops; nothing half-done stays.")
        self.query_one("#said", Static).update("\n\n".join(filter(None, [*said, how])))

    def action_back(self) -> None:
        """Stop the work; the screen goes when it has ended."""
        self._far.stop()
        self.show_words()


async def worked(
    app: App[None], title: Callable[[], str], why: Callable[[], str], work: Callable[[Told], T]
) -> T:
    """Do some work off the screen's thread and give what it gives; where it takes longer, a screen says how far it is.

    title, why: of that screen, asked in the language in use. work: is given what it tells how far it is.
    Raises StoppedError where somebody stopped it, and FieldkitError as `work`.
    """
    far = Far()
    worker = app.run_worker(partial(_tried, work, far), thread=True, group="background")
    await asyncio.wait({asyncio.ensure_future(_ended(worker))}, timeout=_SOON)
    if not worker.is_finished:
        await app.push_screen_wait(WorkingScreen(title, why, far, worker))
    made = worker.result
    if made is None:
        raise StoppedError
    if isinstance(made, FieldkitError):
        raise made
    return made[0]


def _tried(work: Callable[[Told], T], far: Far) -> tuple[T] | FieldkitError | None:
    """What the work gives or refuses, None where it was stopped."""
    try:
        return (work(far.told),)
    except StoppedError:
        return None
    except FieldkitError as error:
        return error


async def _ended(worker: Worker[Any]) -> None:
    with suppress(WorkerCancelled, WorkerFailed):
        await worker.wait()
