"""A page on its way to the printer: shown by the system's viewer, and gone when the person says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.session.prints import Prints
from fieldkit.widgets.message import Notice

if TYPE_CHECKING:
    from textual.app import App


async def print_page(app: App[None], prints: Prints, page: str) -> None:
    """Hand a page to the system's viewer, which prints; it goes when this is closed, and when the screen locks.

    Raises FieldkitError("print.refused").
    """
    try:
        file = prints.write(page)
    except OSError as error:
        raise FieldkitError("print.refused", reason=error.strerror or str(error)) from error
    said = (
        _("The page is open in the browser: print it there.")
        if prints.show(file)
        else _("Nothing here can show the page. It lies in {path} while this is open.", path=file)
    )
    await app.push_screen_wait(
        Notice(said + "\n\n" + _("It is removed when you close this and when the screen locks."))
    )
    prints.remove()
