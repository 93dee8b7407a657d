"""Looking records over: from the lists to one record, and back to where somebody was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.widgets.message import Notice

if TYPE_CHECKING:
    from fieldkit.office_app import OfficeApp


async def go(app: OfficeApp) -> None:
    """List what waits until somebody goes back. Raises FieldkitError("role.may-not")."""
    from fieldkit.screens.office.received import Paging, ReceivedScreen
    from fieldkit.screens.office.review import ReviewScreen

    desk = app.at_desk
    desk.reviews.counts()  # whoever may not do this is told before anything is shown
    while (wanted := await app.push_screen_wait(ReviewScreen(desk))) is not None:
        if wanted.record:
            await _look_over(app, wanted.record)
            continue
        paging = Paging(wanted.form)
        while (record := await app.push_screen_wait(ReceivedScreen(desk, paging))) is not None:
            await _look_over(app, record)


async def _look_over(app: OfficeApp, record: str) -> None:
    from fieldkit.screens.office.review_record import ReviewRecordScreen

    try:
        while await app.push_screen_wait(ReviewRecordScreen(app.at_desk, app.at_desk.reviews.open(record))):
            await app.correct(record, "review")
    except FieldkitError as error:
        await app.push_screen_wait(Notice(explain(error)))
