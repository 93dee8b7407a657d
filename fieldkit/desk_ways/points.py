"""From Home to service points: the list, one point, its next inspection, its invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.screens.office.inventory import InventoryScreen
from fieldkit.screens.office.invoices import InvoicesScreen
from fieldkit.screens.office.points import PointScreen, PointsScreen

if TYPE_CHECKING:
    from fieldkit.office.service_points import Point
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Look after points until somebody goes back. Raises FieldkitError."""
    desk = app.at_desk
    desk.points.all()
    while (wanted := await app.push_screen_wait(PointsScreen(desk))) is not None:
        if wanted.what == "new":
            await app.ask("service_point")
        else:
            await _point(app, wanted.point)


async def _point(app: OfficeApp, name: str) -> None:
    while True:
        screen = PointScreen(app.at_desk, name)
        deed = await app.push_screen_wait(screen)
        if deed is None:
            return
        if deed == "inspect":
            await _inspect(app, screen.point)
        elif deed == "invoices":
            await app.push_screen_wait(InvoicesScreen(app.at_desk, screen.point))
        else:
            await app.correct(screen.point.record, "service point")


async def _inspect(app: OfficeApp, point: Point) -> None:
    """Go on with the inspection that was begun, or begin one: first what is there, then the form."""
    points = app.at_desk.points
    draft = points.unfinished(point)
    if draft and app.at_desk.session.interviews.change(draft) is not None:
        await app.resume(draft)  # its form has changed: that is decided first
        return
    inspection = points.take_up(point, draft) if draft else points.begin(point)
    if inspection.waiting:
        if not await app.push_screen_wait(InventoryScreen(app.at_desk, point.id, inspection)):
            return
        points.go_on(inspection)
    await app.resume(inspection.interview.id)
