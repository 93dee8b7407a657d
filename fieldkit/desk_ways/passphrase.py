"""Somebody changes the passphrase of their own desk: the one in use, then the new one twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import StoreError
from fieldkit.i18n import _
from fieldkit.widgets.ask import AskText, ask_twice
from fieldkit.widgets.message import Notice

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """Ask for both, and say that it is done. Raises FieldkitError, StoreError."""
    desk = app.at_desk
    if desk.session.is_open:
        raise StoreError("workspace.not-encrypted", path=str(desk.session.folder))
    old = await app.push_screen_wait(
        AskText(_("The passphrase of {name} now:", name=desk.name), password=True)
    )
    if old is None:
        return
    new = await ask_twice(app, _("New passphrase: "))
    if new is None:
        return
    desk.change_passphrase(old, new)
    said = _("From now on the new passphrase opens {path}.", path=desk.name)
    await app.push_screen_wait(Notice(said))
