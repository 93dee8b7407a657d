"""Somebody changes the passphrase of their own desk: the one in use, then the new one twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import StoreError
from fieldkit.widgets.ask import ask_change

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Ask for both, and say that it is done. Raises FieldkitError, StoreError."""
    desk = app.at_desk
    if desk.session.is_open:
        raise StoreError("workspace.not-encrypted", path=str(desk.session.folder))
    await ask_change(app, desk.name, desk.change_passphrase)
