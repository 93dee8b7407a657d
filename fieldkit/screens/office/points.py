"""Service points: what is to be done at each, and one of them with its slogans and things."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from textual import work

from fieldkit.i18n import N_, _
from fieldkit.office.service_points import Asset, Slogan
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.serving import Serving
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.office.service_points import Point
    from fieldkit.session.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted: the first inspection of a point that is not listed yet, or a point by its code."""

    what: Literal["new", "point"]
    point: str = ""


class PointsScreen(Serving[Wanted | None]):
    """Lists the points in the order of villages. Returns what is wanted, None to go back."""

    ABOUT = N_(
        "The service points of the villages: when each was looked at, what is to be done there, what runs out. Enter opens one; 1 begins the first inspection of another."
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._points: list[Point] = []

    def title_text(self) -> str:
        """What it is."""
        return _("Service points")

    def said(self) -> str:
        """What was spent at all of them, and what Enter does."""
        self._points = self.desk.points.all()
        spent = _("Spent at all points: {amount}", amount=self.desk.points.total(self._points))
        return "\n".join(
            [spent, _("Enter on a point opens it: inspect it, compare invoices, see to slogans and things.")]
        )

    def show_lines(self) -> None:
        """Every point."""
        lines = [(Wanted("point", each.id), f"  {self.desk.points.line(each)}") for each in self._points]
        self.lines.show([(Wanted("new"), _("First inspection of another point"))], lines)
        if lines:
            self.lines.highlighted = 1

    def chosen(self, what: Wanted) -> None:
        """Go there."""
        self.dismiss(what)


Deed = Literal["inspect", "invoices", "correct"]


class PointScreen(Serving[Deed | None]):
    """One point. Enter on a slogan says that it is done, on a thing how it is. Returns what is wanted, None to go back."""

    ABOUT = N_(
        "One service point: begin an inspection, compare its invoices, see to slogans and things. Enter on a slogan says that it is done, on a thing how it is."
    )

    def __init__(self, desk: Desk, point: str) -> None:
        """Raises FieldkitError as `Points.point`."""
        super().__init__(desk)
        self.point: Point = desk.points.point(point)

    def title_text(self) -> str:
        """Which point."""
        return "  ".join([_("Service points"), self.point.id, self.desk.words.place(self.point.village)])

    def said(self) -> str:
        """When it was looked at last, and what is to be done."""
        return self.desk.points.line(self.point)

    def again(self) -> None:
        """How it stands now."""
        self.point = self.desk.points.point(self.point.id)

    def show_lines(self) -> None:
        """What can be done, then slogans and things."""
        points = self.desk.points
        begun = points.unfinished(self.point)
        inspect = (
            _("Go on with the inspection that was begun")
            if begun
            else _("Begin an inspection: scan what is there")
        )
        deeds: list[tuple[Deed, str]] = [
            ("inspect", inspect),
            ("invoices", _("Invoices: compare each with its lines")),
            ("correct", _("Correct the last inspection in its form")),
        ]
        self.lines.show(deeds, self._rows())

    def _rows(self) -> Iterable[tuple[Slogan | Asset | None, str]]:
        points = self.desk.points
        slogans, assets = points.slogans(self.point), points.assets(self.point)
        yield None, _heading(_("Slogans to repaint or remove, Enter when it is done"), len(slogans))
        yield from ((each, f"  {points.slogan_line(each)}") for each in slogans)
        yield None, _heading(_("Things by their tags, Enter says how one is"), len(assets))
        amiss = sorted(assets, key=lambda each: each.condition == "good")
        yield from ((each, f"  {points.asset_line(each)}") for each in amiss)

    @work
    async def chosen(self, what: Deed | Slogan | Asset) -> None:
        """Do it, or ask for what is needed first."""
        step: Callable[[], None] | None
        if isinstance(what, Slogan):
            step = await self._slogan(what)
        elif isinstance(what, Asset):
            step = await self._asset(what)
        else:
            self.dismiss(what)
            return
        if step is not None:
            await self.does(step)

    async def _slogan(self, slogan: Slogan) -> Callable[[], None] | None:
        points, ask = self.desk.points, self.app.push_screen_wait
        question = (
            points.slogan_line(slogan) + "\n\n" + _("Name of the photo that shows it done (may be empty):")
        )
        photo = await ask(AskText(question))
        if photo is None:
            return None
        if photo.strip():
            lines = [_("No"), _("Yes: delete it and take another")]
            if await ask(Pick(_("Are there people in the photo?"), lines)) != (0,):
                return None
        return lambda: points.slogan_done(slogan, photo)

    async def _asset(self, asset: Asset) -> Callable[[], None] | None:
        points = self.desk.points
        conditions = points.conditions()
        lines = [words for _code, words in conditions]
        chosen = await self.app.push_screen_wait(Pick(points.asset_line(asset), lines))
        return (lambda: points.set_condition(asset, conditions[chosen[0]][0])) if chosen else None


def _heading(words: str, count: int) -> str:
    return f"-- {labelled(words, str(count))} --"
