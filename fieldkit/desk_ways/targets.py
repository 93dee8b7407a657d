"""The way to the board of targets: as it stands today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.desk_ways.reports import show

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Show the board until somebody goes back. Raises FieldkitError."""
    await show(app, app.at_desk.reports.board(), charts_first=True)
